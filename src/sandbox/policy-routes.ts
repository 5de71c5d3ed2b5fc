import { isoTime } from '../lib/clock.ts'
import type { Call, Reply, Route } from './call.ts'
import { ENVIRONMENT } from './environment-routes.ts'
import { created, environmentPath, link, list, ok } from './hal.ts'
import { parsePolicy } from './policy-body.ts'
import { constraintViolated, notFound, notUnique } from './problems.ts'
import type { DevicePolicy } from './settings.ts'
import type { World } from './world.ts'

const POLICIES = `${ENVIRONMENT}/deviceAuthenticationPolicies`
const POLICY = `${POLICIES}/:policyId`

function policyPath(world: World, { id }: DevicePolicy): string {
  return `${environmentPath(world)}/deviceAuthenticationPolicies/${id}`
}

function policyView(world: World, call: Call, policy: DevicePolicy) {
  const { mobile } = policy.methods
  return {
    _links: { self: link(call, policyPath(world, policy)), environment: link(call, environmentPath(world)) },
    id: policy.id,
    environment: { id: world.tenant.environmentId },
    name: policy.name,
    ...policy.rules,
    ...policy.methods,
    // Whether mobile devices can be paired is said for each application, not for the method.
    mobile: { enabled: mobile.enabled, otp: mobile.otp },
    default: policy.default,
    forSignOnPolicy: false,
    updatedAt: isoTime(policy.updatedAt),
  }
}

function policyOf(world: World, call: Call): DevicePolicy {
  const policy = world.policies.find(({ id }) => id === call.params['policyId'])
  if (policy === undefined) throw notFound()
  return policy
}

function requireFreeName(world: World, name: string, besides?: DevicePolicy): void {
  if (world.policies.some((other) => other !== besides && other.name === name)) throw notUnique('name')
}

/** There is always one default: a new one takes the place of the old. */
function makeDefault(world: World, policy: DevicePolicy): void {
  for (const other of world.policies) other.default = other === policy
}

function createPolicy(world: World, call: Call): Reply {
  const { default: isDefault, ...given } = parsePolicy(call)
  requireFreeName(world, given.name)
  const policy: DevicePolicy = { ...given, id: world.ids.uuid(), default: false, updatedAt: world.now() }
  world.policies.push(policy)
  if (isDefault) makeDefault(world, policy)
  world.recordChange(call, 'policy.create', { resourceId: policy.id })
  return created(call, policyPath(world, policy), policyView(world, call, policy))
}

function replacePolicy(world: World, call: Call): Reply {
  const policy = policyOf(world, call)
  const { default: isDefault, ...given } = parsePolicy(call)
  requireFreeName(world, given.name, policy)
  if (policy.default && !isDefault)
    throw constraintViolated('default', 'Another policy has to become the default first')
  Object.assign(policy, { ...given, updatedAt: world.now() })
  if (isDefault) makeDefault(world, policy)
  world.recordChange(call, 'policy.update', { resourceId: policy.id })
  return ok(policyView(world, call, policy))
}

function removePolicy(world: World, call: Call): Reply {
  const policy = policyOf(world, call)
  if (policy.default) throw constraintViolated('default', 'The default policy cannot be deleted')
  world.policies.splice(world.policies.indexOf(policy), 1)
  world.recordChange(call, 'policy.remove', { resourceId: policy.id })
  return { status: 204 }
}

/** PingOne: Device Authentication Policies, but for their migration to FIDO2. */
export function policyRoutes(world: World): Route[] {
  const [read, write] = ['mfaPolicy.read', 'mfaPolicy.write'] as const
  const listAll: Route['handle'] = (call) => {
    const views = world.policies.map((policy) => policyView(world, call, policy))
    return list(world, call, 'deviceAuthenticationPolicies', views)
  }
  const readOne: Route['handle'] = (call) => ok(policyView(world, call, policyOf(world, call)))
  return [
    { method: 'GET', path: POLICIES, need: read, handle: listAll },
    { method: 'GET', path: POLICY, need: read, handle: readOne },
    { method: 'POST', path: POLICIES, need: write, handle: (call) => createPolicy(world, call) },
    { method: 'PUT', path: POLICY, need: write, handle: (call) => replacePolicy(world, call) },
    { method: 'DELETE', path: POLICY, need: write, handle: (call) => removePolicy(world, call) },
  ]
}
