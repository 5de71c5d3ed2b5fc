import type { Catalog, Found } from '../catalog/catalog.ts'
import { AppError } from '../lib/errors.ts'
import { plainText } from '../lib/text.ts'
import type { ToolContext } from './tool.ts'

export interface FoundEndpoint extends Found {
  catalog: Catalog
}

/** The endpoint that is meant; ENDPOINT_UNKNOWN with the nearest ids where the catalogue has none of that name. */
export async function findEndpoint(
  { catalog, search }: Pick<ToolContext, 'catalog' | 'search'>,
  reference: string,
): Promise<FoundEndpoint> {
  const known = await catalog()
  const found = known.find(reference)
  if (found !== undefined) return { catalog: known, ...found }
  const { nearestEndpoints } = await import('../catalog/nearest.ts')
  const near = nearestEndpoints({ catalog: known, search: await search() }, reference)
  throw new AppError('ENDPOINT_UNKNOWN', `The catalogue has no endpoint "${plainText(reference, 100)}".`, {
    next: near.length === 0 ? SEARCH : `The nearest are ${near.join(', ')}. ${SEARCH}`,
  })
}

/** Its id, and those under which other specifications have the very same call. */
export function namesOf({ record, variants }: Found): string[] {
  const twins = variants.filter(({ contentType }) => contentType === record.contentType)
  return [record.id, ...twins.map(({ id }) => id)]
}

const SEARCH = 'Call search_endpoints and use an id from there, or write METHOD /path as in the PingOne API.'
