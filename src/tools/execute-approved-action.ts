import { executedAnswer } from './answers.ts'
import { token } from './params.ts'
import { outputOf, shape } from './schema.ts'
import { inputOf } from './input.ts'
import { defineTool } from './tool.ts'

export const executeApprovedAction = defineTool({
  name: 'execute_approved_action',
  title: 'Execute an approved action',
  description:
    'Carries out exactly what a person approved, once. Safe to call again: it then returns the recorded outcome. Unapproved, it does nothing.',
  effect: 'execute',
  input: inputOf({ token }),
  output: outputOf(['approval_pending', 'executing', 'completed'], {
    approval: shape.anyObject,
    action: shape.string,
    outcome: shape.anyObject,
    replayed: shape.boolean,
  }),

  async run(input, { gate, caller, signal, progress }) {
    const opened = await gate()
    const executed = await opened.execute(input.token, caller, {
      signal,
      // A step that has failed has come to its end, too.
      onStep: (done, total) => progress(done, total, `${done} of ${total} ${total === 1 ? 'step' : 'steps'} finished`),
    })
    return executedAnswer(executed)
  },
})
