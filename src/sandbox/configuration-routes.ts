import { isoTime } from '../lib/clock.ts'
import type { Call, Reply, Route } from './call.ts'
import type { ConfigurationRecord, GatewayCredential } from './directory.ts'
import { ENVIRONMENT } from './environment-routes.ts'
import { created, environmentPath, link, list, ok } from './hal.ts'
import { notFound } from './problems.ts'
import { newSecret } from './secrets.ts'
import type { World } from './world.ts'

const GATEWAY = `${ENVIRONMENT}/gateways/:id`
const CREDENTIALS = `${GATEWAY}/credentials`
const CREDENTIAL = `${CREDENTIALS}/:credentialId`

type Collection = 'identityProviders' | 'signOnPolicies' | 'gateways' | 'keys'

function recordOf(records: readonly ConfigurationRecord[], call: Call): ConfigurationRecord {
  const record = records.find(({ id }) => id === call.params['id'])
  if (record === undefined) throw notFound()
  return record
}

/** A list and its items, for reading only. */
function readOnlyRoutes(world: World, collection: Collection): Route[] {
  const view = (call: Call, { id, fields, createdAt }: ConfigurationRecord) => ({
    _links: {
      self: link(call, `${environmentPath(world)}/${collection}/${id}`),
      environment: link(call, environmentPath(world)),
    },
    id,
    environment: { id: world.tenant.environmentId },
    ...fields,
    createdAt: isoTime(createdAt),
    updatedAt: isoTime(createdAt),
  })
  const path = `${ENVIRONMENT}/${collection}`
  return [
    {
      method: 'GET',
      path,
      need: 'configuration.read',
      handle: (call) => {
        const views = world[collection].map((record) => view(call, record))
        return list(world, call, collection, views)
      },
    },
    {
      method: 'GET',
      path: `${path}/:id`,
      need: 'configuration.read',
      handle: (call) => ok(view(call, recordOf(world[collection], call))),
    },
  ]
}

function credentialPath(world: World, { id, gatewayId }: GatewayCredential): string {
  return `${environmentPath(world)}/gateways/${gatewayId}/credentials/${id}`
}

function credentialView(world: World, call: Call, credential: GatewayCredential) {
  return {
    _links: { self: link(call, credentialPath(world, credential)) },
    id: credential.id,
    createdAt: isoTime(credential.createdAt),
  }
}

function credentialsOf(world: World, call: Call): GatewayCredential[] {
  const gateway = recordOf(world.gateways, call)
  return [...world.gatewayCredentials.values()].filter(({ gatewayId }) => gatewayId === gateway.id)
}

function credentialOf(world: World, call: Call): GatewayCredential {
  const credential = credentialsOf(world, call).find(({ id }) => id === call.params['credentialId'])
  if (credential === undefined) throw notFound()
  return credential
}

/** The only answer that shows the credential itself. */
function createCredential(world: World, call: Call): Reply {
  const gateway = recordOf(world.gateways, call)
  const credential: GatewayCredential = {
    id: world.ids.uuid(),
    gatewayId: gateway.id,
    credential: newSecret(world.ids),
    createdAt: world.now(),
  }
  world.gatewayCredentials.set(credential.id, credential)
  world.recordChange(call, 'gatewayCredential.create', { resourceId: credential.id })
  const view = { ...credentialView(world, call, credential), credential: credential.credential }
  return created(call, credentialPath(world, credential), view)
}

function removeCredential(world: World, call: Call): Reply {
  const { id } = credentialOf(world, call)
  world.gatewayCredentials.delete(id)
  world.recordChange(call, 'gatewayCredential.remove', { resourceId: id })
  return { status: 204 }
}

function credentialRoutes(world: World): Route[] {
  const [read, write] = ['configuration.read', 'configuration.write'] as const
  const listAll: Route['handle'] = (call) => {
    const views = credentialsOf(world, call).map((credential) => credentialView(world, call, credential))
    return list(world, call, 'credentials', views)
  }
  const readOne: Route['handle'] = (call) => ok(credentialView(world, call, credentialOf(world, call)))
  return [
    { method: 'GET', path: CREDENTIALS, need: read, handle: listAll },
    { method: 'GET', path: CREDENTIAL, need: read, handle: readOne },
    { method: 'POST', path: CREDENTIALS, need: write, handle: (call) => createCredential(world, call) },
    { method: 'DELETE', path: CREDENTIAL, need: write, handle: (call) => removeCredential(world, call) },
  ]
}

/** What an environment is set up with, and what is read far more often than it is written. */
export function configurationRoutes(world: World): Route[] {
  const collections = ['identityProviders', 'signOnPolicies', 'gateways', 'keys'] as const
  return [...collections.flatMap((collection) => readOnlyRoutes(world, collection)), ...credentialRoutes(world)]
}
