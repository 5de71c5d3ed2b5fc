import { describe, expect, test } from 'vitest'
import { DIRECTORY_IDS } from '../../src/sandbox/directory-seed.ts'
import { FIXED_IDS } from '../../src/sandbox/people.ts'
import type { Tenant } from './tenant.ts'
import { actions, detail, openTenant } from './tenant.ts'

const failure = { count: 3, coolDown: { duration: 2, timeUnit: 'MINUTES' } }
const byCode = { enabled: true, otp: { lifeTime: { duration: 30, timeUnit: 'MINUTES' }, failure } }
const byDevice = { enabled: true, otp: { failure } }
const POLICY = {
  name: 'Staff',
  default: false,
  authentication: { deviceSelection: 'PROMPT_TO_SELECT' },
  sms: byCode,
  voice: { ...byCode, enabled: false },
  email: byCode,
  totp: byDevice,
  mobile: byDevice,
}

function policyId(tenant: Tenant, name: string): string {
  return tenant.sandbox.state.policies().find((policy) => policy.name === name)?.id ?? ''
}

describe('a device authentication policy', () => {
  test('is made, replaced and deleted', async () => {
    const tenant = await openTenant()

    const made = await tenant.ask('POST', '/deviceAuthenticationPolicies', { body: POLICY })
    const path = `/deviceAuthenticationPolicies/${made.body.id}`
    const put = await tenant.ask('PUT', path, { body: { ...POLICY, name: 'Staff 2', authentication: undefined } })
    const read = await tenant.ask('GET', path)
    const deleted = await tenant.ask('DELETE', path)

    expect(made.status).toBe(201)
    expect(made.body).toMatchObject({
      name: 'Staff',
      authentication: { deviceSelection: 'PROMPT_TO_SELECT' },
      sms: { enabled: true, otp: { otpLength: 6 } },
      fido2: { enabled: false },
    })
    expect(put.body).toMatchObject({ name: 'Staff 2', authentication: { deviceSelection: 'DEFAULT_TO_FIRST' } })
    expect([read.body, deleted.status]).toEqual([put.body, 204])
    expect(tenant.sandbox.state.policies()).toHaveLength(2)
    expect(actions(tenant)).toEqual(['policy.create', 'policy.update', 'policy.remove'])
  })

  test('that becomes the default decides which devices can be paired', async () => {
    const tenant = await openTenant()
    const body = { ...POLICY, default: true, sms: { ...byCode, pairingDisabled: true } }

    await tenant.ask('POST', '/deviceAuthenticationPolicies', { body })
    const device = { type: 'SMS', phone: '+12025550177' }
    const paired = await tenant.ask('POST', `/users/${FIXED_IDS.carol}/devices`, { body: device })

    const defaults = tenant.sandbox.state.policies().filter((policy) => policy.default)
    expect(defaults.map(({ name }) => name)).toEqual(['Staff'])
    expect(paired.status).toBe(400)
  })

  test('that is the default is neither deleted nor left without a successor', async () => {
    const tenant = await openTenant()
    const path = `/deviceAuthenticationPolicies/${policyId(tenant, 'Default MFA Policy')}`

    const deleted = await tenant.ask('DELETE', path)
    const put = await tenant.ask('PUT', path, { body: POLICY })

    const refusal = { status: 400, detail: 'CONSTRAINT_VIOLATION', target: 'default' }
    expect([detail(deleted), detail(put)]).toMatchObject([refusal, refusal])
    expect(tenant.sandbox.changes).toEqual([])
  })

  test.each<[unknown, string, string]>([
    [{ name: undefined }, 'REQUIRED_VALUE', 'name'],
    [{ sms: undefined }, 'REQUIRED_VALUE', 'sms'],
    [{ name: 'Contractors' }, 'UNIQUENESS_VIOLATION', 'name'],
    [{ totp: { enabled: true, otp: { failure: { ...failure, count: 8 } } } }, 'OUT_OF_RANGE', 'totp.otp.failure.count'],
    [{ newDeviceNotification: 'PIGEON' }, 'INVALID_VALUE', 'newDeviceNotification'],
  ])('is not made with %j', async (change, code, target) => {
    const tenant = await openTenant()

    const answer = await tenant.ask('POST', '/deviceAuthenticationPolicies', {
      body: { ...POLICY, ...(change as object) },
    })

    expect(detail(answer)).toEqual({ status: 400, code: 'INVALID_DATA', detail: code, target })
  })
})

describe('the configuration', () => {
  test.each([
    ['identityProviders' as const, ['Google', 'Partner login']],
    ['signOnPolicies' as const, ['Single_Factor', 'Multi_Factor']],
    ['gateways' as const, ['Branch office VPN']],
    ['keys' as const, ['Signing certificate']],
  ])('has %s to list and to read', async (collection, expected) => {
    const tenant = await openTenant()

    const all = await tenant.ask('GET', `/${collection}`)
    const [first] = all.body._embedded[collection]
    const one = await tenant.ask('GET', `/${collection}/${first?.id}`)
    const none = await tenant.ask('GET', `/${collection}/nothing`)

    expect(all.body._embedded[collection].map(({ name }) => name)).toEqual(expected)
    expect([one.body, none.status]).toEqual([first, 404])
  })

  test('shows an identity provider with its secret, as PingOne does', async () => {
    const tenant = await openTenant()

    const answer = await tenant.ask('GET', `/identityProviders/${DIRECTORY_IDS.google}`)

    expect(answer.body).toMatchObject({ type: 'GOOGLE', clientSecret: expect.stringMatching(/^.{64}$/) })
  })

  test('hands out the credential of a gateway once', async () => {
    const tenant = await openTenant()
    const path = `/gateways/${DIRECTORY_IDS.gateway}/credentials`

    const made = await tenant.ask('POST', path)
    const all = await tenant.ask('GET', path)
    const one = await tenant.ask('GET', `${path}/${made.body.id}`)
    const deleted = await tenant.ask('DELETE', `${path}/${made.body.id}`)

    expect([made.status, made.body.credential]).toEqual([201, expect.stringMatching(/^.{64}$/)])
    expect(`${all.text}${one.text}`).not.toContain(made.body.credential)
    expect([all.body.size, one.body.id, deleted.status]).toEqual([1, made.body.id, 204])
    expect(actions(tenant)).toEqual(['gatewayCredential.create', 'gatewayCredential.remove'])
  })
})
