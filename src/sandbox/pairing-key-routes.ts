import { z } from 'zod'
import { isoTime } from '../lib/clock.ts'
import type { Access, Call, Route } from './call.ts'
import { parseJson } from './call.ts'
import { href, link, ok, userPath } from './hal.ts'
import { limitExceeded, notFound } from './problems.ts'
import type { SandboxPairingKey } from './records.ts'
import { USER, userOf } from './user-routes.ts'
import type { World } from './world.ts'

const MOST_VALID_KEYS = 20
const KEY_LIFETIME_MS = 10 * 60 * 1000
const ALPHANUMERIC = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789'

/** Without applications the key is good for any native one. */
const KeyBody = z.object({ applications: z.array(z.object({ id: z.string() })).default([]) })

function keyPath(world: World, key: SandboxPairingKey): string {
  return `${userPath(world, key.userId)}/pairingKeys/${key.id}`
}

function keyView(world: World, call: Call, key: SandboxPairingKey) {
  return {
    _links: { self: link(call, keyPath(world, key)) },
    id: key.id,
    environment: { id: world.tenant.environmentId },
    user: { id: key.userId },
    applications: key.applications,
    code: key.code,
    status: key.expiresAt > world.now() ? 'UNCLAIMED' : 'EXPIRED',
    createdAt: isoTime(key.createdAt),
    updatedAt: isoTime(key.createdAt),
    expiresAt: isoTime(key.expiresAt),
  }
}

function keyOf(world: World, call: Call, access: Access): SandboxPairingKey {
  const user = userOf(world, call, access)
  const key = world.pairingKeys.get(call.params['pairingKeyId'] ?? '')
  if (key === undefined || key.userId !== user.id) throw notFound()
  return key
}

/** PingOne: MFA Pairing Keys. What such a key is good for is typed into the mobile application. */
export function pairingKeyRoutes(world: World): Route[] {
  return [
    {
      method: 'POST',
      path: `${USER}/pairingKeys`,
      need: 'pairingKey.write',
      handle: (call, access) => {
        const user = userOf(world, call, access)
        const { applications } = parseJson(call, KeyBody)
        const now = world.now()
        const valid = [...world.pairingKeys.values()].filter((key) => key.userId === user.id && key.expiresAt > now)
        if (valid.length >= MOST_VALID_KEYS) {
          throw limitExceeded('Maximum valid pairing keys has been reached', MOST_VALID_KEYS)
        }
        const format = world.mfaSettings.pairing.pairingKeyFormat
        const code = format === 'NUMERIC' ? world.codes.digits(12) : world.codes.characters(16, ALPHANUMERIC)
        const id = world.ids.uuid()
        const key = {
          id,
          userId: user.id,
          code,
          applications,
          format,
          createdAt: now,
          expiresAt: now + KEY_LIFETIME_MS,
        }
        world.pairingKeys.set(id, key)
        world.recordChange(call, 'pairingKey.create', { userId: user.id })
        return { status: 201, body: keyView(world, call, key), headers: { location: href(call, keyPath(world, key)) } }
      },
    },
    {
      method: 'GET',
      path: `${USER}/pairingKeys/:pairingKeyId`,
      need: 'device.read',
      handle: (call, access) => ok(keyView(world, call, keyOf(world, call, access))),
    },
    {
      method: 'DELETE',
      path: `${USER}/pairingKeys/:pairingKeyId`,
      need: 'pairingKey.write',
      handle: (call, access) => {
        const key = keyOf(world, call, access)
        world.pairingKeys.delete(key.id)
        world.recordChange(call, 'pairingKey.remove', { userId: key.userId })
        return { status: 204 }
      },
    },
  ]
}
