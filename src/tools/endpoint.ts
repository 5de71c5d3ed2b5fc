import type { Catalog, Found } from '../catalog/catalog.ts'
import { AppError } from '../lib/errors.ts'
import { plainText } from '../lib/text.ts'

/** The endpoint that is meant; ENDPOINT_UNKNOWN where the catalogue has none of that name. */
export function findEndpoint(catalog: Catalog, reference: string): Found {
  const found = catalog.find(reference)
  if (found !== undefined) return found
  throw new AppError('ENDPOINT_UNKNOWN', `The catalogue has no endpoint "${plainText(reference, 100)}".`, {
    next: 'Call search_endpoints and use an id from there, or write METHOD /path as in the PingOne API.',
  })
}
