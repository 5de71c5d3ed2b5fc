/**
 * Where a body has what this program puts in the place of a secret or of a number: `••••`, `+1•••••••0150`. Somebody has
 * read a resource and sends it back, and PingOne would take the bullets for the new value.
 */
export function maskedPlaces(body: unknown, place = 'body'): string[] {
  if (typeof body === 'string') return body.includes('•••') ? [place] : []
  if (typeof body !== 'object' || body === null) return []
  return Object.entries(body).flatMap(([name, inner]) => maskedPlaces(inner, `${place}.${name}`))
}
