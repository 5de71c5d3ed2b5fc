import { array, assert, boolean, constantFrom, integer, option, property, record, string } from 'fast-check'
import { describe, expect, test } from 'vitest'
import { ACTIONS } from '../../src/approval/plan.ts'
import {
  ASSURANCES,
  DEFAULT_DENIALS,
  DEFAULT_POLICY,
  matchesEndpoint,
  parsePolicy,
  type Policy,
  PolicyFileError,
  tightened,
} from '../../src/approval/policy.ts'

const rule = record(
  { approval: constantFrom('required', 'none'), assurance: constantFrom(...ASSURANCES) },
  { requiredKeys: [] },
)
const pattern = constantFrom(
  ...DEFAULT_DENIALS,
  'management.*',
  'mfa.*',
  '*',
  '*.delete',
  'management.users.*',
  'mfa.x',
)
const file = record(
  {
    actions: record(Object.fromEntries(ACTIONS.map((action) => [action, rule])), { requiredKeys: [] }),
    endpoints: record({ allow: array(pattern), deny: array(pattern) }, { requiredKeys: [] }),
    limits: record(
      { pendingPerUser: integer({ min: 1, max: 1000 }), executionsPerHour: integer({ min: 1, max: 100_000 }) },
      { requiredKeys: [] },
    ),
  },
  { requiredKeys: [] },
)

/** Nothing is open that the defaults close. */
function isNoLooser(policy: Policy): boolean {
  const denies = (id: string) => policy.endpoints.deny.some((each) => matchesEndpoint(each, id))
  return (
    ACTIONS.every((action) => policy.actions[action].approval === 'required') &&
    DEFAULT_DENIALS.every(denies) &&
    policy.limits.pendingPerUser <= DEFAULT_POLICY.limits.pendingPerUser &&
    policy.limits.executionsPerHour <= DEFAULT_POLICY.limits.executionsPerHour
  )
}

describe('any policy file', () => {
  test('names everything that it loosens, and loosens nothing where it names nothing', () => {
    assert(
      property(file, (value) => {
        const { policy, loosened } = parsePolicy(JSON.stringify(value))
        expect(loosened.length === 0).toBe(isNoLooser(policy))
      }),
    )
  })

  test('counts as no looser than the defaults until it is accepted, and keeps what it tightens', () => {
    assert(
      property(file, (value) => {
        const { policy } = parsePolicy(JSON.stringify(value))
        const counted = tightened(policy)

        expect(isNoLooser(counted)).toBe(true)
        expect(counted.endpoints.allow).toEqual(policy.endpoints.allow)
        expect(counted.endpoints.deny).toEqual(expect.arrayContaining([...policy.endpoints.deny]))
        for (const action of ACTIONS) {
          expect(counted.actions[action].assurance).toBe(policy.actions[action].assurance)
        }
        expect(counted.limits.executionsPerHour).toBeLessThanOrEqual(policy.limits.executionsPerHour)
      }),
    )
  })

  test('with one more key somewhere is refused with a line that exists', () => {
    assert(
      property(file, string({ minLength: 1 }), boolean(), (value, key, isNested) => {
        const known = ['actions', 'endpoints', 'limits', 'pendingPerUser', 'executionsPerHour']
        if (known.includes(key)) return
        const limits = { ...(value as { limits?: object }).limits }
        const text = JSON.stringify(
          isNested
            ? { ...value, limits: Object.fromEntries([...Object.entries(limits), [key, 1]]) }
            : Object.fromEntries([...Object.entries(value), [key, {}]]),
          null,
          2,
        )
        const error = problemOf(text)
        expect(error).toBeInstanceOf(PolicyFileError)
        expect(error?.line).toBeGreaterThanOrEqual(1)
        expect(error?.line).toBeLessThanOrEqual(text.split('\n').length)
      }),
    )
  })

  test('of any text at all is a policy or a problem with a line, and never anything else', () => {
    assert(
      property(option(string({ unit: 'binary' }), { nil: '' }), (text) => {
        const error = problemOf(text ?? '')
        expect(error === undefined || error.line >= 1).toBe(true)
      }),
    )
  })
})

function problemOf(text: string): PolicyFileError | undefined {
  try {
    parsePolicy(text)
    return undefined
  } catch (error) {
    if (error instanceof PolicyFileError) return error
    throw error
  }
}

test.each([
  ['management.*', 'management.users.delete', true],
  ['management.*', 'managementx.users', false],
  ['*', 'mfa.devices.read', true],
  ['*.delete', 'management.environments.delete', true],
  ['*.delete', 'management.environments.deleted', false],
  ['management.*.delete', 'management.delete', false],
  ['management.*.delete', 'management.users.delete', true],
  ['management.users', 'management.users.delete', false],
  ['a.*b*c', 'a.bbc', true],
  ['a.*b*b', 'a.b', false],
])('the pattern %s on %s is %s', (wanted, id, isMatch) => {
  expect(matchesEndpoint(wanted, id)).toBe(isMatch)
})
