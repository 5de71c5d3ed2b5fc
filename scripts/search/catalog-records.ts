import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Definitions, EndpointRecord, ServiceCatalog } from '../../src/catalog/record.ts'
import { SERVICES } from '../../src/catalog/record.ts'

export interface CatalogRecord extends EndpointRecord {
  /** The definitions that its body refers to. */
  $defs: Definitions
}

/** Every record of the catalogue, service by service. */
export function readRecords(root: string): CatalogRecord[] {
  return SERVICES.flatMap((service) => {
    const file = join(root, 'catalog', `${service}.json`)
    const { endpoints, $defs } = JSON.parse(readFileSync(file, 'utf8')) as ServiceCatalog
    return endpoints.map((endpoint) => ({ ...endpoint, $defs }))
  })
}
