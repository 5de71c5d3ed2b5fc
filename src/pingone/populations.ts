import { z } from 'zod'
import { lazy } from '../lib/lazy.ts'
import { plainText } from '../lib/text.ts'
import { environmentPath } from './environments.ts'
import type { Pages } from './pages.ts'
import { readPages } from './pages.ts'
import type { PingOneClient } from './request.ts'
import { resourceId } from './resource-id.ts'

export interface Population {
  id: string
  name: string
}

const populationSchema = lazy((): z.ZodType<Population> =>
  z
    .looseObject({ id: resourceId(), name: z.string() })
    .transform(({ id, name }) => ({ id, name: plainText(name, 256) })),
)

/** PingOne: READ All Populations, up to `limit` of them (default: all). */
export function listPopulations(
  client: PingOneClient,
  options: { limit?: number | undefined; signal?: AbortSignal | undefined; budgetMs?: number | undefined } = {},
): Promise<Pages<Population>> {
  return readPages(client, {
    path: environmentPath(client.connection, '/populations'),
    query: { limit: options.limit },
    list: 'populations',
    item: populationSchema(),
    maxItems: options.limit,
    signal: options.signal,
    budgetMs: options.budgetMs,
  })
}
