export const PAIRING_KEY_FORMATS = ['NUMERIC', 'ALPHANUMERIC'] as const
export type PairingKeyFormat = (typeof PAIRING_KEY_FORMATS)[number]

/** PingOne: MFA settings. */
export interface MfaSettings {
  pairing: { maxAllowedDevices: number; pairingKeyFormat: PairingKeyFormat }
  lockout?: { failureCount: number; durationSeconds?: number | undefined } | undefined
  phoneExtensions: { enabled: boolean }
  users: { mfaEnabled: boolean }
  updatedAt: number
}

export function defaultMfaSettings(now: number): MfaSettings {
  return {
    pairing: { maxAllowedDevices: 5, pairingKeyFormat: 'NUMERIC' },
    phoneExtensions: { enabled: false },
    users: { mfaEnabled: false },
    updatedAt: now,
  }
}

interface Span {
  duration: number
  timeUnit: 'MINUTES' | 'SECONDS'
}

export interface PolicyMethod {
  enabled: boolean
  pairingDisabled: boolean
  otp?:
    | {
        lifeTime?: Span | undefined
        failure: { count: number; coolDown: Span }
        otpLength?: number | undefined
      }
    | undefined
}

export type PolicyMethodName = 'sms' | 'voice' | 'email' | 'whatsApp' | 'totp' | 'fido2' | 'mobile' | 'oathToken'

/** What a policy says about signing on: kept and shown, and without effect on pairing. */
interface PolicyRules {
  authentication: { deviceSelection: string }
  [rule: string]: unknown
}

/** PingOne: device authentication policy, as far as pairing depends on it. */
export interface DevicePolicy {
  id: string
  name: string
  default: boolean
  rules: PolicyRules
  methods: Record<PolicyMethodName, PolicyMethod>
  updatedAt: number
}

export function spanMs(span: Span): number {
  return span.duration * (span.timeUnit === 'MINUTES' ? 60_000 : 1000)
}

const failure = { count: 3, coolDown: { duration: 15, timeUnit: 'MINUTES' } } as const

export function codeBySending(): PolicyMethod {
  return {
    enabled: true,
    pairingDisabled: false,
    otp: { lifeTime: { duration: 30, timeUnit: 'MINUTES' }, failure: structuredClone(failure), otpLength: 6 },
  }
}

export function codeByDevice(): PolicyMethod {
  return { enabled: true, pairingDisabled: false, otp: { failure: structuredClone(failure) } }
}

export function createPolicy(id: string, name: string, isDefault: boolean, now: number): DevicePolicy {
  return {
    id,
    name,
    default: isDefault,
    rules: { authentication: { deviceSelection: 'DEFAULT_TO_FIRST' } },
    methods: {
      sms: codeBySending(),
      voice: codeBySending(),
      email: codeBySending(),
      whatsApp: codeBySending(),
      totp: codeByDevice(),
      fido2: { enabled: true, pairingDisabled: false },
      mobile: codeByDevice(),
      oathToken: codeByDevice(),
    },
    updatedAt: now,
  }
}
