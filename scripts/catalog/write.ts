import type { ServiceCatalog } from '../../src/catalog/record.ts'

/** A catalogue as JSON with one endpoint, and one definition, a line: a change can be read in a diff. */
export function toCatalogText({ service, endpoints, $defs }: ServiceCatalog): string {
  const records = endpoints.map((endpoint) => JSON.stringify(endpoint)).join(',\n')
  const definitions = Object.entries($defs).map(([name, schema]) => `${JSON.stringify(name)}:${JSON.stringify(schema)}`)
  return `{"service":${JSON.stringify(service)},"endpoints":[\n${records}\n],"$defs":{\n${definitions.join(',\n')}\n}}\n`
}
