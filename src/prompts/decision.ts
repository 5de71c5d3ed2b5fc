import type { Section } from './workflow.ts'

/** What a step says that asks for a change. */
export const DECIDE = 'Then go through "The decision" below.'

/** From `approval_required` to the end, whatever the end is. `look` shows how things stand. */
export function decision(look: 'list_mfa_devices' | 'read_endpoint'): Section {
  return {
    title: 'The decision, whenever a tool answers `approval_required`:',
    points: [
      'Nothing has changed yet, and you cannot approve it. Give the person `approval.summary`, every line of `approval.effects` and the link `approval.approveAt`; without a link, the terminal command in `next`. They decide there. Do not run that command for them, and never ask for a passphrase.',
      'Call `check_approval` with the `token` and `waitSeconds` 50, and again while it is `pending`. After some minutes say that it waits until `approval.expiresAt`, and go on when the person is back.',
      '`approved`: Call `execute_approved_action` with the `token`, once. If it answers `executing`, or the answer is lost, call it again with the same `token`: nothing is sent twice.',
      '`denied` or `APPROVAL_DENIED`: stop, and pass on the reason. Do not ask again, neither in other words nor through another tool.',
      '`expired` or `APPROVAL_EXPIRED`: nothing was changed. Ask for the change anew only if the person still wants it.',
      '`cancelled` or `APPROVAL_CANCELLED`: somebody took the approval back and nothing was changed. Stop, and ask the person what they want.',
      `\`stale\` or \`APPROVAL_STALE\`: something else changed after the decision, so nothing was done. Look with \`${look}\`, say what is different, and ask for the change anew only if it is still right.`,
      `\`ACTION_PARTIAL\`, \`ACTION_FAILED\` or \`ACTION_UNCERTAIN\`: pass on what the text says became of each part, look with \`${look}\`, and let the person decide about the rest. Never repeat it blindly.`,
      '`NO_APPROVER`: nobody is enrolled who may approve. The person enrols somebody in a terminal of their own, with `pingone-mfa-mcp approver add --name NAME --email EMAIL`; never do it for them. Stop until then.',
      '`TOO_MANY_PENDING`: earlier requests have to be decided first. `BLOCKED_BY_POLICY`: pass it on and stop; do not look for a way around it.',
    ],
  }
}
