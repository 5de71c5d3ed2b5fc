import { z } from 'zod'
import { isoTime } from '../lib/clock.ts'
import type { Call, Reply, Route } from './call.ts'
import { parseBody, tolerateBody, VENDOR } from './call.ts'
import { environmentPath, link, ok, userPath } from './hal.ts'
import { isPassword, passwordStatus, requireStrength, setPassword } from './password.ts'
import { invalidData, unsupportedMediaType } from './problems.ts'
import type { SandboxUser } from './records.ts'
import { USER, userOf } from './user-routes.ts'
import type { World } from './world.ts'

const PASSWORD = `${USER}/password`

const SettingBody = z.object({
  value: z.string().min(1),
  forceChange: z.boolean().default(false),
  bypassPolicy: z.boolean().default(false),
})
const ResetBody = z.object({ currentPassword: z.string(), newPassword: z.string().min(1) })

/** The state, never the password. */
function stateView(world: World, call: Call, user: SandboxUser) {
  const password = world.passwords.get(user.id)
  return {
    _links: {
      self: link(call, `${userPath(world, user.id)}/password`),
      environment: link(call, environmentPath(world)),
      user: link(call, userPath(world, user.id)),
    },
    environment: { id: world.tenant.environmentId },
    user: { id: user.id },
    status: passwordStatus(world, user),
    ...(password !== undefined && { lastChangedAt: isoTime(password.changedAt) }),
  }
}

function storePassword(world: World, user: SandboxUser, body: z.output<typeof SettingBody>): void {
  if (!body.bypassPolicy) requireStrength(body.value, 'value')
  setPassword(world, user, { value: body.value, mustChange: body.forceChange })
}

/** Without a value the user is left without a password. */
function setOrRemove(world: World, call: Call, user: SandboxUser): void {
  const { value, ...rest } = parseBody(call, SettingBody.partial({ value: true }))
  if (value === undefined) world.passwords.delete(user.id)
  else storePassword(world, user, { value, ...rest })
}

function changeOwn(world: World, call: Call, user: SandboxUser): void {
  const { currentPassword, newPassword } = parseBody(call, ResetBody)
  requireStrength(newPassword, 'newPassword')
  if (!isPassword(world, user, currentPassword)) {
    throw invalidData('INVALID_VALUE', 'currentPassword', 'The current password is another one')
  }
  setPassword(world, user, { value: newPassword, mustChange: false })
}

function putPassword(world: World, call: Call, user: SandboxUser): Reply {
  switch (call.contentType) {
    case `${VENDOR}password.set+json`:
      storePassword(world, user, parseBody(call, SettingBody))
      break
    case `${VENDOR}password.setvalue+json`:
      setOrRemove(world, call, user)
      break
    case `${VENDOR}password.reset+json`:
      changeOwn(world, call, user)
      break
    default:
      throw unsupportedMediaType()
  }
  world.recordChange(call, 'password.set', { userId: user.id })
  return ok(stateView(world, call, user))
}

function forceChange(world: World, call: Call, user: SandboxUser): Reply {
  tolerateBody(call)
  const password = world.passwords.get(user.id)
  if (password === undefined) throw invalidData('NO_PASSWORD', 'password', 'The user has no password')
  password.mustChange = true
  world.recordChange(call, 'password.forceChange', { userId: user.id })
  return ok(stateView(world, call, user))
}

function unlockPassword(world: World, call: Call, user: SandboxUser): Reply {
  tolerateBody(call)
  const password = world.passwords.get(user.id)
  if (password !== undefined) password.failures = 0
  world.recordChange(call, 'password.unlock', { userId: user.id })
  return ok(stateView(world, call, user))
}

/** Right or wrong, it is a change: it counts. */
function checkPassword(world: World, call: Call, user: SandboxUser): Reply {
  const { password } = parseBody(call, z.object({ password: z.string() }))
  const isRight = isPassword(world, user, password)
  world.recordChange(call, 'password.check', { userId: user.id })
  if (!isRight) throw invalidData('INVALID_VALUE', 'password', 'The password is another one')
  return ok(stateView(world, call, user))
}

function postPassword(world: World, call: Call, user: SandboxUser): Reply {
  switch (call.contentType) {
    // Media types are compared in lower case; this one has no `+json` at its end.
    case `${VENDOR}password.forcechange`:
      return forceChange(world, call, user)
    case `${VENDOR}password.unlock+json`:
      return unlockPassword(world, call, user)
    case `${VENDOR}password.check+json`:
      return checkPassword(world, call, user)
    default:
      throw unsupportedMediaType()
  }
}

/** PingOne: User Passwords. What a PUT or POST does is told by its media type; recovery by a sent code is left out. */
export function passwordRoutes(world: World): Route[] {
  const ofUser =
    (act: (world: World, call: Call, user: SandboxUser) => Reply): Route['handle'] =>
    (call, access) =>
      act(world, call, userOf(world, call, access))
  const read = ofUser((_world, call, user) => ok(stateView(world, call, user)))
  return [
    { method: 'GET', path: PASSWORD, need: 'user.read', handle: read },
    { method: 'PUT', path: PASSWORD, need: 'user.write', handle: ofUser(putPassword) },
    { method: 'POST', path: PASSWORD, need: 'user.write', handle: ofUser(postPassword) },
  ]
}
