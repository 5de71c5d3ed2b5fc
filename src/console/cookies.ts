import type { Context } from 'hono'
import { deleteCookie, getCookie, setCookie } from 'hono/cookie'
import type { Site } from './site.ts'

/** A cookie that no script reads and that goes along only where a person follows a link (SameSite=Lax). */
export interface Cookie {
  read(context: Context): string | undefined
  write(context: Context, value: string, maxAgeMs: number): void
  remove(context: Context): void
}

/** `__Host-` where there is TLS: no other host or path can have set it. Names of localhost go to every port of it. */
export function createCookie({ origin }: Site, purpose: string): Cookie {
  const { protocol, port } = new URL(origin)
  const secure = protocol === 'https:'
  const name = secure ? `__Host-pingone_mfa_${purpose}` : `pingone_mfa_${purpose}_${port || '80'}`
  return {
    read: (context) => getCookie(context, name),
    write: (context, value, maxAgeMs) =>
      setCookie(context, name, value, { httpOnly: true, sameSite: 'Lax', path: '/', secure, maxAge: maxAgeMs / 1000 }),
    remove: (context) => void deleteCookie(context, name, { path: '/', secure }),
  }
}
