import { z } from 'zod'
import type { Access, Call, Reply, Route } from './call.ts'
import { jsonObject, parseBody, parseJson, parseValue, tolerateBody, VENDOR } from './call.ts'
import { ENVIRONMENT } from './environment-routes.ts'
import { created, ok, userPath } from './hal.ts'
import { createUserRecord } from './new-records.ts'
import { setPassword } from './password.ts'
import { insufficientPermissions, invalidData, notUnique, unsupportedMediaType } from './problems.ts'
import type { SandboxUser } from './records.ts'
import { CreationBody, ImportBody, patched, UserFields } from './user-body.ts'
import { dropUser, fieldsOf, isUsernameTaken, setFields } from './user-record.ts'
import { USER, userOf } from './user-routes.ts'
import { userView } from './user-view.ts'
import type { World } from './world.ts'

const LockBody = z.object({ unlockAt: z.iso.datetime({ offset: true }).optional() })

/** The population of a new user, or of one who moves: it must be there, and within the worker's reach. */
export function populationFor(world: World, access: Access, id: string | undefined, target: string): string {
  const population = world.populations.find((candidate) =>
    id === undefined ? candidate.isDefault : candidate.id === id,
  )
  if (population === undefined) throw invalidData('INVALID_VALUE', target, 'There is no such population')
  if (!access.reaches(population.id)) throw insufficientPermissions()
  return population.id
}

function bodyOfCreation(call: Call): z.output<typeof ImportBody> {
  if (call.contentType === `${VENDOR}user.import+json`) return parseBody(call, ImportBody)
  return parseJson(call, CreationBody)
}

function createUser(world: World, call: Call, access: Access): Reply {
  const { population, enabled = true, mfaEnabled, password, ...fields } = bodyOfCreation(call)
  const populationId = populationFor(world, access, population?.id, 'population.id')
  if (isUsernameTaken(world, fields.username)) throw notUnique('username')
  const user = createUserRecord(world, {
    email: fields.email,
    username: fields.username,
    populationId,
    enabled,
    mfaEnabled: mfaEnabled ?? world.mfaSettings.users.mfaEnabled,
  })
  setFields(world, user, fields)
  if (password?.value !== undefined) {
    setPassword(world, user, { value: password.value, mustChange: password.forceChange })
  }
  world.recordChange(call, 'user.create', { userId: user.id })
  return created(call, userPath(world, user.id), userView(world, call, user))
}

function update(world: World, call: Call, user: SandboxUser, fields: UserFields): Reply {
  if (isUsernameTaken(world, fields.username, user)) throw notUnique('username')
  setFields(world, user, fields)
  world.recordChange(call, 'user.update', { userId: user.id })
  return ok(userView(world, call, user))
}

function patchUser(world: World, call: Call, user: SandboxUser): Reply {
  if (call.contentType !== 'application/json') throw unsupportedMediaType()
  return update(world, call, user, parseValue(patched(fieldsOf(user), jsonObject(call)), UserFields))
}

/** Without a time in the future nothing is locked, and nothing is said about it. */
function lockAccount(world: World, call: Call, user: SandboxUser): Reply {
  const { unlockAt } = call.body.trim() === '' ? {} : parseBody(call, LockBody)
  const until = unlockAt === undefined ? 0 : Date.parse(unlockAt)
  if (until > world.now()) {
    user.lockedUntil = until
    world.recordChange(call, 'user.lock', { userId: user.id })
  }
  return ok(userView(world, call, user))
}

function unlockAccount(world: World, call: Call, user: SandboxUser): Reply {
  tolerateBody(call)
  user.lockedUntil = undefined
  world.recordChange(call, 'user.unlock', { userId: user.id })
  return ok(userView(world, call, user))
}

function actOnUser(world: World, call: Call, user: SandboxUser): Reply {
  if (call.contentType === `${VENDOR}account.lock+json`) return lockAccount(world, call, user)
  if (call.contentType === `${VENDOR}account.unlock+json`) return unlockAccount(world, call, user)
  throw unsupportedMediaType()
}

function removeUser(world: World, call: Call, user: SandboxUser): Reply {
  dropUser(world, user)
  world.recordChange(call, 'user.remove', { userId: user.id })
  return { status: 204 }
}

/** PingOne: Users, as far as they are made, changed and deleted as a whole. */
export function userWriteRoutes(world: World): Route[] {
  const ofUser =
    (act: (world: World, call: Call, user: SandboxUser) => Reply): Route['handle'] =>
    (call, access) =>
      act(world, call, userOf(world, call, access))
  const replace = ofUser((_world, call, user) => update(world, call, user, parseJson(call, UserFields)))
  const need = 'user.write'
  return [
    {
      method: 'POST',
      path: `${ENVIRONMENT}/users`,
      need,
      handle: (call, access) => createUser(world, call, access),
    },
    { method: 'POST', path: USER, need, handle: ofUser(actOnUser) },
    { method: 'PUT', path: USER, need, handle: replace },
    { method: 'PATCH', path: USER, need, handle: ofUser(patchUser) },
    { method: 'DELETE', path: USER, need, handle: ofUser(removeUser) },
  ]
}
