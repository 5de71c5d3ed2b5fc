import { describe, expect, test } from 'vitest'
import type { JsonSchema } from '../../src/catalog/record.ts'
import { PUBLIC_SPECIFICATION, readOpenApi, resolveSchema } from './mfa-openapi.ts'

type Document = ReturnType<typeof readOpenApi>

const OURS = readOpenApi()
const THEIRS = readOpenApi(PUBLIC_SPECIFICATION)
const LIMITS = ['type', 'enum', 'format', 'minimum', 'maximum', 'minItems', 'maxItems', 'maxLength', 'default'] as const

/** Each field of a schema on a line of its own: dotted name, an exclamation mark where it is required, type and limits. */
function fieldsOf(document: Document, raw: JsonSchema, name = '', isRequired = false): string[] {
  const schemas = flattened(document, raw)
  const [first = {}] = schemas
  const own = LIMITS.flatMap((limit) => (first[limit] === undefined ? [] : `${limit}=${JSON.stringify(first[limit])}`))
  const required = new Set(schemas.flatMap((schema) => (schema['required'] ?? []) as string[]))
  const below = schemas.flatMap((schema) => Object.entries((schema['properties'] ?? {}) as Record<string, JsonSchema>))
  const items = first['items'] as JsonSchema | undefined
  return [
    ...(name === '' ? [] : [`${name}${isRequired ? '!' : ''} ${own.join(' ')}`]),
    ...below
      .filter(([field]) => field !== '_links' && field !== '_embedded')
      .flatMap(([field, part]) => fieldsOf(document, part, `${name}.${field}`.replace(/^\./, ''), required.has(field))),
    ...(items === undefined || Object.keys(items).length === 0 ? [] : fieldsOf(document, items, `${name}[]`)),
  ]
}

function flattened(document: Document, raw: JsonSchema): JsonSchema[] {
  const schema = resolveSchema(document, raw)
  const parts = schema['allOf'] as JsonSchema[] | undefined
  return parts === undefined ? [schema] : parts.flatMap((part) => flattened(document, part))
}

function differences(ours: string, theirs: string): { more: string[]; less: string[] } {
  const named = (document: Document, name: string) =>
    new Set(fieldsOf(document, { $ref: `#/components/schemas/${name}` }))
  const [our, their] = [named(OURS, ours), named(THEIRS, theirs)]
  return { more: [...our].filter((field) => !their.has(field)), less: [...their].filter((field) => !our.has(field)) }
}

describe('the fields of the public specification', () => {
  test.each([
    ['MfaEnabled', 'UserMFAEnabled'],
    ['MigrateToFido2', 'DeviceAuthenticationPolicyMigrate'],
    ['FidoPolicy', 'FIDOPolicy'],
    ['PushCredential', 'MFAPushCredentialResponse'],
  ])('are those of %s, neither more nor less', (ours, theirs) => {
    expect(differences(ours, theirs)).toEqual({ more: [], less: [] })
  })

  test.each([
    ['ApplePushCredential', 'MFAPushCredentialAPNS'],
    ['GooglePushCredential', 'MFAPushCredentialFCMHTTPV1'],
    ['OldGooglePushCredential', 'MFAPushCredentialFCM'],
    ['HuaweiPushCredential', 'MFAPushCredentialHMS'],
  ])('are those of %s, where the type says which it is', (ours, theirs) => {
    expect(differences(ours, theirs)).toEqual({
      more: ['type! '],
      less: ['type! type="string" enum=["APNS","FCM","HMS","FCM_HTTP_V1"]'],
    })
  })

  test('are those of MfaSettings, with the lower limit that its prose has', () => {
    expect(differences('MfaSettings', 'MFASettings')).toEqual({
      more: ['pairing.maxAllowedDevices! type="integer" minimum=1 maximum=15 default=5'],
      less: ['pairing.maxAllowedDevices! type="integer" maximum=15 default=5'],
    })
  })

  test('are those of Fido2Policy, but for what its prose says otherwise', () => {
    expect(differences('Fido2Policy', 'FIDO2Policy')).toEqual({
      more: ['userDisplayNameAttributes.attributes! type="array" maxItems=6'],
      less: [
        // Objects, says the prose; and only PingOne writes them.
        'deviceAuthenticationPolicies[] type="string"',
        'userDisplayNameAttributes.attributes! type="array"',
      ],
    })
  })

  test('are those of DeviceAuthenticationPolicy, but for what its prose and the documentation add', () => {
    const { more, less } = differences('DeviceAuthenticationPolicy', 'DeviceAuthenticationPolicy')
    const application = 'mobile.applications[]'
    const request = `${application}.newRequestDurationConfiguration`

    expect(more).toEqual([
      'blockDisabledUsers type="boolean"',
      'blockUsersWithDisabledMfa type="boolean"',
      'totp.passcodeGracePeriod type="integer" minimum=1 maximum=10',
      'fido2.fido2PolicyId type=["string","null"]',
      'fido2.failure.count type="integer" minimum=1 maximum=7',
      `${application}.pushLimit.lockDuration.duration! type="integer"`,
      `${application}.pushLimit.timePeriod.duration! type="integer"`,
      `${application}.pairingKeyLifetime.duration! type="integer"`,
      `${request}.deviceTimeout.duration! type="integer" minimum=15 maximum=75`,
      `${request}.totalTimeout.duration! type="integer" minimum=30 maximum=90`,
      'forSignOnPolicy type="boolean"',
    ])
    expect(less.map(nameOf).toSorted()).toEqual(
      more
        .map(nameOf)
        .filter((name) => !name.startsWith('block'))
        .toSorted(),
    )
  })

  function nameOf(field: string): string {
    return field.split(' ')[0]?.replace('!', '') ?? ''
  }
})
