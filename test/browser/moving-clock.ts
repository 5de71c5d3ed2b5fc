import { systemClock } from '../../src/lib/clock.ts'
import type { FakeClock } from '../e2e/rehearsal.ts'

/** The time of the machine, as far ahead as a test has moved it. Waits are real: a browser takes real time, too. */
export function createMovingClock(): FakeClock {
  let ahead = 0
  return {
    now: () => Date.now() + ahead,
    sleep: systemClock.sleep,
    advance: (ms) => void (ahead += ms),
  }
}
