import { readSearchFiles } from './load.ts'
import { createSearch, type Search } from './search/search.ts'

/** The search over the package's own index. */
export async function openSearch(): Promise<Search> {
  return createSearch(await readSearchFiles())
}
