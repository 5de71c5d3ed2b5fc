import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js'
import { beforeAll, describe, expect, test } from 'vitest'
import { openCatalogFiles } from '../../src/catalog/load.ts'
import { SERVICES } from '../../src/catalog/record.ts'

let validators: Map<string, ValidateFunction>

beforeAll(async () => {
  const catalog = openCatalogFiles()
  validators = new Map()
  for (const service of SERVICES) {
    const { endpoints, $defs } = await catalog.service(service)
    const ajv = new Ajv2020({ discriminator: true, strict: 'log', validateFormats: false, logger: false })
    ajv.addSchema({ $id: service, $defs })
    for (const { id, body } of endpoints) {
      if (body !== undefined) validators.set(id, ajv.compile(withService(body, service)))
    }
  }
})

/** References lead into the service's definitions. */
function withService(body: object, service: string): object {
  return JSON.parse(JSON.stringify(body).replaceAll('"$ref":"#/', `"$ref":"${service}#/`)) as object
}

function complaintsAbout(id: string, body: unknown): string[] {
  const validate = validators.get(id)
  if (validate === undefined) throw new Error(`${id} takes no body`)
  validate(body)
  return (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`)
}

test('every body is a JSON Schema that can be used, references included', () => {
  expect(validators.size).toBeGreaterThan(170)
})

describe('what PingOne takes is accepted', () => {
  test.each<[string, unknown]>([
    ['management.users.create', { username: 'alice', email: 'alice@example.com', population: { id: 'p' } }],
    ['management.users.update', { title: 'Engineer', nickname: null }],
    ['management.users.lock', { unlockAt: '2026-12-01T00:00:00Z' }],
    ['management.users.enabled.update', { enabled: false }],
    ['management.users.memberOfGroups.add', { id: 'g' }],
    ['management.users.password.set', { value: 'Correct-Horse-1', forceChange: true }],
    ['management.groups.create', { name: 'Engineering' }],
    ['management.populations.create', { name: 'Staff' }],
    ['management.users.roleAssignments.create', { role: { id: 'r' }, scope: { id: 'e', type: 'ENVIRONMENT' } }],
    [
      'management.gateways.create',
      {
        name: 'RADIUS',
        type: 'RADIUS',
        enabled: true,
        davinci: { policy: { id: 'p' } },
        radiusClients: [{ ip: '192.0.2.1' }],
      },
    ],
    [
      'management.identityProviders.create',
      { name: 'Google', type: 'GOOGLE', enabled: true, clientId: 'c', clientSecret: 's' },
    ],
    [
      'management.applications.create',
      {
        name: 'App',
        protocol: 'OPENID_CONNECT',
        type: 'WORKER',
        enabled: true,
        grantTypes: ['CLIENT_CREDENTIALS'],
        tokenEndpointAuthMethod: 'CLIENT_SECRET_BASIC',
      },
    ],
    ['management.translations.update', [{ key: 'k', shortKey: 'k', translatedText: 't' }]],
    [
      'credentials.digitalWalletApplications.create',
      { name: 'Wallet', application: { id: 'a' }, appOpenUrl: 'https://example.com' },
    ],
    ['risk.riskPredictors.create', { name: 'VPN', compactName: 'vpn', type: 'ANONYMOUS_NETWORK' }],
  ])('%s', (id, body) => {
    expect(complaintsAbout(id, body)).toEqual([])
  })
})

describe('what it refuses is refused', () => {
  test.each<[string, unknown, string]>([
    ['management.users.create', { email: 'alice@example.com' }, "must have required property 'username'"],
    ['management.users.enabled.update', { enabled: 'no' }, '/enabled must be boolean'],
    ['management.gateways.create', { name: 'x', type: 'LADP', enabled: true }, 'value of tag "type" must be in oneOf'],
    ['management.signOnPolicies.actions.create', {}, "must have required property 'type'"],
    ['management.users.password.set', {}, "must have required property 'value'"],
  ])('%s %j', (id, body, complaint) => {
    expect(complaintsAbout(id, body).join('\n')).toContain(complaint)
  })
})
