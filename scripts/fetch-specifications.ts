import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { fetchSpecifications, SPECIFICATIONS } from './catalog/fetch-specifications.ts'

/**
 * `npm run specifications`: the public OpenAPI documents that the catalogue is compiled from and compared with, beside
 * the project's folder. They are not part of it, and nothing is done where they lie there already.
 */
const ORIGIN = {
  repository: 'https://github.com/patrickcping/pingone-go-sdk-v2.git',
  tag: 'v0.14.14',
  commit: '4a884de',
}
const folder = join(import.meta.dirname, '..', SPECIFICATIONS)
if (!existsSync(folder)) await fetchSpecifications(ORIGIN, folder)
