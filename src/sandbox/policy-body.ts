import { z } from 'zod'
import type { Call } from './call.ts'
import { parseJson } from './call.ts'
import type { DevicePolicy } from './settings.ts'
import { codeByDevice, codeBySending } from './settings.ts'

/** PingOne: Device Authentication Policy, as far as a caller may write it. */

const Span = z.object({ duration: z.int().min(1), timeUnit: z.enum(['MINUTES', 'SECONDS']) })
const Failures = z.object({ count: z.int().min(1).max(7), coolDown: Span })
const Method = z.object({ enabled: z.boolean(), pairingDisabled: z.boolean().default(false) })

const CodeBySending = Method.extend({
  otp: z.object({ lifeTime: Span, failure: Failures, otpLength: z.int().min(6).max(10).default(6) }),
})
const CodeByDevice = Method.extend({ otp: z.object({ failure: Failures }) })

const PolicyBody = z.object({
  name: z.string().min(1),
  default: z.boolean(),
  authentication: z
    .object({ deviceSelection: z.enum(['DEFAULT_TO_FIRST', 'PROMPT_TO_SELECT', 'ALWAYS_DISPLAY_DEVICES']) })
    .default({ deviceSelection: 'DEFAULT_TO_FIRST' }),
  newDeviceNotification: z.enum(['NONE', 'EMAIL_THEN_SMS', 'SMS_THEN_EMAIL']).optional(),
  notificationsPolicy: z.object({ id: z.string() }).optional(),
  ignoreUserLock: z.boolean().optional(),
  blockDisabledUsers: z.boolean().optional(),
  blockUsersWithDisabledMfa: z.boolean().optional(),
  sms: CodeBySending,
  voice: CodeBySending,
  email: CodeBySending,
  whatsApp: CodeBySending.optional(),
  totp: CodeByDevice,
  mobile: CodeByDevice,
  fido2: Method.optional(),
  oathToken: CodeByDevice.optional(),
})

/** What a PUT replaces and a POST begins with. A method that is left out is off. */
export function parsePolicy(call: Call): Pick<DevicePolicy, 'name' | 'default' | 'methods' | 'rules'> {
  const body = parseJson(call, PolicyBody)
  const { name, default: isDefault, sms, voice, email, whatsApp, totp, mobile, fido2, oathToken, ...rules } = body
  const methods = {
    sms,
    voice,
    email,
    whatsApp: whatsApp ?? { ...codeBySending(), enabled: false },
    totp,
    mobile,
    fido2: fido2 ?? { enabled: false, pairingDisabled: false },
    oathToken: oathToken ?? { ...codeByDevice(), enabled: false },
  }
  return { name, default: isDefault, methods, rules }
}
