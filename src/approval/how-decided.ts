import type { Decision } from '../store/store.ts'

/** How a decision was made, as terminal and page say it behind a name. */
export const HOW_DECIDED: Readonly<Record<Decision['how'], string>> = {
  passphrase: 'by passphrase',
  passkey: 'by passkey',
  'sign-in': 'by signing in for it',
  policy: 'the policy asks for no approval',
  cover: 'covered by an earlier approval',
  terminal: 'without a credential, which refusing does not need',
  page: 'on the page, without a credential, which refusing does not need',
  system: 'by this program',
}
