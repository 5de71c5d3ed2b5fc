import { Secret } from '../lib/secret.ts'
import { isSecretField } from '../pingone/mask-answer.ts'

const MASK = '••••'

export interface SplitBody {
  /** The body without its secrets: bullets stand in their places. */
  body: unknown
  /** By place: `oidc/clientSecret`, `passwords/0`. */
  secrets: { field: string; value: Secret }[]
}

/**
 * Takes every secret out of a body, so that neither store nor sheet ever has it. `path` is that of the endpoint: what is
 * sent to `…/password` as `value` is a password.
 */
export function splitSecrets(body: unknown, path: string): SplitBody {
  const secrets: SplitBody['secrets'] = []
  const split = (
    value: unknown,
    place: readonly string[],
    name: string,
    owner: { of?: object; named?: string },
  ): unknown => {
    if (typeof value === 'string' && value !== '' && place.length > 0 && isSecretField(name, owner)) {
      secrets.push({ field: place.map(escapePlace).join('/'), value: new Secret(value) })
      return MASK
    }
    if (Array.isArray(value)) return value.map((item, index) => split(item, [...place, String(index)], name, owner))
    if (typeof value !== 'object' || value === null) return value
    const entries = Object.entries(value).map(([key, inner]) => [
      key,
      split(inner, [...place, key], key, { of: value, named: name }),
    ])
    return Object.fromEntries(entries) as unknown
  }
  return { body: split(body, [], path.slice(path.lastIndexOf('/') + 1), {}), secrets }
}

/** The body with every secret back in its place. */
export function withSecrets(body: unknown, secrets: Readonly<Record<string, Secret>>): unknown {
  const whole: unknown = structuredClone(body)
  for (const [field, secret] of Object.entries(secrets)) {
    const place = field.split('/').map(unescapePlace)
    const last = place.pop() ?? ''
    let at = whole as Record<string, unknown>
    for (const name of place) at = at[name] as Record<string, unknown>
    at[last] = secret.reveal()
  }
  return whole
}

// JSON Pointer (RFC 6901 §3).
function escapePlace(name: string): string {
  return name.replaceAll('~', '~0').replaceAll('/', '~1')
}

function unescapePlace(name: string): string {
  return name.replaceAll('~1', '/').replaceAll('~0', '~')
}
