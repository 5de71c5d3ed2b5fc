import { describe, expect, test } from 'vitest'
import { DIRECTORY_IDS } from '../../src/sandbox/directory-seed.ts'
import { FIXED_IDS } from '../../src/sandbox/people.ts'
import type { Sandbox } from '../../src/sandbox/sandbox.ts'
import { ALICE, ask, carriedOut, DISABLE, execute, JOIN, openPlay, sheet } from './endpoint-play.ts'
import { type Rehearsal, rehearse } from './rehearsal.ts'

test('a call is planned, approved by a person and sent once', async () => {
  const play = await openPlay()
  const approval = await ask(play, JOIN)

  const early = await execute(play, approval)
  expect(early.structured.status).toBe('approval_pending')
  expect(play.sandbox.changes).toEqual([])
  await play.approve(approval.id)
  const done = await execute(play, approval)
  const again = await execute(play, approval)

  expect(play.sandbox.state.groupsOf(FIXED_IDS.alice).map(({ name }) => name)).toEqual(['Engineering', 'On call'])
  expect(play.sandbox.changes).toMatchObject([{ action: 'membership.add' }])
  expect(done.structured).toMatchObject({
    status: 'completed',
    action: 'change_endpoint',
    replayed: false,
    outcome: {
      request: {
        method: 'POST',
        path: `/environments/${play.sandbox.tenant.environmentId}/users/${FIXED_IDS.alice}/memberOfGroups`,
      },
      status: 201,
      data: { id: DIRECTORY_IDS.onCall },
    },
  })
  expect(again.structured).toMatchObject({ status: 'completed', replayed: true, outcome: done.structured.outcome })
})

test('nothing is sent where the person says no, and the same is not asked again', async () => {
  const play = await openPlay()
  const approval = await ask(play, JOIN)
  await play.deny(approval.id, 'not this week')

  const executed = await execute(play, approval)
  const again = await play.call('change_endpoint', JOIN)

  expect([executed.code, again.code]).toEqual(['APPROVAL_DENIED', 'APPROVAL_DENIED'])
  expect(again.text).toContain('not this week')
  expect(play.sandbox.changes).toEqual([])
})

interface Sent {
  what: string
  args: Record<string, unknown>
  /** What is there afterwards, and nothing else but it. */
  state: (sandbox: Sandbox) => unknown
  is: unknown
}

const SENT: Sent[] = [
  { what: 'a user disabled', args: DISABLE, state: ({ state }) => state.user(FIXED_IDS.alice)?.enabled, is: false },
  {
    what: 'one field of a user, by PATCH',
    args: { endpoint: 'management.users.update', path: ALICE, body: { title: 'Engineer' } },
    state: ({ state }) => state.user(FIXED_IDS.alice),
    is: expect.objectContaining({ username: 'alice', mobilePhone: '+12025550150' }),
  },
  {
    what: 'an account locked, by media type',
    args: { endpoint: 'management.users.lock', path: ALICE, body: { unlockAt: '2030-01-01T00:00:00Z' } },
    state: ({ state }) => state.user(FIXED_IDS.alice)?.lockedUntil,
    is: Date.parse('2030-01-01T00:00:00Z'),
  },
  {
    what: 'an account unlocked, without a body',
    args: { endpoint: 'management.users.unlock', path: ALICE },
    state: ({ changes }) => changes.map(({ action }) => action),
    is: ['user.unlock'],
  },
  {
    what: 'a password set, by media type',
    args: {
      endpoint: 'management.users.password.set',
      path: ALICE,
      body: { value: 'Canary-Horse-9', forceChange: true },
    },
    state: ({ state }) => state.passwordOf(FIXED_IDS.alice),
    is: expect.objectContaining({ value: 'Canary-Horse-9', mustChange: true }),
  },
  {
    what: 'a device blocked, by media type',
    args: { endpoint: 'mfa.devices.block', path: { ...ALICE, deviceID: FIXED_IDS.aliceTotp } },
    state: ({ state }) => state.device(FIXED_IDS.aliceTotp)?.blockedAt !== undefined,
    is: true,
  },
  {
    what: 'the order of devices, by media type',
    args: {
      endpoint: 'mfa.devices.setOrder',
      path: ALICE,
      body: { order: [FIXED_IDS.aliceTotp, FIXED_IDS.aliceSms, FIXED_IDS.aliceEmail].map((id) => ({ id })) },
    },
    state: ({ state }) => state.orderOf(FIXED_IDS.alice),
    is: [FIXED_IDS.aliceTotp, FIXED_IDS.aliceSms, FIXED_IDS.aliceEmail],
  },
  {
    what: 'a group made',
    args: { endpoint: 'management.groups.create', body: { name: 'Night shift' } },
    state: ({ state }) => state.group('Night shift')?.name,
    is: 'Night shift',
  },
  {
    what: 'a group deleted',
    args: { endpoint: 'management.groups.delete', path: { groupID: DIRECTORY_IDS.onCall } },
    state: ({ state }) => state.group(DIRECTORY_IDS.onCall),
    is: undefined,
  },
  {
    what: 'an application deleted',
    args: { endpoint: 'management.applications.delete', path: { applicationID: DIRECTORY_IDS.wiki } },
    state: ({ state }) => state.application(DIRECTORY_IDS.wiki),
    is: undefined,
  },
  {
    what: 'a population made',
    args: { endpoint: 'management.populations.create', body: { name: 'Interns' } },
    state: ({ state }) => state.populations().some(({ name }) => name === 'Interns'),
    is: true,
  },
  {
    what: 'the MFA settings reset',
    args: { endpoint: 'DELETE /environments/{environmentID}/mfaSettings' },
    state: ({ changes }) => changes.map(({ action }) => action),
    is: ['mfaSettings.reset'],
  },
]

test.each(SENT)('is carried out: $what', async ({ args, state, is }) => {
  const play = await openPlay()

  await carriedOut(play, args)

  expect(state(play.sandbox)).toEqual(is)
  expect(play.sandbox.changes).toHaveLength(1)
})

describe('refuses, without asking anybody,', () => {
  const CREATE = 'management.groups.create'
  test.each<[what: string, args: Record<string, unknown>, code: string, told: string]>([
    ['an endpoint that there is not', { endpoint: 'management.grups.create' }, 'ENDPOINT_UNKNOWN', CREATE],
    ['what only reads', { endpoint: 'management.groups.list' }, 'INVALID_INPUT', 'read_endpoint'],
    ['a body without what is required', { endpoint: CREATE, body: {} }, 'INVALID_INPUT', 'body.name: is missing'],
    ['a field of another type', { endpoint: CREATE, body: { name: 7 } }, 'INVALID_INPUT', 'body.name: must be string'],
    ['no body where there must be one', { endpoint: CREATE }, 'INVALID_INPUT', 'body: is missing'],
    ['a body as a text', { endpoint: CREATE, body: '{"name":"x"}' }, 'INVALID_INPUT', 'body: must be object'],
    [
      'a body where there is none',
      { endpoint: 'management.groups.delete', path: { groupID: DIRECTORY_IDS.onCall }, body: {} },
      'INVALID_INPUT',
      'body: this endpoint takes none',
    ],
    [
      'a body of more than 8 kB',
      { endpoint: CREATE, body: { name: 'x', description: 'é'.repeat(4000) } },
      'INVALID_INPUT',
      '8 kB',
    ],
    [
      'a value that was masked',
      {
        ...DISABLE,
        endpoint: 'management.users.update',
        body: { name: { family: 'F' }, mobilePhone: '+1•••••••0150' },
      },
      'INVALID_INPUT',
      'body.mobilePhone: is a masked value',
    ],
    ['an environment', { ...JOIN, path: { ...ALICE, environmentID: 'e' } }, 'INVALID_INPUT', 'environmentID'],
    ['a parameter that is unknown', { ...JOIN, query: { force: true } }, 'INVALID_INPUT', 'query.force'],
    ['a path value that climbs', { ...JOIN, path: { userID: '..' } }, 'INVALID_INPUT', 'userID'],
    [
      'the upload of a file',
      { endpoint: 'management.images.create', body: 'GIF89a' },
      'INVALID_INPUT',
      'uploads a file',
    ],
  ])('%s', async (_, args, code, told) => {
    const play = await openPlay()

    const answer = await play.call('change_endpoint', args)

    expect(answer.code).toBe(code)
    expect(answer.text).toContain(told)
    expect(play.sandbox.requests).toEqual([])
    expect(await (await play.app.approvals()).list()).toEqual([])
  })

  test('a user that there is not', async () => {
    const play = await openPlay()

    const answer = await play.call('change_endpoint', { ...JOIN, path: { userID: DIRECTORY_IDS.onCall } })

    expect(answer.code).toBe('USER_NOT_FOUND')
  })

  test('everybody, where nobody is enrolled', async () => {
    const play = await rehearse()

    expect((await play.call('change_endpoint', JOIN)).code).toBe('NO_APPROVER')
  })
})

describe('the person sees', () => {
  test('whose account, the whole call, and before and after', async () => {
    const play = await openPlay()
    const body = { username: 'alice', email: 'alice@example.com', name: { given: 'Alicia' } }

    const shown = await sheet(play, await ask(play, { endpoint: 'management.users.replace', path: ALICE, body }))

    const path = `/environments/${play.sandbox.tenant.environmentId}/users/${FIXED_IDS.alice}`
    expect(shown).toMatchObject({
      account: { email: 'alice@example.com', username: 'alice' },
      confirmation: 'alice@example.com',
      request: {
        method: 'PUT',
        path,
        contentType: 'application/json',
        body: JSON.stringify(body, null, 2).split('\n'),
      },
    })
    expect(shown.request?.changes).toContain('name.given: "Alice" → "Alicia"')
    expect(shown.request?.changes).toContain(
      'name.family: "Ferreira" → left out of the body, so cleared where it can be',
    )
    expect(shown.request?.changes.join()).not.toContain('username')
  })

  test('what is lost by a deletion', async () => {
    const play = await openPlay()

    const shown = await sheet(
      play,
      await ask(play, { endpoint: 'management.groups.delete', path: { groupID: DIRECTORY_IDS.onCall } }),
    )

    expect(shown.account).toBeUndefined()
    expect(shown.confirmation).toBe('management.groups.delete')
    expect(shown.request?.changes).toContain('name: "On call" → gone')
  })

  test('characters that cannot be seen as code points, and they are sent as they are', async () => {
    const play = await openPlay()
    const name = 'Ad\u200Bmins \u202Esrenwo'
    const approval = await ask(play, { endpoint: 'management.groups.create', body: { name } })

    const shown = await sheet(play, approval)
    await play.approve(approval.id)
    await execute(play, approval)

    expect(shown.request?.body.join('\n')).toContain('Ad‹U+200B›mins ‹U+202E›srenwo')
    expect(play.sandbox.state.group(name)?.name).toBe(name)
  })

  test('a body that is not documented in full, and it is passed on as it is', async () => {
    const play = await openPlay()
    const body = { applications: [{ id: DIRECTORY_IDS.fieldApp }], nobody: { knows: ['this', 7, null, true] } }
    const approval = await ask(play, { endpoint: 'management.users.pairingKeys.create', path: ALICE, body })

    const shown = await sheet(play, approval)
    await play.approve(approval.id)
    const { structured } = await execute(play, approval)

    expect(shown.request?.body.join('\n')).toBe(JSON.stringify(body, null, 2))
    expect(structured.outcome.data['applications']).toMatchObject(body.applications)
  })

  test('the query that is sent', async () => {
    const play = await openPlay()
    const query = { filter: 'locale eq "en" & more' }

    const shown = await sheet(
      play,
      await ask(play, {
        endpoint: 'management.templates.contents.deleteVariant',
        path: { templateName: 'general' },
        query,
      }),
    )

    expect(shown.request?.path.split('?')[1]).toBe('filter=locale%20eq%20%22en%22%20%26%20more')
  })
})

describe('the person is warned', () => {
  const warningsOf = async (play: Rehearsal, args: Record<string, unknown>) => {
    const approval = await ask(play, args)
    const { warnings } = await sheet(play, approval)
    // Only the person is told.
    for (const warning of warnings) expect(JSON.stringify(approval)).not.toContain(warning)
    return warnings.join('\n')
  }

  test.each<[what: string, args: Record<string, unknown>, warning: RegExp]>([
    [
      'of the roles of a group that is joined',
      { ...JOIN, body: { id: DIRECTORY_IDS.helpDesk } },
      /The group that is joined holds admin roles in PingOne: Identity Data Admin\./,
    ],
    [
      'of the roles of the user',
      { ...DISABLE, path: { userID: FIXED_IDS.erin } },
      /This user holds admin roles in PingOne: Environment Admin, Identity Data Admin\./,
    ],
    [
      'that no factor remains',
      { endpoint: 'mfa.devices.delete', path: { userID: FIXED_IDS.bob, deviceID: FIXED_IDS.bobKey } },
      /No factor remains: bob@example\.com/,
    ],
    [
      'that multi-factor authentication is switched off',
      { endpoint: 'mfa.users.mfaEnabled.update', path: ALICE, body: { mfaEnabled: false } },
      /switched off for alice@example\.com/,
    ],
    [
      'of a number that is not in the profile, of a device that nobody has to prove',
      { endpoint: 'mfa.devices.create', path: ALICE, body: { type: 'SMS', phone: '+12125550199' } },
      /\+12125550199 is not in the user's PingOne profile[^]*active at once: nobody has to prove/,
    ],
    [
      'of an address that is not the user’s',
      {
        endpoint: 'mfa.devices.create',
        path: ALICE,
        body: { type: 'EMAIL', email: 'mallory@example.net', status: 'ACTIVATION_REQUIRED' },
      },
      /^The address mallory@example\.net is not the user's primary email in PingOne\.$/,
    ],
  ])('%s', async (_, args, warning) => {
    expect(await warningsOf(await openPlay(), args)).toMatch(warning)
  })

  test('of a factor that was removed through an endpoint a short while ago', async () => {
    const play = await openPlay()
    await carriedOut(play, { endpoint: 'mfa.devices.delete', path: { ...ALICE, deviceID: FIXED_IDS.aliceTotp } })

    const { approval } = (await play.call('add_sms_device', { email: 'alice@example.com', phone: '+12025550150' }))
      .structured

    expect((await sheet(play, approval)).warnings.join()).toContain('removed here within the last 24 hours')
    expect(play.sandbox.state.device(FIXED_IDS.aliceTotp)).toBeUndefined()
  })
})

test('nobody approves a change to their own account through an endpoint', async () => {
  const play = await openPlay()
  await play.enrol('Alice', 'alice@example.com')
  const approval = await ask(play, DISABLE)

  expect(await play.approve(approval.id, { by: 'Alice' })).toMatchObject({ approved: false })
  expect((await execute(play, approval)).structured.status).toBe('approval_pending')
  expect(play.sandbox.changes).toEqual([])
})
