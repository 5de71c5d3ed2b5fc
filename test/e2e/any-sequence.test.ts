import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { FIXED_IDS } from '../../src/sandbox/people.ts'
import type { Change } from '../../src/sandbox/records.ts'
import { cheapCredential, MINUTE, openRehearsal, type Rehearsal } from './rehearsal.ts'
import { onStage, PASSPHRASE } from './stage.ts'

/**
 * Any sequence of calls by a client that wants to change something by itself, with a person in between who sometimes
 * decides: what changes in the tenant is what that person has approved, each of it once.
 */

const PEOPLE = [FIXED_IDS.alice, FIXED_IDS.bob, FIXED_IDS.dave]
const EMAILS = ['alice@example.com', 'bob@example.com', 'dave@example.com']

/** Numbers are picked from what there is at that moment, modulo its count. */
type Move =
  | { by: 'client'; do: 'ask'; tool: 'reset_mfa_devices'; who: number }
  | { by: 'client'; do: 'ask'; tool: 'unpair_mfa_device'; who: number; device: number }
  | { by: 'client'; do: 'ask'; tool: 'add_sms_device'; who: number; phone: number }
  | {
      by: 'client'
      do: 'ask'
      tool: 'activate_mfa_device'
      who: number
      device: number
      otp: 'right' | 'wrong' | 'none'
    }
  | { by: 'client'; do: 'start' | 'check'; token: number; from: 'here' | 'elsewhere' }
  | { by: 'client'; do: 'startWith'; token: number; extra: string; value: unknown }
  | { by: 'client'; do: 'startForged'; token: number; how: Forgery }
  | { by: 'client'; do: 'request'; method: string; id: number }
  | { by: 'person'; do: 'approve' | 'guess' | 'deny'; id: number }
  | { by: 'world'; do: 'wait'; minutes: number }
  | { by: 'world'; do: 'pair' | 'unpair'; who: number; device: number }

type Forgery = 'id' | 'upper case' | 'cut' | 'longer' | 'one character' | 'random' | 'blank around'

const n = fc.nat({ max: 50 })
const who = fc.nat({ max: PEOPLE.length - 1 })
const client = fc.constant('client' as const)
const ask = fc.constant('ask' as const)

const move: fc.Arbitrary<Move> = fc.oneof(
  { weight: 3, arbitrary: fc.record({ by: client, do: ask, tool: fc.constant('reset_mfa_devices' as const), who }) },
  {
    weight: 3,
    arbitrary: fc.record({ by: client, do: ask, tool: fc.constant('unpair_mfa_device' as const), who, device: n }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      by: client,
      do: ask,
      tool: fc.constant('add_sms_device' as const),
      who,
      phone: fc.nat({ max: 3 }),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      by: client,
      do: ask,
      tool: fc.constant('activate_mfa_device' as const),
      who,
      device: n,
      otp: fc.constantFrom('right' as const, 'wrong' as const, 'none' as const),
    }),
  },
  {
    weight: 10,
    arbitrary: fc.record({
      by: client,
      do: fc.constantFrom('start' as const, 'start' as const, 'check' as const),
      token: n,
      from: fc.constantFrom('here' as const, 'elsewhere' as const),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      by: client,
      do: fc.constant('startWith' as const),
      token: n,
      extra: fc.constantFrom('email', 'deviceId', 'approve', 'approved', 'plan', 'steps', 'force'),
      value: fc.constantFrom<unknown>(true, 'dave@example.com', FIXED_IDS.aliceSms, { approved: true }),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      by: client,
      do: fc.constant('startForged' as const),
      token: n,
      how: fc.constantFrom<Forgery>('id', 'upper case', 'cut', 'longer', 'one character', 'random', 'blank around'),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      by: client,
      do: fc.constant('request' as const),
      method: fc.constantFrom(
        'approvals/approve',
        'elicitation/create',
        'resources/read',
        'prompts/get',
        'completion/complete',
      ),
      id: n,
    }),
  },
  {
    weight: 7,
    arbitrary: fc.record({
      by: fc.constant('person' as const),
      do: fc.constantFrom(
        'approve' as const,
        'approve' as const,
        'approve' as const,
        'guess' as const,
        'deny' as const,
      ),
      id: n,
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      by: fc.constant('world' as const),
      do: fc.constant('wait' as const),
      minutes: fc.constantFrom(1, 4, 6, 16, 31),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      by: fc.constant('world' as const),
      do: fc.constantFrom('pair' as const, 'unpair' as const),
      who,
      device: n,
    }),
  },
)

/** What a sequence is played on: the program in this process, or server processes. */
interface Ground extends Pick<Rehearsal, 'sandbox' | 'call' | 'request' | 'approve' | 'deny'> {
  clock: { advance(ms: number): void }
}

/** What one approval would change, as the test itself knows it from the tenant at the time of asking. */
interface Known {
  id: string
  state: 'pending' | 'approved' | 'denied' | 'cancelled'
  needsCode: boolean
  deviceId?: string
  allowed: Set<string>
  covers: Set<string>
  hasRun: boolean
}

/** The test's own idea of what may happen. It knows nothing of the program but what the contract says. */
function createModel(play: Ground) {
  const known: Known[] = []
  const tokens: { token: string; id: string }[] = []
  let seen = 0

  const keyOf = ({ action, userId, deviceId }: Pick<Change, 'action' | 'userId' | 'deviceId'>) =>
    action === 'device.create' ? `${action} ${userId}` : `${action} ${deviceId}`

  return {
    known,
    tokens,
    pick: <T>(list: readonly T[], at: number): T | undefined => list[at % Math.max(1, list.length)],
    learn(token: string, entry: Omit<Known, 'state' | 'hasRun' | 'covers'>) {
      tokens.push({ token, id: entry.id })
      if (!known.some(({ id }) => id === entry.id))
        known.push({ ...entry, state: 'pending', hasRun: false, covers: new Set() })
    },
    /** What has run or never will allows nothing more, but for what an addition covers. */
    spend(entry: Known) {
      for (const key of entry.allowed) if (!entry.covers.has(key)) entry.allowed.delete(key)
    },
    /** Every change since the last look is one that a person approved and that has not been made before. */
    settle() {
      const fresh = play.sandbox.changes.slice(seen)
      seen = play.sandbox.changes.length
      for (const change of fresh) {
        const key = keyOf(change)
        const permit = known.find(({ state, allowed }) => state === 'approved' && allowed.has(key))
        expect(permit, `nobody approved ${key}`).toBeDefined()
        permit?.allowed.delete(key)
        // An approved addition covers activating that very device.
        const covered = `device.activate ${change.deviceId}`
        if (change.action === 'device.create') permit?.allowed.add(covered)
        if (change.action === 'device.create') permit?.covers.add(covered)
      }
    },
  }
}

type Model = ReturnType<typeof createModel>

function forge(token: string, id: string, how: Forgery): string {
  const last = token.at(-1) === 'A' ? 'B' : 'A'
  const forgeries: Record<Forgery, string> = {
    id,
    'upper case': token.toUpperCase(),
    cut: token.slice(0, -1),
    longer: `${token}A`,
    // The last of 43 characters carries two bits that decode to nothing: another spelling is another token.
    'one character': token.slice(0, -1) + last,
    random: `apv_${'x'.repeat(43)}`,
    'blank around': ` ${token} `,
  }
  return forgeries[how]
}

function askedFor(play: Ground, model: Model, move_: Extract<Move, { do: 'ask' }>) {
  const userId = PEOPLE[move_.who] ?? ''
  const devices = play.sandbox.state.devicesOf(userId)
  const base = { email: EMAILS[move_.who] ?? '' }
  if (move_.tool === 'reset_mfa_devices') {
    return { args: base, allowed: devices.map(({ id }) => `device.remove ${id}`) }
  }
  if (move_.tool === 'add_sms_device') {
    return { args: { ...base, phone: `+4670174060${move_.phone}` }, allowed: [`device.create ${userId}`] }
  }
  const deviceId = model.pick(devices, move_.device)?.id ?? FIXED_IDS.erinSms
  if (move_.tool === 'unpair_mfa_device') {
    return { args: { ...base, deviceId }, allowed: [`device.remove ${deviceId}`], deviceId }
  }
  const right = devices.some(({ id }) => id === deviceId) ? (play.sandbox.levers.otpOf(deviceId) ?? '000000') : '000000'
  const otp = { right, wrong: String((Number(right) + 1) % 1_000_000).padStart(6, '0'), none: undefined }[move_.otp]
  const args = { ...base, deviceId, ...(otp === undefined ? {} : { otp }) }
  return { args, allowed: [`device.activate ${deviceId}`], deviceId }
}

async function make(play: Ground, elsewhere: Ground, model: Model, next: Move): Promise<void> {
  switch (next.do) {
    case 'ask': {
      const { args, allowed, deviceId } = askedFor(play, model, next)
      const { structured } = await play.call(next.tool, args)
      if (structured?.status !== 'approval_required') break
      const { token, id } = structured.approval
      const needsCode = next.tool === 'activate_mfa_device' && !('otp' in args)
      model.learn(token, { id, needsCode, allowed: new Set(allowed), ...(deviceId === undefined ? {} : { deviceId }) })
      break
    }
    case 'start':
    case 'check': {
      const ticket = model.pick(model.tokens, next.token)
      if (ticket === undefined) break
      const tool = next.do === 'start' ? 'execute_approved_action' : 'check_approval'
      const where = next.from === 'here' ? play : elsewhere
      const answer = await where.call(tool, { token: ticket.token })
      const entry = model.known.find(({ id }) => id === ticket.id)
      if (entry?.state === 'denied') {
        expect(answer.code ?? answer.structured.status).toBe(next.do === 'start' ? 'APPROVAL_DENIED' : 'denied')
      }
      if (next.do === 'start' && answer.structured?.status === 'completed') {
        expect(answer.structured.replayed).toBe(entry?.hasRun)
        if (entry !== undefined) entry.hasRun = true
      }
      model.settle()
      const isOver = answer.structured?.status === 'completed' || (answer.isError && answer.code !== 'RATE_LIMITED')
      if (next.do === 'start' && isOver && entry !== undefined) model.spend(entry)
      break
    }
    case 'startWith': {
      const ticket = model.pick(model.tokens, next.token)
      const answer = await play.call('execute_approved_action', { token: ticket?.token, [next.extra]: next.value })
      expect(answer.code).toBe('INVALID_INPUT')
      break
    }
    case 'startForged': {
      const ticket = model.pick(model.tokens, next.token)
      if (ticket === undefined) break
      const token = forge(ticket.token, ticket.id, next.how)
      const answer = await play.call('execute_approved_action', { token })
      expect(answer.code).toBe('APPROVAL_UNKNOWN')
      break
    }
    case 'request': {
      const id = model.pick(model.known, next.id)?.id ?? ''
      await play.request(next.method, { id, approved: true, uri: `approvals://${id}/approve`, name: 'approve' })
      break
    }
    case 'approve':
    case 'guess':
      await decide(play, model, next)
      break
    case 'deny': {
      const entry = model.pick(model.known, next.id)
      const result = entry === undefined ? undefined : await play.deny(entry.id, 'no')
      if (entry !== undefined && result?.denied === true) entry.state = result.state
      break
    }
    case 'wait':
      play.clock.advance(next.minutes * MINUTE)
      break
    case 'pair':
      play.sandbox.levers.addDevice(PEOPLE[next.who] ?? '', {
        type: 'SMS',
        phone: '+12025550111',
        status: next.device % 2 === 0 ? 'ACTIVATION_REQUIRED' : 'ACTIVE',
      })
      break
    case 'unpair': {
      const device = model.pick(play.sandbox.state.devicesOf(PEOPLE[next.who] ?? ''), next.device)
      if (device !== undefined) play.sandbox.levers.removeDevice(device.id)
      break
    }
    default:
      next satisfies never
  }
  model.settle()
}

async function decide(play: Ground, model: Model, next: Extract<Move, { by: 'person' }>): Promise<void> {
  const entry = model.pick(model.known, next.id)
  if (entry === undefined) return
  const isThere = play.sandbox.state.device(entry.deviceId ?? '') !== undefined
  const code = entry.needsCode && isThere ? (play.sandbox.levers.otpOf(entry.deviceId ?? '') ?? '000000') : '000000'
  const result = await play.approve(entry.id, {
    ...(entry.needsCode ? { code } : {}),
    ...(next.do === 'guess' ? { passphrase: 'open sesame, please' } : {}),
  })
  if (result.approved) entry.state = 'approved'
  else if (result.attemptsLeft === 0) entry.state = 'denied'
}

async function playThrough(moves: readonly Move[]): Promise<{ changes: number }> {
  const play = await openRehearsal()
  try {
    await play.enrol()
    play.setPolicy({ limits: { pendingPerUser: 3, executionsPerHour: 30 } })
    const elsewhere = await play.again()
    const model = createModel(play)
    for (const next of moves) await make(play, elsewhere, model, next)
    expect((await play.verify()).broken).toBeUndefined()
    expect(play.askedBack).toBe(0)
    return { changes: play.sandbox.changes.length }
  } finally {
    await play.close()
  }
}

test('no sequence of calls changes what nobody approved, or anything twice', { timeout: 300_000 }, async () => {
  let changes = 0
  await fc.assert(
    fc.asyncProperty(fc.array(move, { minLength: 5, maxLength: 60, size: 'max' }), async (moves) => {
      changes += (await playThrough(moves)).changes
    }),
    { numRuns: 100, seed: 20_261_125 },
  )
  // Else the person never said yes in time, and nothing was proved.
  expect(changes).toBeGreaterThan(20)
})

test('without a person, no sequence of calls changes anything', { timeout: 300_000 }, async () => {
  const alone = move.filter(({ by }) => by !== 'person')
  await fc.assert(
    fc.asyncProperty(fc.array(alone, { minLength: 5, maxLength: 60, size: 'max' }), async (moves) => {
      expect((await playThrough(moves)).changes).toBe(0)
    }),
    { numRuns: 25 },
  )
})

test('nor does any over stdio, with two server processes', { timeout: 300_000 }, async () => {
  const overStdio = move.filter((next) => next.do !== 'request' && next.do !== 'wait')
  let changes = 0
  await fc.assert(
    fc.asyncProperty(fc.array(overStdio, { minLength: 40, maxLength: 80, size: 'max' }), async (moves) => {
      await onStage(async (stage) => {
        const { human, sandbox } = stage
        const person = { name: 'Olga', email: 'olga.approver@example.com', createdAt: Date.now() }
        await (
          await human.app.store()
        ).addApprover(
          { ...person, kind: 'passphrase', credential: cheapCredential(PASSPHRASE) },
          { at: Date.now(), kind: 'approver.added', data: {} },
        )
        const [here, there] = await Promise.all([
          stage.connect({ generation: 'v1' }),
          stage.connect({ generation: 'v2' }),
        ])
        const ground = {
          sandbox,
          clock: { advance: () => undefined },
          request: async () => ({}),
          approve: human.approve,
          deny: async (id: string) => (await human.app.approvals()).deny({ id, reason: 'no' }),
        }
        const model = createModel({ ...ground, call: here.call })
        for (const next of moves) {
          await make({ ...ground, call: here.call }, { ...ground, call: there.call }, model, next)
        }
        changes += sandbox.changes.length
      })
    }),
    { numRuns: 5, endOnFailure: true, seed: 7 },
  )
  expect(changes).toBeGreaterThan(3)
})
