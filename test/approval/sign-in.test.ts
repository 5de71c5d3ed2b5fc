import { describe, expect, it, test } from 'vitest'
import { ownRequest } from '../../src/approval/own-request.ts'
import { satisfies } from '../../src/approval/sign-in.ts'

describe('the claim of an approver', () => {
  test.each([
    ['groups', 'mfa', { groups: 'mfa' }, true],
    ['groups', 'mfa', { groups: ['staff', 'mfa'] }, true],
    ['groups', 'mfa', { groups: ['mfa-readers'] }, false],
    ['groups', 'mfa', { groups: 'mfa-readers' }, false],
    ['groups', 'mfa', { groups: ['MFA'] }, false],
    ['groups', 'mfa', { groups: { mfa: true } }, false],
    ['groups', 'mfa', { groups: [['mfa']] }, false],
    ['groups', 'mfa', {}, false],
    ['admin', 'true', { admin: true }, false],
    ['realm.roles', 'mfa', { realm: { roles: ['mfa'] } }, true],
    ['realm.roles', 'mfa', { realm: { roles: 'mfa' } }, true],
    ['realm.roles', 'mfa', { realm: 'mfa' }, false],
    ['realm.roles', 'mfa', { 'realm.roles': 'none', realm: { roles: ['mfa'] } }, false],
    ['https://example.com/groups', 'mfa', { 'https://example.com/groups': ['mfa'] }, true],
    ['constructor.name', 'Object', {}, false],
    ['toString', 'mfa', {}, false],
  ] as [string, string, Record<string, unknown>, boolean][])('%s=%s in %j: %s', (name, value, claims, expected) => {
    expect(satisfies(claims, { name, value })).toBe(expected)
  })
})

describe('what somebody asked for themselves', () => {
  const [at, elsewhere] = ['https://id.example.com', 'https://other.example.com']
  const asker = { issuer: at, subject: 'r', email: 'rita@example.com' }
  const nameless = { issuer: at, subject: 'r' }
  const signedIn = (issuer: string, subject: string, email = 'olga@example.com') => ({
    email,
    identity: { issuer, subject },
  })

  test.each([
    ['another subject at the same issuer', asker, signedIn(at, 'o'), 'free'],
    ['the same subject', asker, signedIn(at, 'r'), 'own'],
    ['the same subject, which now has another email', asker, signedIn(at, 'r', 'new@example.com'), 'own'],
    ['another subject with the same email', asker, signedIn(at, 'o', 'RITA@example.com'), 'own'],
    ['the same subject, asked without an email', nameless, signedIn(at, 'r'), 'own'],
    ['another subject, asked without an email', nameless, signedIn(at, 'o'), 'free'],
    ['another issuer, the same email', asker, signedIn(elsewhere, 'x', 'Rita@Example.com'), 'own'],
    ['another issuer, another email', asker, signedIn(elsewhere, 'r'), 'free'],
    ['another issuer, asked without an email', nameless, signedIn(elsewhere, 'o'), 'unknown'],
    ['the issuer with a slash more', nameless, signedIn(`${at}/`, 'o'), 'unknown'],
    ['enrolled here, the same email', asker, { email: 'rita@EXAMPLE.com' }, 'own'],
    ['enrolled here, another email', asker, { email: 'olga@example.com' }, 'free'],
    ['enrolled here, asked without an email', nameless, { email: 'olga@example.com' }, 'unknown'],
    ['a look-alike letter', asker, { email: 'rit\u0430@example.com' }, 'free'],
    ['the owner of the home folder asked', undefined, { email: 'rita@example.com' }, 'free'],
  ] as const)('%s', (_who, principal, decider, expected) => {
    const why = ownRequest(principal, decider)

    expect(why === undefined ? 'free' : why.includes('cannot be told') ? 'unknown' : 'own').toBe(expected)
  })

  it('is refused in sentences', () => {
    expect(ownRequest(nameless, { email: 'olga@example.com' })).toMatchInlineSnapshot(
      `"It cannot be told whether you are the one who asked: the access token of the request names no verified email. An approver who signs in at the same issuer has to decide."`,
    )
  })
})
