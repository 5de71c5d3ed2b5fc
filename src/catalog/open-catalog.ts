import { type Catalog, indexCatalog } from './catalog.ts'
import { openCatalogFiles } from './load.ts'
import { SERVICES } from './record.ts'

/** Every endpoint of every service, from the package's own files. */
export async function openCatalog(): Promise<Catalog> {
  return indexCatalog(await Promise.all(SERVICES.map(openCatalogFiles().service)))
}
