import { z } from 'zod'
import { lazy } from '../lib/lazy.ts'
import { plainText } from '../lib/text.ts'
import type { Connection } from './endpoint.ts'
import { buildPath } from './paths.ts'
import type { PingOneClient } from './request.ts'
import { resourceId } from './resource-id.ts'

export interface Environment {
  id: string
  name: string
  /** `PRODUCTION` or `SANDBOX`; others may come. */
  type: string
  /** `NA`, `EU` …, as PingOne writes it. */
  region: string
}

const environmentSchema = lazy((): z.ZodType<Environment> => {
  const shown = z.string().transform((text) => plainText(text, 256))
  return z
    .looseObject({ id: resourceId(), name: shown, type: shown, region: shown })
    .transform(({ id, name, type, region }) => ({ id, name, type, region }))
})

/** The path of the administered environment, or of what is below it (`/users/{userID}`). */
export function environmentPath(
  connection: Pick<Connection, 'environmentId'>,
  below = '',
  values: Readonly<Record<string, string>> = {},
): string {
  return buildPath(`/environments/{environmentID}${below}`, { environmentID: connection.environmentId, ...values })
}

/** PingOne: READ One Environment. */
export async function readEnvironment(
  client: PingOneClient,
  { signal, budgetMs }: { signal?: AbortSignal | undefined; budgetMs?: number | undefined } = {},
): Promise<Environment> {
  const path = environmentPath(client.connection)
  const { data } = await client.request({ method: 'GET', path, schema: environmentSchema(), signal, budgetMs })
  return data
}
