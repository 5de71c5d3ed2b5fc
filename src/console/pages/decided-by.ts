import { HOW_DECIDED } from '../../approval/how-decided.ts'
import type { Decision } from '../../store/store.ts'

/** Who decided, and with what: `Olga, by passkey`. Refusing needs no credential, so that only the place is known. */
export function decidedBy({ by, how }: Decision): string {
  const who = `${by.slice(0, 1).toUpperCase()}${by.slice(1)}`
  return how === 'page' || how === 'terminal' ? who : `${who}, ${HOW_DECIDED[how]}`
}
