import type { SandboxApplication } from './directory.ts'
import { constraintViolated, invalidData } from './problems.ts'
import { createRandom } from './random.ts'
import type { SandboxRoleAssignment, WorkerRole } from './records.ts'
import type { World } from './world.ts'

/**
 * The worker application that this program is: one of the environment's applications, unless it lives in another one.
 * Its secret, its roles and whether it works are facts of the tenant, so here they are looked up and changed there.
 */

function isWorker(world: World, { id }: SandboxApplication): boolean {
  return id === world.tenant.clientId
}

/** The same id each time for the same assignment, which has no place of its own to keep one. */
function workerAssignment(world: World, { role, populationId }: WorkerRole): SandboxRoleAssignment {
  const scope =
    populationId === undefined
      ? { id: world.tenant.environmentId, type: 'ENVIRONMENT' as const }
      : { id: populationId, type: 'POPULATION' as const }
  return { id: createRandom(0, `${world.tenant.clientId} ${role} ${scope.id}`).uuid(), role, scope }
}

/** An application with all that is known of it. */
export function wholeApplication(world: World, application: SandboxApplication): SandboxApplication {
  if (!isWorker(world, application)) return application
  const { applicationEnabled, clientSecret, grantTypes, tokenAuthMethod, workerRoles } = world.tenant
  return {
    ...application,
    config: {
      ...application.config,
      enabled: applicationEnabled,
      grantTypes: grantTypes.map((grantType) => grantType.toUpperCase()),
      tokenEndpointAuthMethod: tokenAuthMethod === 'basic' ? 'CLIENT_SECRET_BASIC' : 'CLIENT_SECRET_POST',
    },
    secret: clientSecret,
    roleAssignments: workerRoles.map((held) => workerAssignment(world, held)),
  }
}

const WORKER_METHODS: Record<string, 'basic' | 'post'> = { CLIENT_SECRET_BASIC: 'basic', CLIENT_SECRET_POST: 'post' }

export function setConfig(world: World, application: SandboxApplication, config: SandboxApplication['config']): void {
  if (isWorker(world, application)) {
    const tokenAuthMethod = WORKER_METHODS[String(config['tokenEndpointAuthMethod'])]
    if (tokenAuthMethod === undefined) {
      throw invalidData('INVALID_VALUE', 'tokenEndpointAuthMethod', 'This worker authenticates with a secret only')
    }
    const grantTypes = (config['grantTypes'] as string[] | undefined) ?? []
    world.tenant = {
      ...world.tenant,
      applicationEnabled: config.enabled,
      tokenAuthMethod,
      grantTypes: grantTypes.map((grantType) => grantType.toLowerCase()),
    }
  }
  Object.assign(application, { config, updatedAt: world.now() })
}

export function setSecret(world: World, application: SandboxApplication, secret: string): void {
  if (isWorker(world, application)) world.tenant = { ...world.tenant, clientSecret: secret }
  else application.secret = secret
}

/** The secrets that the worker may authenticate with: its present one, and the one before while it lasts. */
export function workerSecrets(world: World): string[] {
  const previous = world.applications.get(world.tenant.clientId)?.previousSecret
  return [world.tenant.clientSecret, ...(previous === undefined ? [] : [previous.value])]
}

export function addAssignment(
  world: World,
  application: SandboxApplication,
  added: SandboxRoleAssignment,
): SandboxRoleAssignment {
  if (!isWorker(world, application)) {
    application.roleAssignments = [...application.roleAssignments, added]
    return added
  }
  const { role, scope } = added
  if (scope.type === 'ORGANIZATION') throw constraintViolated('scope.type', 'This worker holds no such scope')
  const held: WorkerRole = { role, ...(scope.type === 'POPULATION' && { populationId: scope.id }) }
  world.tenant = { ...world.tenant, workerRoles: [...world.tenant.workerRoles, held] }
  return workerAssignment(world, held)
}

export function removeAssignment(world: World, application: SandboxApplication, id: string): void {
  application.roleAssignments = application.roleAssignments.filter((assignment) => assignment.id !== id)
  if (!isWorker(world, application)) return
  const workerRoles = world.tenant.workerRoles.filter((held) => workerAssignment(world, held).id !== id)
  world.tenant = { ...world.tenant, workerRoles }
}

/** A worker that is deleted gets no further token, and those that it has are worth nothing. */
export function dropApplication(world: World, application: SandboxApplication): void {
  if (isWorker(world, application)) {
    world.tenant = { ...world.tenant, applicationEnabled: false }
    world.tokens.clear()
  }
  world.applications.delete(application.id)
}
