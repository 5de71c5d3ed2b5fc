import { z } from 'zod'
import { isoTime } from '../lib/clock.ts'
import { APPLICATION, applicationOf, applicationPath } from './application-routes.ts'
import { setSecret, wholeApplication } from './applications.ts'
import type { Call, Reply, Route } from './call.ts'
import { parseJson } from './call.ts'
import type { SandboxApplication } from './directory.ts'
import { environmentPath, link, ok } from './hal.ts'
import { notFound } from './problems.ts'
import { newSecret } from './secrets.ts'
import type { World } from './world.ts'

const SECRET = `${APPLICATION}/secret`
const RotationBody = z.object({ previous: z.object({ expiresAt: z.iso.datetime({ offset: true }) }).optional() })

function secretOf(world: World, application: SandboxApplication): string {
  const { secret } = wholeApplication(world, application)
  if (secret === undefined) throw notFound()
  return secret
}

function secretView(world: World, call: Call, application: SandboxApplication) {
  const { previousSecret } = application
  return {
    _links: {
      self: link(call, `${applicationPath(world, application)}/secret`),
      environment: link(call, environmentPath(world)),
      application: link(call, applicationPath(world, application)),
    },
    environment: { id: world.tenant.environmentId },
    secret: secretOf(world, application),
    ...(previousSecret !== undefined && {
      previous: { secret: previousSecret.value, expiresAt: isoTime(previousSecret.expiresAt) },
    }),
  }
}

/** A new secret. The one before is worth nothing any more, unless it is given time. */
function rotate(world: World, call: Call, application: SandboxApplication): Reply {
  const { previous } = call.body.trim() === '' ? {} : parseJson(call, RotationBody)
  const value = secretOf(world, application)
  const expiresAt = previous === undefined ? 0 : Date.parse(previous.expiresAt)
  application.previousSecret = expiresAt > world.now() ? { value, expiresAt } : undefined
  setSecret(world, application, newSecret(world.ids))
  world.recordChange(call, 'secret.rotate', { applicationId: application.id })
  return ok(secretView(world, call, application))
}

function removePrevious(world: World, call: Call, application: SandboxApplication): Reply {
  if (application.previousSecret === undefined) throw notFound()
  application.previousSecret = undefined
  world.recordChange(call, 'secret.removePrevious', { applicationId: application.id })
  return { status: 204 }
}

/** PingOne: Application Secret. */
export function applicationSecretRoutes(world: World): Route[] {
  const ofApplication =
    (act: (world: World, call: Call, application: SandboxApplication) => Reply): Route['handle'] =>
    (call) =>
      act(world, call, applicationOf(world, call))
  const read = ofApplication((_world, call, application) => ok(secretView(world, call, application)))
  return [
    { method: 'GET', path: SECRET, need: 'applicationSecret.read', handle: read },
    { method: 'POST', path: SECRET, need: 'application.write', handle: ofApplication(rotate) },
    { method: 'DELETE', path: SECRET, need: 'application.write', handle: ofApplication(removePrevious) },
  ]
}
