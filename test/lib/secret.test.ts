import { format, inspect } from 'node:util'
import { expect, test } from 'vitest'
import { Secret } from '../../src/lib/secret.ts'

const VALUE = 'correct horse battery staple'
const secret = new Secret(VALUE)

test('is revealed on request', () => {
  expect(secret.reveal()).toBe(VALUE)
})

test.each<[string, () => string]>([
  // eslint-disable-next-line typescript/restrict-template-expressions -- the careless way is what is tried
  ['a template', () => `${secret}`],
  ['concatenation', () => ['x', secret].join('')],
  ['JSON', () => JSON.stringify({ secret, list: [secret] })],
  ['inspection', () => inspect({ secret }, { depth: 10, showHidden: true })],
  ['the console', () => format('%s %o %O %j', secret, secret, secret, secret)],
  ['an error', () => inspect(new Error('failed', { cause: secret }))],
  ['its own properties', () => JSON.stringify(Object.entries(Object.getOwnPropertyDescriptors(secret)))],
  ['a copy', () => inspect(structuredClone(secret))],
])('does not show itself by %s', (_how, show) => {
  expect(show()).not.toContain('horse')
})

test('is not equal to its value, so that nobody compares it by accident', () => {
  expect((secret as unknown) === VALUE).toBe(false)
})
