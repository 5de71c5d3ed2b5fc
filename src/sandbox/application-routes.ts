import { isoTime } from '../lib/clock.ts'
import { parseApplication } from './application-body.ts'
import { addAssignment, dropApplication, removeAssignment, setConfig, wholeApplication } from './applications.ts'
import type { Call, Reply, Route } from './call.ts'
import type { SandboxApplication } from './directory.ts'
import { ENVIRONMENT } from './environment-routes.ts'
import { created, environmentPath, link, list, ok } from './hal.ts'
import { createApplicationRecord } from './new-records.ts'
import { notFound } from './problems.ts'
import { roleAssignmentRoutes } from './role-routes.ts'
import { newSecret } from './secrets.ts'
import type { World } from './world.ts'

const APPLICATIONS = `${ENVIRONMENT}/applications`
export const APPLICATION = `${APPLICATIONS}/:applicationId`

export function applicationPath(world: World, { id }: SandboxApplication): string {
  return `${environmentPath(world)}/applications/${id}`
}

export function applicationOf(world: World, call: Call): SandboxApplication {
  const id = call.params['applicationId'] ?? ''
  const application = world.applications.get(id)
  if (application === undefined) throw notFound(`Unable to find Application with ID: '${id}'`)
  return application
}

/** The secret is not in it: it has an address of its own. */
function applicationView(world: World, call: Call, application: SandboxApplication) {
  const { id, config, createdAt, updatedAt } = wholeApplication(world, application)
  const path = applicationPath(world, application)
  const isClient = config.protocol === 'OPENID_CONNECT'
  return {
    _links: {
      self: link(call, path),
      environment: link(call, environmentPath(world)),
      roleAssignments: link(call, `${path}/roleAssignments`),
      ...(isClient && { secret: link(call, `${path}/secret`) }),
    },
    ...config,
    id,
    environment: { id: world.tenant.environmentId },
    ...(isClient && { clientId: id }),
    createdAt: isoTime(createdAt),
    updatedAt: isoTime(updatedAt),
  }
}

/** Whether an application authenticates with a secret. */
function wantsSecret({ config }: SandboxApplication): boolean {
  return config.protocol === 'OPENID_CONNECT' && String(config['tokenEndpointAuthMethod']).startsWith('CLIENT_SECRET')
}

function createApplication(world: World, call: Call): Reply {
  const application = createApplicationRecord(world, { config: parseApplication(call) })
  if (wantsSecret(application)) application.secret = newSecret(world.ids)
  world.recordChange(call, 'application.create', { applicationId: application.id })
  return created(call, applicationPath(world, application), applicationView(world, call, application))
}

function replaceApplication(world: World, call: Call, application: SandboxApplication): Reply {
  setConfig(world, application, parseApplication(call))
  if (!wantsSecret(application)) application.secret = undefined
  else application.secret ??= newSecret(world.ids)
  world.recordChange(call, 'application.update', { applicationId: application.id })
  return ok(applicationView(world, call, application))
}

function removeApplication(world: World, call: Call, application: SandboxApplication): Reply {
  dropApplication(world, application)
  world.recordChange(call, 'application.remove', { applicationId: application.id })
  return { status: 204 }
}

/** PingOne: Applications, and the roles that they hold. */
export function applicationRoutes(world: World): Route[] {
  const ofApplication =
    (act: (world: World, call: Call, application: SandboxApplication) => Reply): Route['handle'] =>
    (call) =>
      act(world, call, applicationOf(world, call))
  const listAll: Route['handle'] = (call) => {
    const views = [...world.applications.values()].map((application) => applicationView(world, call, application))
    return list(world, call, 'applications', views)
  }
  const readOne = ofApplication((_world, call, application) => ok(applicationView(world, call, application)))
  const [read, write] = ['application.read', 'application.write'] as const
  return [
    { method: 'GET', path: APPLICATIONS, need: read, handle: listAll },
    { method: 'POST', path: APPLICATIONS, need: write, handle: (call) => createApplication(world, call) },
    { method: 'GET', path: APPLICATION, need: read, handle: readOne },
    { method: 'PUT', path: APPLICATION, need: write, handle: ofApplication(replaceApplication) },
    { method: 'DELETE', path: APPLICATION, need: write, handle: ofApplication(removeApplication) },
    ...roleAssignmentRoutes(world, {
      holderPath: APPLICATION,
      read,
      write,
      holderOf: (call) => {
        const application = applicationOf(world, call)
        return {
          path: applicationPath(world, application),
          subject: { applicationId: application.id },
          assignments: wholeApplication(world, application).roleAssignments,
          add: (assignment) => addAssignment(world, application, assignment),
          remove: (id) => removeAssignment(world, application, id),
        }
      },
    }),
  ]
}
