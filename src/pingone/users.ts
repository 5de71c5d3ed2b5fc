import { z } from 'zod'
import { lazy } from '../lib/lazy.ts'
import { AppError } from '../lib/errors.ts'
import { plainText, sameEmail, visibleText } from '../lib/text.ts'
import { inQuotes } from './answer-text.ts'
import { environmentPath } from './environments.ts'
import { isNotFound, PingOneError, restated } from './errors.ts'
import { scimEquals } from './filter.ts'
import type { Pages } from './pages.ts'
import { readPages } from './pages.ts'
import type { PingOneClient } from './request.ts'
import { resourceId } from './resource-id.ts'

export interface User {
  id: string
  /** Primary email, invisible characters as code points; empty where the user has none. */
  email: string
  username: string
  enabled: boolean
  mfaEnabled: boolean
  /** In full, as the profile has it: never for the model. */
  mobilePhone?: string
  primaryPhone?: string
  updatedAt?: string
}

/** What is read of a user; `email` exactly as PingOne has it, which is what is compared. */
const userRecord = lazy(() => {
  const optionalText = z.string().nullish()
  return z.looseObject({
    id: resourceId(),
    email: optionalText,
    username: z.string(),
    enabled: z.boolean(),
    // PingOne: false unless it was set.
    mfaEnabled: z.boolean().default(false),
    mobilePhone: optionalText,
    primaryPhone: optionalText,
    updatedAt: optionalText,
  })
})

function toUser(record: z.output<ReturnType<typeof userRecord>>): User {
  const { mobilePhone, primaryPhone, updatedAt } = record
  return {
    id: record.id,
    email: plainText(visibleText(record.email ?? ''), 320),
    username: plainText(record.username, 128),
    enabled: record.enabled,
    mfaEnabled: record.mfaEnabled,
    ...(mobilePhone ? { mobilePhone: plainText(mobilePhone, 40) } : {}),
    ...(primaryPhone ? { primaryPhone: plainText(primaryPhone, 40) } : {}),
    ...(updatedAt ? { updatedAt: plainText(updatedAt, 40) } : {}),
  }
}

const userSchema = lazy((): z.ZodType<User> => userRecord().transform(toUser))

/** PingOne: READ All Users, up to `limit` of them. */
export function listUsers(
  client: PingOneClient,
  options: { limit: number; signal?: AbortSignal | undefined; budgetMs?: number | undefined },
): Promise<Pages<User>> {
  return readPages(client, {
    path: environmentPath(client.connection, '/users'),
    query: { limit: options.limit },
    list: 'users',
    item: userSchema(),
    maxItems: options.limit,
    signal: options.signal,
    budgetMs: options.budgetMs,
  })
}

/** PingOne: READ One User. USER_NOT_FOUND where there is none with this id. */
export async function readUser(client: PingOneClient, userId: string, signal?: AbortSignal): Promise<User> {
  const path = environmentPath(client.connection, '/users/{userID}', { userID: userId })
  try {
    const { data } = await client.request({ method: 'GET', path, schema: userSchema(), signal })
    return data
  } catch (error) {
    if (!isNotFound(error)) throw error
    throw restated(error, { code: 'USER_NOT_FOUND', message: 'PingOne has no user with this id' })
  }
}

const MOST_CANDIDATES = 5

/**
 * The one user with this primary email: PingOne filters, and what it finds is compared again, exactly but for ASCII
 * letter case. USER_NOT_FOUND where there is none, USER_AMBIGUOUS where there are several (PingOne does not keep emails
 * unique), INVALID_INPUT where the email has characters that cannot be seen.
 */
export async function findUserByEmail(client: PingOneClient, email: string, signal?: AbortSignal): Promise<User> {
  if (email.trim() === '') throw new AppError('INVALID_INPUT', 'The email is empty')
  const found = await readPages(client, {
    path: environmentPath(client.connection, '/users'),
    query: { filter: scimEquals('email', email), limit: 100 },
    list: 'users',
    item: userRecord(),
    signal,
  })
  const users = found.items.filter((record) => sameEmail(record.email ?? '', email)).map(toUser)
  const [user, ...others] = users
  const shown = plainText(email, 320)
  if (user !== undefined && others.length === 0 && !found.hasMore) return user
  if (users.length > 1) throw ambiguous(users, shown, found.correlationId)
  if (found.hasMore) {
    throw new PingOneError('PINGONE_UNEXPECTED_RESPONSE', `PingOne answers a search for ${shown} with too many users`, {
      delivery: 'unknown',
      correlationId: found.correlationId,
    })
  }
  throw new AppError('USER_NOT_FOUND', `No user in this environment has the primary email ${shown}`, {
    next: "Check the spelling: it must be the user's primary email in PingOne, not an alias.",
    correlationId: found.correlationId,
  })
}

function ambiguous(users: readonly User[], email: string, correlationId: string | undefined): AppError {
  const candidates = users.slice(0, MOST_CANDIDATES).map((user) => `${user.id} (username ${inQuotes(user.username)})`)
  const rest = users.length - candidates.length
  const more = rest > 0 ? `, and ${rest} more` : ''
  return new AppError(
    'USER_AMBIGUOUS',
    `${users.length} users have the primary email ${email}: ${candidates.join(', ')}${more}`,
    { next: 'Give each of them an email of its own in PingOne, then try again.', correlationId },
  )
}
