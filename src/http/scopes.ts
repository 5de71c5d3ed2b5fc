import { TOOLS } from '../tools/index.ts'

/** Of an access token: reading and discovery. */
export const READ_SCOPE = 'mfa:read'
/** Of an access token: asking for changes, and carrying out what a person approved. */
export const WRITE_SCOPE = 'mfa:write'

const CHANGING = new Set<unknown>(TOOLS.flatMap(({ name, effect }) => (effect === 'read' ? [] : [name])))

/** What the request needs, by its body: headers that name a method or a tool are the caller's to write. */
export function neededScopes(body: unknown): string[] {
  const messages: unknown[] = Array.isArray(body) ? body : [body]
  return messages.some(changesSomething) ? [READ_SCOPE, WRITE_SCOPE] : [READ_SCOPE]
}

function changesSomething(message: unknown): boolean {
  if (typeof message !== 'object' || message === null) return false
  const { method, params } = message as { method?: unknown; params?: { name?: unknown } | null }
  return method === 'tools/call' && CHANGING.has(params?.name)
}
