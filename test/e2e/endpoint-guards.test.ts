import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { DEFAULT_DENIALS } from '../../src/approval/policy.ts'
import { DIRECTORY_IDS } from '../../src/sandbox/directory-seed.ts'
import { FIXED_IDS } from '../../src/sandbox/people.ts'
import { catalog } from '../catalog/endpoints.ts'
import { ALICE, ask, askApproved, carriedOut, DISABLE, execute, JOIN, openPlay, sheet } from './endpoint-play.ts'
import type { Rehearsal } from './rehearsal.ts'

const PORTAL = { applicationID: DIRECTORY_IDS.portal }
const READ_SECRET = { endpoint: 'management.applications.secret.read', path: PORTAL }
const SET_PASSWORD = {
  endpoint: 'management.users.password.set',
  path: ALICE,
  body: { value: 'Canary-Horse-9', forceChange: true },
}
const UNPAIR = { endpoint: 'mfa.devices.delete', path: { ...ALICE, deviceID: FIXED_IDS.aliceTotp } }

/** All that is stored, as bytes. */
function atRest(play: Rehearsal): string {
  const files = readdirSync(play.home).filter((name) => name.startsWith('approvals.db'))
  return files.map((name) => readFileSync(join(play.home, name), 'latin1')).join('\n')
}

async function codeOf(play: Rehearsal, args: Record<string, unknown>): Promise<string | undefined> {
  return (await play.call('change_endpoint', args)).code
}

/** Names every path parameter of an endpoint. */
function anywhere(id: string): Record<string, unknown> {
  const parameters = catalog.find(id)?.record.parameters.path ?? []
  const names = parameters.map(({ name }) => name).filter((name) => name !== 'environmentID')
  return { endpoint: id, path: Object.fromEntries(names.map((name) => [name, DIRECTORY_IDS.portal])) }
}

describe('denied without a policy file, before PingOne hears of it', () => {
  test.each(DEFAULT_DENIALS)('%s', async (id) => {
    const play = await openPlay()

    expect(await codeOf(play, anywhere(id))).toBe('BLOCKED_BY_POLICY')
    expect(play.sandbox.requests).toEqual([])
  })

  test('every operation of the catalogue that assigns a role, or makes or changes one', () => {
    const assigns = catalog.endpoints.filter(
      ({ path, method }) =>
        ['POST', 'PUT', 'PATCH'].includes(method) &&
        /\/(?:\w*[rR]oleAssignments|roles|applicationRoles)(?:\/\{\w+\})?$/.test(path),
    )
    const denied: readonly string[] = DEFAULT_DENIALS
    // Roles of an application's own API: they open nothing in PingOne, and giving them to somebody is denied.
    const ofResources = assigns.filter(({ id }) => id.startsWith('authorize.applicationRoles.'))

    expect(assigns.length).toBeGreaterThan(6)
    expect(
      assigns.filter((each) => !denied.includes(each.id) && !ofResources.includes(each)).map(({ id }) => id),
    ).toEqual([])
  })

  test.each([true, 'true', 1])(
    'a worker application that takes over its maker’s roles: %j',
    async (assignActorRoles) => {
      const play = await openPlay()
      const body = {
        name: 'Heir',
        protocol: 'OPENID_CONNECT',
        type: 'WORKER',
        enabled: true,
        grantTypes: ['CLIENT_CREDENTIALS'],
        tokenEndpointAuthMethod: 'CLIENT_SECRET_BASIC',
        assignActorRoles,
      }

      expect(await codeOf(play, { endpoint: 'management.applications.create', body })).toBe('BLOCKED_BY_POLICY')
      await ask(play, { endpoint: 'management.applications.create', body: { ...body, assignActorRoles: false } })
    },
  )
})

describe('the program’s own worker application', () => {
  const own = catalog.endpoints.filter(
    ({ method, effect, parameters }) =>
      (method !== 'GET' || effect === 'sensitive') && parameters.path.some(({ name }) => name === 'applicationID'),
  )

  test('is never changed, nor its secret read, whatever an approver has accepted', async () => {
    const play = await openPlay()
    play.setPolicy({ actions: { change_endpoint: { approval: 'none' } }, endpoints: { deny: [] } })
    await play.acceptPolicy()
    const id = play.sandbox.tenant.clientId

    const codes = new Map<string, string | undefined>()
    for (const { id: endpoint } of own) {
      for (const applicationID of [id, id.toUpperCase(), ` ${id}`]) {
        const args = anywhere(endpoint)
        const path = { ...(args['path'] as object), applicationID }
        codes.set(`${endpoint} ${applicationID}`, await codeOf(play, { ...args, path }))
      }
    }

    expect(own.length).toBeGreaterThan(8)
    expect([...codes].filter(([, code]) => code !== 'BLOCKED_BY_POLICY')).toEqual([])
    expect(play.sandbox.changes).toEqual([])
  })

  test('may be read, without its secret', async () => {
    const play = await openPlay()
    const path = { applicationID: play.sandbox.tenant.clientId }

    const { structured, text } = await play.call('read_endpoint', { endpoint: 'management.applications.read', path })

    expect(structured.data).toMatchObject({ id: path.applicationID, type: 'WORKER' })
    expect(text).not.toContain(play.sandbox.tenant.clientSecret)
  })
})

describe('a secret that is read', () => {
  const secretOf = (play: Rehearsal) => play.sandbox.state.application(DIRECTORY_IDS.portal)?.secret ?? 'no secret'

  test('is handed out once, to the call that carries it out', async () => {
    const play = await openPlay()
    const approval = await askApproved(play, READ_SECRET)
    const secret = secretOf(play)

    const first = await execute(play, approval)
    const replayed = await execute(play, approval)
    const checked = await play.call('check_approval', { token: approval.token })

    expect(first.structured.outcome.data['secret']).toBe(secret)
    expect(first.text).toContain(secret)
    for (const { structured, text } of [replayed, checked]) {
      expect(structured.outcome.data['secret']).toBe('••••')
      expect(text).not.toContain(secret)
    }
    expect(atRest(play)).not.toContain(secret)
    expect(play.sandbox.changes).toEqual([])
  })

  test('is asked for, though the policy asks for nothing else', async () => {
    const play = await openPlay()
    play.setPolicy({ actions: { change_endpoint: { approval: 'none' } } })
    await play.acceptPolicy()

    const open = await play.call('change_endpoint', JOIN)
    const sensitive = await play.call('change_endpoint', READ_SECRET)

    expect(open.structured.status).toBe('completed')
    expect(sensitive.structured.status).toBe('approval_required')
  })

  test('is masked where it is one field of what was made, and handed out all the same', async () => {
    const play = await openPlay()
    const gateway = { endpoint: 'management.gateways.credentials.create', path: { gatewayID: DIRECTORY_IDS.gateway } }

    const approval = await askApproved(play, gateway)
    const first = await execute(play, approval)
    const replayed = await execute(play, approval)

    const secrets = Object.entries(first.structured.outcome.data).filter(
      ([name]) => replayed.structured.outcome.data[name] === '••••',
    )
    expect(secrets.length).toBeGreaterThan(0)
    for (const [, secret] of secrets) expect(atRest(play)).not.toContain(secret)
  })
})

describe('a secret that is sent', () => {
  test('stands nowhere readable, and is sent', async () => {
    const play = await openPlay()
    const approval = await ask(play, SET_PASSWORD)

    const shown = await sheet(play, approval)
    const pending = atRest(play)
    await play.approve(approval.id)
    const done = await execute(play, approval)

    expect(shown.request?.body.join('\n')).toBe('{\n  "value": "••••",\n  "forceChange": true\n}')
    expect(play.sandbox.state.passwordOf(FIXED_IDS.alice)?.value).toBe('Canary-Horse-9')
    for (const text of [JSON.stringify(shown), pending, atRest(play), done.text])
      expect(text).not.toContain('Canary-Horse')
  })

  test('makes each request one of its own', async () => {
    const play = await openPlay()

    const first = await ask(play, SET_PASSWORD)
    const second = await ask(play, { ...SET_PASSWORD, body: { value: 'Another-Horse-9', forceChange: true } })

    expect(second.id).not.toBe(first.id)
  })

  test('is found in the reason, too', async () => {
    const play = await openPlay()

    const shown = await sheet(play, await ask(play, { ...SET_PASSWORD, reason: 'to set it to Canary-Horse-9' }))

    expect(shown.reason).toBe('to set it to ••••')
    expect(atRest(play)).not.toContain('Canary-Horse')
  })
})

test('a number that is sent stands in the store only while it can still be sent', async () => {
  const play = await openPlay()
  const body = { type: 'SMS', phone: '+12125550199', status: 'ACTIVATION_REQUIRED' }
  const approval = await askApproved(play, { endpoint: 'mfa.devices.create', path: ALICE, body })

  const done = await execute(play, approval)

  expect(play.sandbox.state.devicesOf(FIXED_IDS.alice).map(({ phone }) => phone)).toContain('+12125550199')
  expect(done.text).not.toContain('12125550199')
  const row = await (await play.app.approvals()).find(approval.id)
  expect(row?.plan).not.toContain('2125550199')
  expect(JSON.stringify(await (await play.app.store()).auditEntries({}))).not.toContain('2125550199')
})

describe('an endpoint that a dedicated tool covers obeys the stricter policy', () => {
  const none = { approval: 'none' }
  test.each([
    ['of the tool', { change_endpoint: none }, 'approval_required'],
    ['of the endpoint', { unpair_mfa_device: none }, 'approval_required'],
    ['which may be none', { change_endpoint: none, unpair_mfa_device: none }, 'completed'],
  ])('%s', async (_, actions, status) => {
    const play = await openPlay()
    play.setPolicy({ actions })
    await play.acceptPolicy()

    const { structured } = await play.call('change_endpoint', UNPAIR)

    expect(structured.status).toBe(status)
    expect(play.sandbox.changes).toHaveLength(status === 'completed' ? 1 : 0)
  })

  test('which may want a passkey, that nobody has here', async () => {
    const play = await openPlay()
    play.setPolicy({ actions: { unpair_mfa_device: { assurance: 'passkey' } } })

    expect(await codeOf(play, UNPAIR)).toBe('NO_APPROVER')
    await ask(play, JOIN)
  })
})

describe('the policy is judged again before it is carried out', () => {
  test('and what is denied meanwhile is not', async () => {
    const play = await openPlay()
    const approval = await askApproved(play, JOIN)
    play.setPolicy({ endpoints: { deny: ['management.users.memberOfGroups.*'] } })

    expect((await execute(play, approval)).code).toBe('BLOCKED_BY_POLICY')
    expect(play.sandbox.changes).toEqual([])
  })

  test('a lifted denial counts once an approver has accepted it', async () => {
    const play = await openPlay()
    const grant = {
      endpoint: 'management.groups.roleAssignments.create',
      path: { groupID: DIRECTORY_IDS.onCall },
      body: {
        role: { id: '0bd9c966-7664-4ac1-b059-0ff9293908e2' },
        scope: { id: play.sandbox.tenant.environmentId, type: 'ENVIRONMENT' },
      },
    }
    play.setPolicy({ endpoints: { deny: [] } })

    expect(await codeOf(play, grant)).toBe('BLOCKED_BY_POLICY')
    await play.acceptPolicy()
    await ask(play, grant)
  })
})

interface Between {
  between: string
  args: Record<string, unknown>
  change: (play: Rehearsal) => void
  told: RegExp
}

const CHANGES: Between[] = [
  {
    between: 'a field of the resource is changed',
    args: { endpoint: 'management.groups.delete', path: { groupID: DIRECTORY_IDS.onCall } },
    change: ({ sandbox }) => sandbox.levers.changeGroup(DIRECTORY_IDS.onCall, { description: 'Everybody now' }),
    told: /description is now "Everybody now" \(was "Nobody at the moment"\)/,
  },
  {
    between: 'the resource is gone',
    args: { endpoint: 'management.groups.delete', path: { groupID: DIRECTORY_IDS.onCall } },
    change: ({ sandbox }) => sandbox.levers.removeGroup(DIRECTORY_IDS.onCall),
    told: /The resource is gone\./,
  },
  {
    between: 'the user gets another email',
    args: JOIN,
    change: ({ sandbox }) => sandbox.levers.changeUser(FIXED_IDS.alice, { email: 'alice.f@example.com' }),
    told: /email is now alice\.f@example\.com/,
  },
  {
    between: 'somebody else has done it already',
    args: DISABLE,
    change: ({ sandbox }) => sandbox.levers.changeUser(FIXED_IDS.alice, { enabled: false }),
    told: /enabled/,
  },
  {
    between: 'the user is gone',
    args: JOIN,
    change: ({ sandbox }) => sandbox.levers.removeUser(FIXED_IDS.alice),
    told: /The user is gone\./,
  },
]

test.each(CHANGES)('is not carried out where $between', async ({ args, change, told }) => {
  const play = await openPlay()
  const approval = await askApproved(play, args)
  change(play)

  const { code, text } = await execute(play, approval)

  expect(code).toBe('APPROVAL_STALE')
  expect(text).toMatch(told)
  expect(play.sandbox.changes).toEqual([])
})

describe('where the answer is lost', () => {
  const DELETE_GROUP = { endpoint: 'management.groups.delete', path: { groupID: DIRECTORY_IDS.onCall } }
  const RENAME = {
    endpoint: 'management.users.update',
    path: ALICE,
    body: { title: 'Engineer', mobilePhone: '+12025550177' },
  }
  const CREATE_GROUP = { endpoint: 'management.groups.create', body: { name: 'Night shift' } }

  test.each<
    [what: string, args: Record<string, unknown>, method: string, when: 'before' | 'after', code: string | undefined]
  >([
    ['of a change that was made', RENAME, 'PATCH', 'after', undefined],
    ['of a change that was not made', RENAME, 'PATCH', 'before', 'ACTION_FAILED'],
    ['of a deletion that was made', DELETE_GROUP, 'DELETE', 'after', undefined],
    ['of a deletion that was not made', DELETE_GROUP, 'DELETE', 'before', 'ACTION_FAILED'],
    ['of what makes something new', CREATE_GROUP, 'POST', 'after', 'ACTION_UNCERTAIN'],
    ['of the reading of a secret', READ_SECRET, 'GET', 'before', 'ACTION_FAILED'],
  ])('%s, it is looked up and not sent again', async (_, args, method, when, code) => {
    const play = await openPlay()
    const approval = await askApproved(play, args)
    play.sandbox.faults.add({
      kind: 'reset',
      when,
      match: { method, path: /users|groups|secret/ },
      times: Infinity,
    })

    const answer = await execute(play, approval)

    expect(answer.code, answer.text).toBe(code)
    const sent = play.sandbox.requests.filter(
      (request) => request.method === method && method !== 'GET' && request.host === 'api',
    )
    expect(sent).toHaveLength(method === 'GET' ? 0 : 1)
    expect(play.sandbox.changes).toHaveLength(when === 'after' ? 1 : 0)
  })
})

describe('where PingOne refuses, its reason is told', () => {
  test.each<[what: string, args: Record<string, unknown>, told: RegExp]>([
    [
      'a name that is taken',
      { endpoint: 'management.groups.create', body: { name: 'Engineering' } },
      /UNIQUENESS_VIOLATION/,
    ],
    ['what is not there', { ...JOIN, body: { id: DIRECTORY_IDS.portal } }, /HTTP 40[04]/],
    [
      'a membership that there is not',
      { endpoint: 'management.users.memberOfGroups.remove', path: { ...ALICE, groupID: DIRECTORY_IDS.onCall } },
      /HTTP 404/,
    ],
  ])('%s', async (_, args, told) => {
    const play = await openPlay()

    const { code, text } = await execute(play, await askApproved(play, args))

    expect(code).toBe('ACTION_FAILED')
    expect(text).toMatch(told)
    expect(play.sandbox.changes).toEqual([])
  })

  test('a role that the worker application lacks', async () => {
    const play = await openPlay()
    const approval = await askApproved(play, { endpoint: 'management.populations.create', body: { name: 'Interns' } })
    play.sandbox.levers.setWorkerRoles(['IDENTITY_DATA_READ_ONLY'])

    const { code, text } = await execute(play, approval)

    expect(code).toBe('ACTION_FAILED')
    expect(text).toContain('worker application')
    expect(play.sandbox.changes).toEqual([])
  })

  test('too many devices have the code of the dedicated tool', async () => {
    const play = await openPlay()
    const body = { type: 'EMAIL', email: 'dave@example.com', status: 'ACTIVATION_REQUIRED' }
    const args = { endpoint: 'mfa.devices.create', path: { userID: FIXED_IDS.dave }, body }

    const { code } = await execute(play, await askApproved(play, args))

    expect(code).toBe('DEVICE_LIMIT_REACHED')
  })
})

test('what was carried out is in the audit log, whose chain holds', async () => {
  const play = await openPlay()
  await carriedOut(play, SET_PASSWORD)

  const entries = await (await play.app.store()).auditEntries({})

  expect(entries.map(({ kind }) => kind)).toEqual(
    expect.arrayContaining([
      'approval.requested',
      'approval.approved',
      'step.begun',
      'step.ended',
      'execution.finished',
    ]),
  )
  expect(await play.verify()).not.toHaveProperty('broken')
})
