import { join } from 'node:path'
import type { Service } from '../../src/catalog/record.ts'
import { compileMfa } from './mfa.ts'
import { markOverlaps } from './overlaps.ts'
import { readAuthored } from './authored.ts'
import { compileService } from './compile.ts'
import { SPECIFICATIONS } from './fetch-specifications.ts'
import { readSpecification } from './specification.ts'
import { toCatalogText } from './write.ts'

/** The services whose public specification is good enough to compile; that of MFA is written by hand. */
export const COMPILED_SERVICES = [
  'management',
  'authorize',
  'credentials',
  'risk',
  'verify',
] as const satisfies Service[]

/** The text of `catalog/<service>.json`, for each service. */
export async function compileCatalogs(root: string): Promise<Map<Service, string>> {
  const catalogs = [compileMfa().catalog]
  for (const service of COMPILED_SERVICES) {
    const specification = await readSpecification(join(root, SPECIFICATIONS), service)
    const authored = await readAuthored(join(root, 'scripts/catalog/authored'), service)
    catalogs.push(compileService(specification, authored))
  }
  return new Map(markOverlaps(catalogs).map((catalog) => [catalog.service, toCatalogText(catalog)]))
}
