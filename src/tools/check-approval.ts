import type { Checked } from '../approval/gate.ts'
import { APPROVAL_STATES } from '../store/approval-state.ts'
import { checkedAnswer } from './answers.ts'
import { token, waitSeconds } from './params.ts'
import { outputOf, shape } from './schema.ts'
import { inputOf } from './input.ts'
import { defineTool } from './tool.ts'

const REPORT_EVERY_MS = 5000

/** States that come to an end by themselves, or by a person. */
const WAITED_FOR: Partial<Record<Checked['state'], string>> = {
  pending: 'waiting for a person to decide',
  executing: 'being carried out',
}

export const checkApproval = defineTool({
  name: 'check_approval',
  title: 'Check an approval',
  description:
    'Tells whether a person has decided. With waitSeconds it answers as soon as they do. It cannot approve anything.',
  effect: 'read',
  local: true,
  input: inputOf({
    token,
    waitSeconds,
  }),
  output: outputOf(APPROVAL_STATES, { approval: shape.anyObject, outcome: shape.anyObject }),

  async run(input, { gate, caller, signal, progress, clock }) {
    const waitMs = (input.waitSeconds ?? 0) * 1000
    const opened = await gate()
    const first = await opened.check(input.token, caller)
    const what = WAITED_FOR[first.state]
    if (what === undefined || waitMs === 0) return checkedAnswer(first)

    const startedAt = clock.now()
    const report = () => {
      const passed = Math.min(waitMs, Math.max(0, clock.now() - startedAt))
      progress(passed / 1000, waitMs / 1000, `${what}; ${Math.ceil((waitMs - passed) / 1000)} s left to wait`)
    }
    report()
    const reporting = setInterval(report, REPORT_EVERY_MS)
    try {
      return checkedAnswer(await opened.waitForDecision(input.token, caller, waitMs, signal))
    } finally {
      clearInterval(reporting)
    }
  },
})
