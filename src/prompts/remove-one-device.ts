import { decision } from './decision.ts'
import { LAST_FACTOR, LOOK, UNPAIR, WHO_ASKS } from './device-steps.ts'
import type { Workflow } from './workflow.ts'

export function removeOneDevice({ email }: { email: string }): Workflow {
  return {
    task: 'One MFA device of a user is to be removed, and no other.',
    given: { email },
    steps: [
      WHO_ASKS,
      LOOK,
      'Show `label`, `nickname`, `type`, `status` and `createdAt` of each device, and let the person say which one is meant. Two can look alike: then tell them apart by `createdAt`. Never guess. If it is not there, say so and stop.',
      LAST_FACTOR,
      UNPAIR,
      'Call `list_mfa_devices` again. Say that the device is gone and what is left.',
    ],
    section: decision('list_mfa_devices'),
  }
}
