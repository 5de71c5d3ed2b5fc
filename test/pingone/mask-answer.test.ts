import { assert, constantFrom, dictionary, jsonValue, property, string } from 'fast-check'
import { describe, expect, test } from 'vitest'
import { maskAnswer } from '../../src/pingone/mask-answer.ts'

const ENVIRONMENT = '/environments/eb2eda8b-aeed-4aa5-8b4c-28eba1ae1afd'
const DEVICES = `${ENVIRONMENT}/users/a11ce000-0000-4000-8000-000000000001/devices`
const masked = (value: unknown, path = `${ENVIRONMENT}/applications`) => maskAnswer(value, { path })

describe('a secret is masked under every name that it goes by', () => {
  test.each([
    'secret',
    'clientSecret',
    'client_secret',
    'CLIENT_SECRET',
    'password',
    'bindPassword',
    'BASIC_AUTH_PASSWORD',
    'access_token',
    'OAUTH_REFRESH_TOKEN',
    'authToken',
    'apiKey',
    'X-Api-Key',
    'Authorization',
    'privateKey',
    'private_key',
    'keyUri',
    'pairingKey',
    'otp',
    'passcode',
    'passphrase',
    'recoveryCodes',
    'googleServiceAccountCredentials',
    'sharedSecret',
    'secretKey',
    'secretAccessKey',
    'credential',
    'decryptionKey',
    'verificationCode',
  ])('%s', (name) => {
    expect(masked({ [name]: 'canary' })).toEqual({ [name]: '••••' })
    expect(masked({ a: [{ b: { [name]: 'canary' } }] })).toEqual({ a: [{ b: { [name]: '••••' } }] })
    expect(masked({ [name]: ['canary', 'canary'] })).toEqual({ [name]: ['••••', '••••'] })
  })

  test('a value that stands in an object of that name', () => {
    expect(masked({ password: { value: 'canary', status: 'OK' } })).toEqual({
      password: { value: '••••', status: 'OK' },
    })
  })

  test('the private half of a key', () => {
    const key = { kty: 'RSA', n: 'public', e: 'AQAB', d: 'canary', p: 'canary', qi: 'canary' }

    expect(masked({ keys: [key] })).toEqual({ keys: [{ ...key, d: '••••', p: '••••', qi: '••••' }] })
  })

  test('the key of a push service, and the code of a pairing key', () => {
    expect(masked({ type: 'FCM', key: 'canary' })).toEqual({ type: 'FCM', key: '••••' })
    expect(masked({ code: 'canary' }, `${ENVIRONMENT}/users/u/pairingKeys`)).toEqual({ code: '••••' })
  })

  test('what pairs a digital wallet', () => {
    const wallet = { id: 'w', pairingSession: { id: 's', challenge: 'canary', qrUrl: 'canary' } }

    expect(masked(wallet, `${ENVIRONMENT}/users/u/digitalWallets/w`)).toEqual({
      id: 'w',
      pairingSession: { id: 's', challenge: '••••', qrUrl: '••••' },
    })
  })

  test('whatever an answer holds that is called for its secret, but for what it is about', () => {
    const answer = { id: 'k', type: 'RSA', createdAt: '2026-11-24', plainText: 'canary', list: ['canary'], n: 7 }

    expect(maskAnswer(answer, { path: `${ENVIRONMENT}/decryptions`, isSensitive: true })).toEqual({
      ...answer,
      plainText: '••••',
      list: ['••••'],
    })
    expect(maskAnswer(answer, { path: ENVIRONMENT, isSensitive: true, keepSecrets: true })).toEqual(answer)
  })

  test('a value in what is answered at a password', () => {
    expect(masked({ value: 'canary', status: 'OK' }, `${ENVIRONMENT}/users/u/password`)).toEqual({
      value: '••••',
      status: 'OK',
    })
  })

  test('a code that is a number', () => {
    expect(masked({ test: { otp: 123456 } })).toEqual({ test: { otp: '••••' } })
  })
})

describe('what only sounds like one stays', () => {
  test.each([
    ['tokenEndpointAuthMethod', 'CLIENT_SECRET_BASIC'],
    ['passwordPolicy', { id: 'p' }],
    ['otp', { failure: { count: 3 } }],
    ['accessTokenValiditySeconds', 3600],
    ['resetPasswords', 12],
    ['secret', ''],
    ['discoverableCredentials', 'REQUIRED'],
    ['credentialId', 'c'],
    ['code', 'INVALID_DATA'],
    ['key', 'greeting'],
    ['d', 'a name of one letter'],
  ])('%s %j', (name, value) => {
    expect(masked({ [name]: value })).toEqual({ [name]: value })
  })
})

describe('contact data of devices', () => {
  const sms = { id: 'd', type: 'SMS', phone: '+12025550150' }

  test('is masked below a user’s devices, alone and in a list', () => {
    expect(masked(sms, DEVICES)).toEqual({ ...sms, phone: '+1•••••••0150' })
    expect(masked({ _embedded: { devices: [sms, { type: 'EMAIL', email: 'alice@example.com' }] } }, DEVICES)).toEqual({
      _embedded: {
        devices: [
          { ...sms, phone: '+1•••••••0150' },
          { type: 'EMAIL', email: 'a•••@example.com' },
        ],
      },
    })
  })

  test('is masked wherever a device stands in another answer', () => {
    const user = { username: 'alice', email: 'alice@example.com', _embedded: { devices: [sms] } }

    expect(masked(user, `${ENVIRONMENT}/users/u`)).toEqual({
      ...user,
      _embedded: { devices: [{ ...sms, phone: '+1•••••••0150' }] },
    })
  })

  test('is masked in a nickname, too', () => {
    expect(JSON.stringify(masked({ ...sms, nickname: 'call +12025550150' }, DEVICES))).not.toContain('2025550150')
  })

  test('is masked for the call that an approval hands secrets out to', () => {
    const answer = maskAnswer({ ...sms, secret: 'for the one call' }, { path: DEVICES, keepSecrets: true })

    expect(answer).toEqual({ ...sms, phone: '+1•••••••0150', secret: 'for the one call' })
  })

  test('numbers of a profile are masked, since they are mostly those of devices', () => {
    const user = { email: 'alice@example.com', mobilePhone: '+12025550150', primaryPhone: '+1 202 555 0151' }

    expect(masked(user, `${ENVIRONMENT}/users/u`)).toEqual({
      email: 'alice@example.com',
      mobilePhone: '+1•••••••0150',
      primaryPhone: '+1•••••••0151',
    })
  })
})

test('links of the API’s own navigation are left out, everywhere', () => {
  const links = { _links: { self: { href: 'https://api.pingone.eu/v1' } } }

  expect(masked({ ...links, a: [{ ...links, b: 1 }] })).toEqual({ a: [{ b: 1 }] })
})

test('texts have nothing in them that cannot be seen, names of fields neither', () => {
  const answer = JSON.stringify(masked({ 'a\u202Eb': 'x\u200B\u001B[2Jy\u0000', list: ['\u2066z'] }))

  expect(answer).toBe('{"ab":"xy","list":["z"]}')
})

test('a secret is found at any depth, whatever stands around it', () => {
  const names = constantFrom('clientSecret', 'password', 'keyUri', 'access_token')
  assert(
    property(names, jsonValue(), dictionary(string(), jsonValue()), (name, other, around) => {
      const answer = JSON.stringify(masked({ ...around, deep: [{ other, inner: { [name]: 'canary-7f3a' } }] }))

      expect(answer).not.toContain('canary-7f3a')
    }),
  )
})
