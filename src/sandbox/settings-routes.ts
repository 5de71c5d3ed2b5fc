import { z } from 'zod'
import { isoTime } from '../lib/clock.ts'
import type { Call, Route } from './call.ts'
import { parseJson } from './call.ts'
import { ENVIRONMENT } from './environment-routes.ts'
import { environmentPath, link, ok } from './hal.ts'
import { defaultMfaSettings, PAIRING_KEY_FORMATS } from './settings.ts'
import type { World } from './world.ts'

const SETTINGS = `${ENVIRONMENT}/mfaSettings`

/** The whole of the settings: what a PUT leaves out falls back to its default. */
const SettingsBody = z.object({
  pairing: z.object({
    maxAllowedDevices: z.int().min(1).max(15),
    pairingKeyFormat: z.enum(PAIRING_KEY_FORMATS),
  }),
  lockout: z.object({ failureCount: z.int(), durationSeconds: z.int().optional() }).optional(),
  phoneExtensions: z.object({ enabled: z.boolean().default(false) }).default({ enabled: false }),
  users: z.object({ mfaEnabled: z.boolean().default(false) }).default({ mfaEnabled: false }),
})

function settingsView(world: World, call: Call) {
  const { updatedAt, ...settings } = world.mfaSettings
  return {
    _links: {
      self: link(call, `${environmentPath(world)}/mfaSettings`),
      environment: link(call, environmentPath(world)),
    },
    environment: { id: world.tenant.environmentId },
    ...settings,
    updatedAt: isoTime(updatedAt),
  }
}

/** What an environment's MFA is set to. */
export function settingsRoutes(world: World): Route[] {
  return [
    { method: 'GET', path: SETTINGS, need: 'mfaPolicy.read', handle: (call) => ok(settingsView(world, call)) },
    {
      method: 'PUT',
      path: SETTINGS,
      need: 'mfaPolicy.write',
      handle: (call) => {
        const settings = parseJson(call, SettingsBody)
        world.mfaSettings = { ...settings, updatedAt: world.now() }
        world.recordChange(call, 'mfaSettings.update')
        return ok(settingsView(world, call))
      },
    },
    {
      method: 'DELETE',
      path: SETTINGS,
      need: 'mfaPolicy.write',
      handle: (call) => {
        world.mfaSettings = defaultMfaSettings(world.now())
        world.recordChange(call, 'mfaSettings.reset')
        return { status: 204 }
      },
    },
  ]
}
