import type { Call, Reply } from './call.ts'
import type { World } from './world.ts'

export interface Link {
  href: string
}

/** An absolute URL on the sandbox's own origin. */
export function href(call: Call, path: string): string {
  return `${call.origin}/v1${path}`
}

export function link(call: Call, path: string): Link {
  return { href: href(call, path) }
}

export function environmentPath(world: World): string {
  return `/environments/${world.tenant.environmentId}`
}

export function userPath(world: World, userId: string): string {
  return `${environmentPath(world)}/users/${userId}`
}

export function ok(body: unknown): Reply {
  return { status: 200, body }
}

export function created(call: Call, path: string, body: unknown): Reply {
  return { status: 201, body, headers: { location: href(call, path) } }
}

export interface ListExtras {
  total?: number
  next?: string | undefined
  more?: Record<string, unknown>
}

/** A list as HAL: the request's own URL comes back in `self`, letter by letter. */
export function list(world: World, call: Call, name: string, items: unknown[], extras: ListExtras = {}): Reply {
  const isBare = items.length === 0 && world.knobs.emptyList === 'absent'
  return ok({
    _links: {
      self: { href: `${call.origin}${call.path}${call.rawQuery}` },
      ...(extras.next !== undefined && { next: { href: extras.next } }),
    },
    ...(!isBare && { _embedded: { [name]: items } }),
    ...(world.knobs.listCount === 'always' && { count: extras.total ?? items.length }),
    size: items.length,
    ...extras.more,
  })
}
