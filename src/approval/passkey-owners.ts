import type { ApproverRow, CredentialRow } from '../store/approver-rows.ts'

/** Every passkey that is enrolled, with whose it is. */
export function passkeysOf(approvers: readonly ApproverRow[]): { approver: ApproverRow; passkey: CredentialRow }[] {
  return approvers.flatMap((approver) =>
    approver.credentials.filter(({ kind }) => kind === 'passkey').map((passkey) => ({ approver, passkey })),
  )
}

/** Whose passkey this is; undefined where it is nobody's. */
export function ownerOf(approvers: readonly ApproverRow[], credentialId: string) {
  return passkeysOf(approvers).find(({ passkey }) => passkey.id === credentialId)
}
