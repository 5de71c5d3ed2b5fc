import { decision } from './decision.ts'
import { ACTIVATE, ADD, LOOK, WHO_ASKS } from './device-steps.ts'
import type { Workflow } from './workflow.ts'

export function newPhoneNumber({ email }: { email: string }): Workflow {
  return {
    task: 'A user has a new phone number. It is to be paired and activated, and the old one stays until that has worked.',
    given: { email },
    steps: [
      WHO_ASKS,
      LOOK,
      "Ask for the new number in international form (+12125550150), for a name for it if they want one, and whether the old number is still the user's. Read the number back: a wrong one gives somebody else the codes.",
      ADD,
      ACTIVATE,
      "Only if the old number is not the user's any more, and only when the new device is `ACTIVE`: ask for removing the old one by `unpair_mfa_device`, and go through the decision again.",
      'Call `list_mfa_devices` again. Say which devices the user has now.',
    ],
    section: decision('list_mfa_devices'),
  }
}
