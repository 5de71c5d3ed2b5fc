import type { Catalog } from '../catalog/catalog.ts'
import type { EndpointRecord } from '../catalog/record.ts'
import type { PlanEnvironment, PlanTarget } from '../approval/plan.ts'
import type { ResourceWitness, WitnessResource } from '../approval/witness.ts'
import { listDevices } from '../pingone/devices.ts'
import type { PingOneClient } from '../pingone/request.ts'
import { readUser, type User } from '../pingone/users.ts'
import type { ResolvedCall } from './endpoint-call.ts'
import { newDeviceWarnings } from './device-warnings.ts'
import { readResource } from './resource.ts'
import { describeEnvironment, groupWarnings, roleWarnings, whatRemains } from './subject.ts'

export interface EndpointSubject {
  target?: PlanTarget
  environment: PlanEnvironment
  /** What the resource's own GET returns, where it has one. */
  resource?: WitnessResource
  witness: ResourceWitness
  warnings: string[]
  /** The factors that are left, where one is taken away. */
  remaining?: string[]
}

interface Asked {
  record: EndpointRecord
  call: ResolvedCall
  path: Readonly<Record<string, string>>
  body: unknown
  signal: AbortSignal
}

/** Everything that a person must know of a call, and that its approval depends on, read side by side. */
export async function readEndpointSubject(
  client: PingOneClient,
  catalog: Catalog,
  asked: Asked,
): Promise<EndpointSubject> {
  const { record, call, path, signal } = asked
  const userId = path['userID']
  const [user, userWarnings, environment, resource, group] = await Promise.all([
    userId === undefined ? undefined : readUser(client, userId, signal),
    userId === undefined ? [] : roleWarnings(client, userId, signal),
    describeEnvironment(client, signal),
    hasOwnRead(catalog, record) ? readResource(client, call.path, signal) : undefined,
    joinedGroup(asked) === undefined ? [] : groupWarnings(client, joinedGroup(asked) ?? '', signal),
  ])
  const factors = user === undefined ? undefined : await factorsAfter(client, user, asked)
  return {
    ...(user === undefined ? {} : { target: { id: user.id, email: user.email, username: user.username } }),
    environment,
    ...(resource === undefined ? {} : { resource: withoutValue(resource) }),
    witness: {
      ...(user === undefined ? {} : { user: { id: user.id, email: user.email, enabled: user.enabled } }),
      ...(resource === undefined ? {} : { resource: withoutValue(resource) }),
    },
    warnings: [...(factors?.warnings ?? []), ...userWarnings, ...group, ...deprecation(record)],
    ...(factors?.remaining === undefined ? {} : { remaining: factors.remaining }),
  }
}

function withoutValue({ value: _value, ...resource }: Awaited<ReturnType<typeof readResource>>): WitnessResource {
  return resource
}

/**
 * What stands at the path itself and can be read without a secret being handed out. A POST to a collection makes
 * something new: the list that is there says nothing of it.
 */
function hasOwnRead(catalog: Catalog, { method, path }: EndpointRecord): boolean {
  if (method === 'GET' || (method === 'POST' && !path.endsWith('}'))) return false
  return catalog.find(`GET ${path}`)?.record.effect === 'read'
}

/** The group that a user, or a group, is put into. */
function joinedGroup({ record, body }: Asked): string | undefined {
  if (record.method !== 'POST' || !record.path.endsWith('/memberOfGroups')) return undefined
  const id = (body as { id?: unknown } | undefined)?.id
  return typeof id === 'string' ? id : undefined
}

async function factorsAfter(
  client: PingOneClient,
  user: User,
  { record, path, body, signal }: Asked,
): Promise<{ remaining?: string[]; warnings: string[] } | undefined> {
  if (record.tool === 'add_sms_device') {
    const devices = await listDevices(client, user.id, signal)
    return { warnings: await newDeviceWarnings(body, user, devices) }
  }
  if (record.tool === 'unpair_mfa_device') {
    const devices = await listDevices(client, user.id, signal)
    const gone = devices.filter(({ id }) => Object.values(path).includes(id))
    return whatRemains({ user, devices }, gone)
  }
  const isSwitchedOff = record.path.endsWith('/mfaEnabled') && (body as { mfaEnabled?: unknown })?.mfaEnabled === false
  if (!isSwitchedOff) return undefined
  const devices = await listDevices(client, user.id, signal)
  return {
    remaining: whatRemains({ user, devices }, []).remaining,
    warnings: [
      `Multi-factor authentication is switched off for ${user.email}: the factors stay, and are not asked for.`,
    ],
  }
}

function deprecation({ deprecated }: EndpointRecord): string[] {
  return deprecated === true ? ['PingOne marks this endpoint as deprecated.'] : []
}
