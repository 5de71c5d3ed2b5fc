import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { SPECIFICATIONS } from '../../scripts/catalog/fetch-specifications.ts'
import { readSpecification, type Specification } from '../../scripts/catalog/specification.ts'
import { openCatalogFiles } from '../../src/catalog/load.ts'
import type { Effect, EndpointRecord } from '../../src/catalog/record.ts'
import { secretsAnsweredBy } from './answer-secrets.ts'

/**
 * `sensitive` is what is called for the secret, or answers with little else. Where a secret is one field of a record about
 * something else, it is masked in the answer, and reading the record stays a reading. These are all such records.
 */
const MASKED: Readonly<Record<string, string>> = {
  'management.applications': 'a client secret or a key of an app store, beside the whole application',
  'management.gateways': 'passwords of a directory, shared secrets and new credentials, beside the whole gateway',
  'management.gateways.credentials':
    'PingOne answers with the credential only when it is created; later with its dates',
  'management.identityProviders': 'the client secret of the provider, beside its whole configuration',
  'management.notificationsSettings.emailDeliverySettings': 'the password of the mail server that the caller knows',
  'management.notificationsSettings.phoneDeliverySettings': 'the token of the SMS provider, beside numbers and regions',
  'management.recaptchaV2Config.update': 'the secret key that the caller has just sent',
  'management.resources': 'a client secret, beside the whole resource',
  'management.users': 'a password that the schema shares with requests and PingOne never answers with',
}

/** Those of them that are called for the secret. */
const CALLED_FOR_THE_SECRET = [
  'credentials.users.digitalWallets.create',
  'management.applications.secret.read',
  'management.applications.secret.rotate',
  'management.decryptions.create',
  'management.gateways.credentials.create',
  'management.recaptchaV2Config.read',
  'management.resources.secret.read',
  'management.resources.secret.rotate',
  'management.users.pairingKeys.create',
  'management.users.pairingKeys.read',
]

let endpoints: readonly EndpointRecord[]
let specifications: Specification[]

beforeAll(async () => {
  endpoints = await openCatalogFiles().endpoints()
  const folder = join(import.meta.dirname, '../..', SPECIFICATIONS)
  const services = ['management', 'authorize', 'credentials', 'risk', 'verify'] as const
  specifications = await Promise.all(services.map((service) => readSpecification(folder, service)))
})

const idsOf = (wrong: readonly EndpointRecord[]) => wrong.map(({ id, effect }) => `${id} ${effect}`)
const isMasked = ({ id }: EndpointRecord) =>
  Object.keys(MASKED).some((known) => id === known || id.slice(0, id.lastIndexOf('.')) === known)

test('no GET changes anything', () => {
  const wrong = endpoints.filter(({ method, effect }) => method === 'GET' && !['read', 'sensitive'].includes(effect))

  expect(idsOf(wrong)).toEqual([])
})

test('nothing but a GET counts as a reading', () => {
  expect(idsOf(endpoints.filter(({ method, effect }) => method !== 'GET' && effect === 'read'))).toEqual([])
})

test('no DELETE is a mere change', () => {
  expect(idsOf(endpoints.filter(({ method, effect }) => method === 'DELETE' && effect !== 'destructive'))).toEqual([])
})

describe('secrets', () => {
  test('what answers with one is sensitive, or is known to be masked', () => {
    const wrong = specifications.flatMap((specification) =>
      specification.operations
        .filter((operation) => secretsAnsweredBy(operation, specification).length > 0)
        .flatMap(({ method, path }) =>
          endpoints.filter(
            (each) => each.service === specification.service && each.method === method && each.path === path,
          ),
        )
        .filter((endpoint) => endpoint.effect !== 'sensitive' && !isMasked(endpoint)),
    )

    expect(idsOf(wrong)).toEqual([])
  })

  test('no exception is made for what does not need one', () => {
    const needed = specifications.flatMap((specification) =>
      specification.operations
        .filter((operation) => secretsAnsweredBy(operation, specification).length > 0)
        .map(({ method, path }) => endpoints.find((each) => each.method === method && each.path === path)?.id ?? ''),
    )
    const unneeded = Object.keys(MASKED).filter(
      (known) => !needed.some((id) => id === known || id.slice(0, id.lastIndexOf('.')) === known),
    )

    expect(unneeded).toEqual([])
  })

  test.each(CALLED_FOR_THE_SECRET)('%s is sensitive', (id) => {
    expect(endpoints.find((endpoint) => endpoint.id === id)?.effect).toBe('sensitive')
  })
})

test.each<[string, Effect]>([
  ['management.users.lock', 'destructive'],
  ['management.users.enabled.update', 'destructive'],
  ['management.users.password.set', 'destructive'],
  ['management.users.sessions.delete', 'destructive'],
  ['management.users.agreementConsents.revoke', 'destructive'],
  ['management.environments.status.update', 'destructive'],
  ['management.adminConfig.update', 'destructive'],
  ['management.users.unlock', 'change'],
  ['management.users.memberOfGroups.add', 'change'],
  ['management.users.list', 'read'],
  ['management.identityProviders.read', 'read'],
])('%s is %s: it is what the call does that counts, not its method', (id, effect) => {
  expect(endpoints.find((endpoint) => endpoint.id === id)?.effect).toBe(effect)
})
