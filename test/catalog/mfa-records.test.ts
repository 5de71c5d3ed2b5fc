import { describe, expect, test } from 'vitest'
import { compileMfa } from '../../scripts/catalog/mfa.ts'
import type { JsonSchema, ServiceCatalog } from '../../src/catalog/record.ts'
import type { Action } from './mfa-openapi.ts'
import { actionsOf, answerSchema, createAjv, MFA_JSON, readOpenApi, resolveSchema } from './mfa-openapi.ts'

const DOCUMENT = readOpenApi()
const CALLABLE = actionsOf(DOCUMENT).filter((action) => !action.isOnAuthHost)
const { catalog, leftOut } = compileMfa()

describe('the records made of it', () => {
  test('are those that are committed', () => {
    const committed = JSON.parse(MFA_JSON) as ServiceCatalog
    // What other services have too is marked after this compilation.
    for (const record of committed.endpoints) delete record.sameAs

    expect(committed).toEqual(catalog)
  })

  test('are one for each media type that selects an action, with ids of their own', () => {
    const ids = catalog.endpoints.map(({ id }) => id)

    expect(catalog.endpoints.length).toBe(CALLABLE.length)
    expect(new Set(ids).size).toBe(ids.length)
    expect(ids.toSorted()).toMatchInlineSnapshot(`
      [
        "mfa.deviceAuthenticationPolicies.create",
        "mfa.deviceAuthenticationPolicies.delete",
        "mfa.deviceAuthenticationPolicies.list",
        "mfa.deviceAuthenticationPolicies.migrateToFido2",
        "mfa.deviceAuthenticationPolicies.read",
        "mfa.deviceAuthenticationPolicies.update",
        "mfa.devices.activate",
        "mfa.devices.block",
        "mfa.devices.create",
        "mfa.devices.delete",
        "mfa.devices.list",
        "mfa.devices.read",
        "mfa.devices.removeOrder",
        "mfa.devices.resendCode",
        "mfa.devices.sendLogs",
        "mfa.devices.setOrder",
        "mfa.devices.unblock",
        "mfa.devices.unlock",
        "mfa.devices.updateNickname",
        "mfa.environment.read",
        "mfa.fido2Policies.create",
        "mfa.fido2Policies.delete",
        "mfa.fido2Policies.list",
        "mfa.fido2Policies.read",
        "mfa.fido2Policies.update",
        "mfa.fidoDevicesMetadata.create",
        "mfa.fidoDevicesMetadata.delete",
        "mfa.fidoDevicesMetadata.list",
        "mfa.fidoDevicesMetadata.read",
        "mfa.fidoPolicies.create",
        "mfa.fidoPolicies.delete",
        "mfa.fidoPolicies.list",
        "mfa.fidoPolicies.read",
        "mfa.fidoPolicies.update",
        "mfa.pairingKeys.create",
        "mfa.pairingKeys.delete",
        "mfa.pairingKeys.read",
        "mfa.pushCredentials.create",
        "mfa.pushCredentials.delete",
        "mfa.pushCredentials.list",
        "mfa.pushCredentials.read",
        "mfa.pushCredentials.update",
        "mfa.settings.read",
        "mfa.settings.reset",
        "mfa.settings.update",
        "mfa.users.bypassMfa.read",
        "mfa.users.bypassMfa.update",
        "mfa.users.mfaEnabled.read",
        "mfa.users.mfaEnabled.update",
      ]
    `)
  })

  test('leave out what is on the auth host', () => {
    expect(leftOut).toHaveLength(7)
    expect(catalog.endpoints.filter(({ path }) => !path.startsWith('/environments/{environmentID}'))).toEqual([])
  })

  test('know every body but that of a custom authenticator', () => {
    expect(catalog.endpoints.filter(({ typed }) => !typed).map(({ id }) => id)).toEqual([
      'mfa.fidoDevicesMetadata.create',
    ])
  })

  test('send a body only where there is one to send', () => {
    const mute = catalog.endpoints.filter(({ contentType, body }) => contentType !== undefined && body === undefined)

    expect(mute.map(({ id }) => id)).toEqual([
      'mfa.devices.removeOrder',
      'mfa.devices.resendCode',
      'mfa.devices.block',
      'mfa.devices.unblock',
      'mfa.devices.unlock',
    ])
  })

  test.each(catalog.endpoints.filter(({ body }) => body !== undefined).map((record) => [record.id, record] as const))(
    'take their example: %s',
    (_, { body, example, typed }) => {
      const validate = createAjv({ discriminator: true }).compile({ ...body, $defs: catalog.$defs })

      const isTaken = example === undefined ? validate({}) : validate(example)

      expect(validate.errors).toBeNull()
      expect(isTaken).toBe(true)
      expect(example !== undefined).toBe(typed)
    },
  )

  test('ask for nothing that only PingOne writes', () => {
    const text = JSON.stringify(catalog.$defs)

    expect(text).not.toContain('readOnly')
    expect(text).not.toContain('"_links"')
    expect(text).not.toContain('forSignOnPolicy')
    expect(text).not.toContain('"updatedAt"')
  })

  test('name the value of the discriminator where a body is of no known kind', () => {
    const create = catalog.endpoints.find(({ id }) => id === 'mfa.devices.create')
    const validate = createAjv({ discriminator: true }).compile({ ...create?.body, $defs: catalog.$defs })

    validate({ type: 'MOBILE' })

    expect(validate.errors).toMatchObject([{ keyword: 'discriminator', params: { tag: 'type', tagValue: 'MOBILE' } }])
  })
})

describe('the effect of an endpoint', () => {
  const effects = new Map(catalog.endpoints.map((record) => [record.id, record]))
  const idsWith = (effect: string) => catalog.endpoints.filter((record) => record.effect === effect).map(({ id }) => id)

  test('is sensitive exactly where the answer has a secret', () => {
    const secretive = CALLABLE.filter((action) => answers(action).some((schema) => hasSecret(schema)))

    expect(idsWith('sensitive')).toEqual(secretive.map(({ endpoint }) => endpoint?.id))
    expect(idsWith('sensitive')).toEqual(['mfa.devices.create', 'mfa.pairingKeys.create', 'mfa.pairingKeys.read'])
  })

  test('is never a change where something is only read', () => {
    const changing = CALLABLE.filter(({ method }) => method === 'GET').map(({ endpoint }) => endpoint?.effect)

    expect(new Set(changing)).toEqual(new Set(['read', 'sensitive']))
  })

  test('is destructive for every DELETE, and for what takes protection away', () => {
    const deleting = [...effects.values()].filter(({ method }) => method === 'DELETE').map(({ id }) => id)

    expect(idsWith('destructive').filter((id) => !deleting.includes(id))).toEqual([
      'mfa.devices.block',
      'mfa.users.mfaEnabled.update',
      'mfa.users.bypassMfa.update',
    ])
    expect(deleting.filter((id) => effects.get(id)?.effect !== 'destructive')).toEqual([])
  })

  function answers({ operation, endpoint }: Action): JsonSchema[] {
    const statuses = Object.keys(operation.responses).filter((status) => /^2\d\d$/.test(status))
    const own = endpoint?.answer === undefined ? statuses : [endpoint.answer]
    return own.map((status) => answerSchema(DOCUMENT, operation, Number(status)) ?? {})
  }

  function hasSecret(raw: unknown): boolean {
    if (typeof raw !== 'object' || raw === null) return false
    const schema = resolveSchema(DOCUMENT, raw as JsonSchema)
    return schema['format'] === 'password' || Object.values(schema).some(hasSecret)
  }
})
