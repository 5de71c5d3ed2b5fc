import { APPROVAL_STATES } from '../store/approval-state.ts'
import { checkedAnswer } from './answers.ts'
import { token, waitSeconds } from './params.ts'
import { outputOf, shape } from './schema.ts'
import { inputOf } from './input.ts'
import { defineTool } from './tool.ts'

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
    const seconds = input.waitSeconds ?? 0
    const opened = await gate()
    const startedAt = clock.now()
    const report = setInterval(
      () => progress(Math.min(seconds, (clock.now() - startedAt) / 1000), seconds, 'waiting for a person to decide'),
      5000,
    )
    try {
      return checkedAnswer(await opened.waitForDecision(input.token, caller, seconds * 1000, signal))
    } finally {
      clearInterval(report)
    }
  },
})
