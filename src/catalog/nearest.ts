import Fuse from 'fuse.js/basic'
import type { Finder } from './hits.ts'
import type { Method } from './record.ts'

const MOST = 3
// A whole id is shorter; what is longer is no misspelling of one.
const LONGEST_ID = 100

/** Up to three ids that an unknown reference may have meant, the likeliest first; none where nothing is near. */
export function nearestEndpoints(finder: Finder, reference: string): string[] {
  const wanted = reference.trim()
  const found = [...misspelled(finder, wanted), ...sameResource(finder, wanted), ...byMeaning(finder, wanted)]
  return [...new Set(found)].slice(0, MOST)
}

/** `mfa.device.activat` differs in letters from an id. */
function misspelled({ catalog }: Finder, wanted: string): string[] {
  if (!/^[\w.-]+\.[\w.-]+$/.test(wanted) || wanted.length > LONGEST_ID) return []
  const ids = catalog.endpoints.map(({ id }) => id)
  const fuse = new Fuse(ids, { threshold: 0.12, ignoreLocation: true })
  return fuse.search(wanted, { limit: 1 }).map(({ item }) => item)
}

/** `PATCH /environments/{id}/groups/{id}`: the path is right, and takes PUT. */
function sameResource({ catalog }: Finder, wanted: string): string[] {
  const path = /^\S+\s+(\/\S+)$/.exec(wanted)?.[1]
  if (path === undefined) return []
  const methods: Method[] = ['PUT', 'PATCH', 'POST', 'DELETE', 'GET']
  return methods.flatMap((method) => catalog.find(`${method} ${path}`)?.record.id ?? [])
}

/** `deleteUser` and `GET /environments/{id}/usrs` say what is wanted in words. */
function byMeaning({ search }: Finder, wanted: string): string[] {
  const [verb = '', path] = wanted.split(/\s+/, 2)
  const isCall = path?.startsWith('/') === true
  const words = isCall ? `${verb} ${nounsOf(path)}` : wanted
  const { confident, results } = search(words.slice(0, 300), { limit: MOST })
  return confident ? results.map(({ id }) => id) : []
}

/** The fixed parts of a path, but for the environment in which everything is. */
function nounsOf(path: string): string {
  const nouns = path.split('/').filter((segment) => /^[A-Za-z]\w*$/.test(segment) && segment !== 'v1')
  const inside = nouns.filter((noun) => noun !== 'environments')
  return (inside.length > 0 ? inside : nouns).join(' ')
}
