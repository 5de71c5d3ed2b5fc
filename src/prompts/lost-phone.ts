import { DECIDE, decision } from './decision.ts'
import { LAST_FACTOR, LOOK, UNPAIR, WHO_ASKS } from './device-steps.ts'
import type { Workflow } from './workflow.ts'

export function lostPhone({ email }: { email: string }): Workflow {
  return {
    task: 'A user has lost their phone. Whoever finds it must not be able to use it as a factor, and the other devices stay.',
    given: { email },
    steps: [
      WHO_ASKS,
      LOOK,
      'Show `label`, `nickname`, `type`, `status` and `createdAt` of each device, and let the person say which of them were on the phone: its number (`SMS`, `VOICE`), and an app that ran on it (`TOTP`, `MOBILE`). Never guess. If none was, say so and stop.',
      LAST_FACTOR,
      `${UNPAIR} Several devices: one after the other, each to its end, because a change to one makes the approval for another \`stale\`.`,
      'Call `list_mfa_devices` again. Say what is gone and what is left.',
      `Offer what comes next: a new number, by \`add_sms_device\` and then \`activate_mfa_device\` without \`otp\`, so that the code is typed where the person approves; or the way in which the organisation lets users enrol by themselves. ${DECIDE.replace('Then', 'For each of these tools')}`,
    ],
    section: decision('list_mfa_devices'),
  }
}
