import { beforeEach, expect, test } from 'vitest'
import { createWakeUps } from '../../src/approval/wake-ups.ts'
import type { Clock } from '../../src/lib/clock.ts'

type OnChange = (approvalId: string | undefined) => void

/** A store that tells of changes when the test says so, and a clock on which nobody wakes up by himself. */
let watching: OnChange[] = []
let asleepFor: number[] = []
const store = {
  watch(onChange: OnChange) {
    watching.push(onChange)
    return () => {
      watching = watching.filter((one) => one !== onChange)
    }
  },
}
const clock: Clock = {
  now: () => 1000,
  sleep: (ms, signal) =>
    new Promise((_, reject) => {
      asleepFor.push(ms)
      const wakeUp = () => reject(new Error('woken up'))
      if (signal?.aborted === true) wakeUp()
      signal?.addEventListener('abort', wakeUp)
    }),
}
const create = (spread = 0) => createWakeUps({ store, clock, randomBytes: (size) => Buffer.alloc(size, spread) })
const tell: OnChange = (approvalId) => {
  for (const onChange of watching) onChange(approvalId)
}
const forEver = new AbortController().signal

beforeEach(() => {
  watching = []
  asleepFor = []
})

/** Which of them wake up within what is done at once. */
async function wokenOf(resting: Record<string, Promise<void>>, act: () => void): Promise<string[]> {
  const woken: string[] = []
  for (const [name, rest] of Object.entries(resting)) void rest.then(() => woken.push(name))
  act()
  await new Promise((resolve) => setImmediate(resolve))
  return woken
}

test('however many wait, the store is watched once, and no longer than the last of them waits', () => {
  const { sleep } = create()

  const sleepers = Array.from({ length: 500 }, (_, n) => sleep(`approval ${n}`))

  expect(watching).toHaveLength(1)
  for (const sleeper of sleepers.slice(1)) sleeper.leave()
  expect(watching).toHaveLength(1)
  sleepers[0]?.leave()
  expect(watching).toHaveLength(0)
  sleep('another')
  expect(watching).toHaveLength(1)
})

test('a change wakes those who wait for that approval, and nobody else', async () => {
  const { sleep } = create()
  const rest = (id: string) => sleep(id).rest(9000, forEver)

  const woken = await wokenOf({ first: rest('a'), second: rest('a'), other: rest('b') }, () => tell('a'))

  expect(woken).toEqual(['first', 'second'])
})

test('where it is not known what has changed everybody wakes up', async () => {
  const { sleep } = create()
  const rest = (id: string) => sleep(id).rest(9000, forEver)

  expect(await wokenOf({ a: rest('a'), b: rest('b') }, () => tell(undefined))).toEqual(['a', 'b'])
})

test('what changes between looking and resting is not slept through, and what was before does not count', async () => {
  const { sleep } = create()
  const [early, late] = [sleep('a'), sleep('a')]
  early.again()
  tell('a')
  late.again()

  const resting = { early: early.rest(9000, forEver), late: late.rest(9000, forEver) }

  expect(await wokenOf(resting, () => undefined)).toEqual(['early'])
})

test('who has gone wakes up', async () => {
  const { sleep } = create()
  const caller = new AbortController()

  const woken = await wokenOf({ caller: sleep('a').rest(9000, caller.signal) }, () => caller.abort())

  expect(woken).toEqual(['caller'])
})

test.each([
  ['after two seconds', 0, 9000, 2000],
  ['or half a second later', 255, 9000, 2510],
  ['but not later than it was told', 255, 1700, 700],
])('everybody looks for themselves %s', (_, spread, until, ms) => {
  void create(spread).sleep('a').rest(until, forEver)

  expect(asleepFor).toEqual([ms])
})
