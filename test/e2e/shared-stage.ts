import { afterAll, afterEach, beforeAll, beforeEach } from 'vitest'
import type { SandboxOptions } from '../../src/sandbox/sandbox.ts'
import type { Change } from '../../src/sandbox/records.ts'
import type { Session, SessionOptions } from './session.ts'
import { openStage, type Stage } from './stage.ts'

/** One stage and one server process for all tests of a file, which must leave no fault and no lever behind. */
export interface SharedStage {
  readonly stage: Stage
  readonly session: Session
  /** What has changed in the tenant since this test began. */
  changes(): readonly Change[]
  /** How many requests have reached the tenant since this test began. */
  requestCount(): number
}

/** Opens the stage before the first test; with `enrolled` somebody can approve. Canaries are looked for after the last. */
export function shareStage({
  enrolled = false,
  session: sessionOptions = {},
  ...options
}: SandboxOptions & { enrolled?: boolean; session?: SessionOptions } = {}): SharedStage {
  let stage: Stage
  let session: Session
  let changesBefore = 0
  let requestsBefore = 0
  beforeAll(async () => {
    stage = await openStage(options)
    if (enrolled) await stage.human.enrol()
    session = await stage.connect(sessionOptions)
  })
  beforeEach(() => {
    changesBefore = stage.sandbox.changes.length
    requestsBefore = stage.sandbox.requests.length
  })
  afterEach(() => stage.sandbox.faults.clear())
  afterAll(() => stage.close())
  return {
    get stage() {
      return stage
    },
    get session() {
      return session
    },
    changes: () => stage.sandbox.changes.slice(changesBefore),
    requestCount: () => stage.sandbox.requests.length - requestsBefore,
  }
}
