import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { SearchIndex } from './search/index-format.ts'
import type { SearchFiles } from './search/parts.ts'
import { type EndpointRecord, type Service, SERVICES, type ServiceCatalog } from './record.ts'

export interface CatalogFiles {
  /** One service with the definitions that its bodies refer to. */
  service(service: Service): Promise<ServiceCatalog>
  /** All endpoints of all services, in their specifications' order. */
  endpoints(): Promise<readonly EndpointRecord[]>
}

/** The catalogue in a folder of JSON files, the package's own by default. Each file is read once, when it is asked for. */
export function openCatalogFiles(folder?: string): CatalogFiles {
  const read = new Map<Service, Promise<ServiceCatalog>>()

  function service(name: Service): Promise<ServiceCatalog> {
    const known = read.get(name)
    if (known !== undefined) return known
    const reading = readCatalog(folder ?? catalogFolder(), name)
    read.set(name, reading)
    return reading
  }

  return {
    service,
    endpoints: async () => (await Promise.all(SERVICES.map(service))).flatMap(({ endpoints }) => endpoints),
  }
}

/** What `npm run catalog` wrote, and a test compares with the specifications, is taken at its word. */
async function readCatalog(folder: string, service: Service): Promise<ServiceCatalog> {
  return JSON.parse(await readFile(join(folder, `${service}.json`), 'utf8')) as ServiceCatalog
}

/** The package's `catalog` folder, above this file in `src` as well as above its chunk in `dist`. */
function catalogFolder(): string {
  for (let folder = import.meta.dirname; ; folder = dirname(folder)) {
    const candidate = join(folder, 'catalog')
    if (existsSync(join(candidate, 'management.json'))) return candidate
    if (folder === dirname(folder)) throw new Error('The package is incomplete: its folder "catalog" is missing')
  }
}

/** What the search was built from, at build time: the index, and the vectors of words. */
export async function readSearchFiles(folder = catalogFolder()): Promise<SearchFiles> {
  const [index, vectors] = await Promise.all([
    readFile(join(folder, 'search-index.json'), 'utf8'),
    readFile(join(folder, 'search-vectors.bin')),
  ])
  return { data: JSON.parse(index) as SearchIndex, vectors }
}
