import { createHash } from 'node:crypto'
import type { Clock } from '../lib/clock.ts'
import type { Store } from '../store/store.ts'
import type { Voucher } from './approvers.ts'
import type { Assertion } from './passkey-json.ts'
import type { Passkeys, Purpose } from './passkeys.ts'

type Vouched = { ok: true; voucher: Voucher } | { ok: false; why: string }
type Options = { ok: true; options: object } | { ok: false; why: string }

/** An enrolled approver stands up for something by passkey: the signature is for exactly these words. */
export interface Vouching {
  options(purpose: Purpose): Promise<Options>
  check(words: readonly string[], origin: string, assertion: Assertion): Promise<Vouched>
}

export function createVouching(deps: { store: Store; passkeys(): Promise<Passkeys>; clock: Clock }): Vouching {
  return {
    async options(purpose) {
      const options = await (await deps.passkeys()).ask(purpose)
      return options === undefined
        ? { ok: false, why: 'Nobody who is enrolled has a passkey; an approver vouches in a terminal.' }
        : { ok: true, options }
    },
    async check(words, origin, assertion) {
      const signed = await (await deps.passkeys()).check(vouchPurpose(words, origin), assertion)
      if (!signed.ok) return signed
      const { approver, passkey, counter, evidence } = signed
      const use = { id: passkey.id, approver: approver.name, at: deps.clock.now(), counter }
      if (!(await deps.store.useCredential(use))) return { ok: false, why: 'That passkey is not enrolled any more.' }
      return { ok: true, voucher: { name: approver.name, evidence: { ...evidence, subject: textOf(words) } } }
    },
  }
}

/** A plan is a JSON object and this is a JSON array: no signature for one can be one for the other. */
export function vouchPurpose(words: readonly string[], origin: string): Purpose {
  const digest = createHash('sha256').update(textOf(words)).digest('hex')
  return { subject: `vouch ${digest}`, digest, origin }
}

function textOf(words: readonly string[]): string {
  return JSON.stringify(['vouch', ...words])
}
