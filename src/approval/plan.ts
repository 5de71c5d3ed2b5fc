import type { PingOneCall } from '../lib/call.ts'
import type { Secret } from '../lib/secret.ts'
import type { Principal } from './caller.ts'
import type { SealedBox } from './seal.ts'
import type { Witness } from './witness.ts'

/** Everything that changes something in PingOne, by the name of the tool that asks for it. */
export const ACTIONS = [
  'add_sms_device',
  'activate_mfa_device',
  'unpair_mfa_device',
  'reset_mfa_devices',
  'change_endpoint',
] as const
export type Action = (typeof ACTIONS)[number]

type StepKind = 'device.remove' | 'device.create' | 'device.activate' | 'endpoint'

/** What a step is about: a device, whose `id` is not known before it is created, or an endpoint's resource. */
export interface StepSubject {
  id?: string
  /** A device's type, or `ENDPOINT`. */
  type: string
  /** Masked: what a person recognises. */
  label: string
}

/** One call to PingOne, as data. `call.body` lacks what is sealed; it is put back at the moment of sending. */
export interface PlanStep {
  kind: StepKind
  call: PingOneCall
  /** What it does, masked: `Remove SMS +1•••••••0150 (Work phone)`. */
  effect: string
  subject: StepSubject
  /** It takes a factor away from the target. */
  removesFactor?: true
  /** Texts in the body, by their place (`otp`, `oidc/clientSecret`), that the store must not hold readable. */
  sealed?: Record<string, SealedBox>
}

export interface PlanTarget {
  id: string
  email: string
  username: string
}

export interface PlanEndpoint {
  id: string
  /** What the policy judges: every group of names must pass. A group is one call, as several specifications name it. */
  judgedAs: string[][]
  /** The dedicated tool that covers it: the stricter policy of the two counts. */
  coveredBy?: Action
  /** It answers with a secret: a person is always asked. */
  isSensitive: boolean
}

/** A call as the person who decides reads it, secrets as bullets. */
export interface ShownRequest {
  method: string
  path: string
  contentType?: string
  /** The whole body, a line each. */
  body: string[]
  /** Before and after, a line each; empty where it cannot be told. */
  changes: string[]
}

export interface PlanEnvironment {
  id: string
  name?: string
  type?: string
  region?: string
}

/**
 * What a person approves and what is then carried out: plain data, stored as JSON. The digest that is approved is the
 * SHA-256 of exactly those bytes.
 */
export interface Plan {
  version: 1
  /** 128 random bits, so that a digest says nothing about a number in the plan once the plan is masked. */
  nonce: string
  tenant: { apiUrl: string; authUrl: string; environmentId: string }
  environment: PlanEnvironment
  action: Action
  /** The endpoint that is called, where it is not a dedicated tool that asks. */
  endpoint?: PlanEndpoint
  /** The user whom it is about; absent where it is about none. */
  target?: PlanTarget
  /** One sentence, masked. */
  summary: string
  /** One sentence a step, masked: what the caller reads. */
  effects: string[]
  /** The same for the person who decides: numbers in full. */
  shown: string[]
  /** Only for the person who decides. */
  warnings: string[]
  /** The factors that are left afterwards, masked; absent where it is not about factors. */
  remaining?: string[]
  /** What is sent to an endpoint, and what it changes, line by line. */
  request?: ShownRequest
  steps: PlanStep[]
  /** The state that the decision depends on; read again before anything is carried out. */
  witness: Witness
  /** Who asked, as far as this program can tell. */
  requester: string
  /** The same as the access token says it, where one was asked for: nobody approves what they asked for themselves. */
  principal?: Principal
  /** What the model says why; nobody has verified it. */
  reason?: string
  /** The one who approves types the device's code. */
  needsCode?: true
  requestedAt: string
}

/** What a changing tool returns: the plan without what the gate adds, and with its secrets still apart. */
export interface PlanDraft {
  action: Action
  endpoint?: PlanEndpoint
  target?: PlanTarget
  environment: PlanEnvironment
  summary: string
  effects: string[]
  shown: string[]
  warnings: string[]
  remaining?: string[]
  request?: ShownRequest
  steps: PlanStep[]
  witness: Witness
  /** By step and body field. */
  secrets?: { step: number; field: string; value: Secret }[]
  needsCode?: true
  reason?: string
  /** What makes two requests the same request: the arguments that matter, without reason and code. */
  sameAs: readonly string[]
}

/** Nothing is left to change: nobody is asked. */
export interface NothingToDo {
  nothingToDo: true
  action: Action
  summary: string
}
