import type { Access, Call, Reply, Route } from './call.ts'
import { gatewayForbidden, insufficientPermissions, invalidToken, notFound, problem } from './problems.ts'
import { isGranted } from './roles.ts'
import { isValidToken } from './token.ts'
import type { World } from './world.ts'

/** Token first, then the environment, then the roles: in this order PingOne refuses. */
export function answerRoute(world: World, route: Route, call: Call): Reply {
  authenticate(world, call)
  const { environmentId } = call.params
  if (environmentId !== undefined && environmentId !== world.tenant.environmentId) {
    throw world.knobs.missingEnvironmentStatus === 403
      ? insufficientPermissions()
      : notFound(`Unable to find environment with ID: '${environmentId}'`)
  }
  return route.handle(call, accessFor(world, route))
}

function accessFor(world: World, { need }: Route): Access {
  const granting = world.tenant.workerRoles.filter(({ role }) => isGranted(need, role))
  if (granting.length === 0) throw insufficientPermissions()
  return {
    reaches: (populationId) =>
      granting.some((grant) => grant.populationId === undefined || grant.populationId === populationId),
  }
}

export function answerUnsupportedMethod(world: World, call: Call): Reply {
  authenticate(world, call)
  throw world.knobs.unsupportedMethod === 'gateway' ? gatewayForbidden() : problem(405, 'METHOD_NOT_ALLOWED')
}

export function answerUnknownPath(world: World, call: Call): Reply {
  authenticate(world, call)
  throw notFound()
}

function authenticate(world: World, { authorization }: Call): void {
  if (!isValidToken(world, authorization)) throw invalidToken()
}
