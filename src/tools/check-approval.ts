import { z } from 'zod'
import { APPROVAL_STATES } from '../store/approval-state.ts'
import { checkedAnswer } from './answers.ts'
import { token } from './params.ts'
import { outputOf, shape } from './schema.ts'
import { defineTool } from './tool.ts'

export const checkApproval = defineTool({
  name: 'check_approval',
  title: 'Check an approval',
  description:
    'Tells whether a person has decided. With waitSeconds it answers as soon as they do. It cannot approve anything.',
  effect: 'read',
  local: true,
  input: z.strictObject({
    token,
    waitSeconds: z.number().min(0, 'is 0 to 50').max(50, 'is 0 to 50').optional().describe('0 to 50'),
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
