import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { brotliDecompress } from 'node:zlib'
import type { SearchIndex } from './search/index-format.ts'
import type { SearchFiles } from './search/parts.ts'
import { type EndpointRecord, type Service, SERVICES, type ServiceCatalog } from './record.ts'

const PACKED = '.br'
const decompress = promisify(brotliDecompress)

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
  return JSON.parse((await readStored(folder, `${service}.json`)).toString()) as ServiceCatalog
}

/** A file of the catalogue: in the sources as it is, in a build compressed. */
async function readStored(folder: string, name: string): Promise<Buffer> {
  const packed = join(folder, `${name}${PACKED}`)
  return existsSync(packed) ? decompress(await readFile(packed)) : readFile(join(folder, name))
}

/** The `catalog` folder of the sources, or that of the build, above this file's chunk. */
function catalogFolder(): string {
  for (let folder = import.meta.dirname; ; folder = dirname(folder)) {
    const candidate = join(folder, 'catalog')
    const file = join(candidate, 'management.json')
    if (existsSync(file) || existsSync(`${file}${PACKED}`)) return candidate
    if (folder === dirname(folder)) throw new Error('The package is incomplete: its folder "catalog" is missing')
  }
}

/** What the search was built from, at build time: the index, and the vectors of words. */
export async function readSearchFiles(folder = catalogFolder()): Promise<SearchFiles> {
  const [index, vectors] = await Promise.all([
    readStored(folder, 'search-index.json'),
    readStored(folder, 'search-vectors.bin'),
  ])
  return { data: JSON.parse(index.toString()) as SearchIndex, vectors }
}
