import { maskPhone, visibleText } from '../lib/text.ts'
import { createSmsDeviceCall } from '../pingone/devices.ts'
import { maskContacts } from '../pingone/answer-text.ts'
import { changingOutput } from './changing.ts'
import { numberWarnings } from './device-warnings.ts'
import { email, nickname, phone, reason } from './params.ts'
import { nameOf, readSubject } from './subject.ts'
import { inputOf } from './input.ts'
import { defineTool } from './tool.ts'

export const addSmsDevice = defineTool({
  name: 'add_sms_device',
  title: 'Add an SMS device',
  description:
    'Asks a person to approve pairing a phone number with a user for codes by SMS. ' +
    'Once executed, PingOne sends a code; then call activate_mfa_device.',
  effect: 'change',
  input: inputOf({
    email,
    phone,
    nickname,
    reason,
  }),
  output: changingOutput({ spelledOut: true }),

  async plan(input, { pingone, signal }) {
    const { parsePhone } = await import('./phone.ts')
    const number = parsePhone(input.phone)
    const client = await pingone()
    const subject = await readSubject(client, input.email, signal)
    const { user, devices } = subject
    const label = `SMS ${maskPhone(number.e164)}`
    const named = input.nickname === undefined ? '' : ` (${visibleText(input.nickname)})`
    const masked = `${label}${maskContacts(named)}`
    return {
      action: 'add_sms_device',
      target: subject.target,
      environment: subject.environment,
      summary: `Add ${masked} as an MFA device of ${user.email}`,
      effects: [`Add ${masked}; PingOne sends it a code, and it works once the code was entered`],
      shown: [`Add SMS ${number.e164}${named}; PingOne sends it a code, and it works once the code was entered`],
      warnings: [...subject.warnings, ...numberWarnings(number, user, devices)],
      remaining: [...devices.map(nameOf), `${masked}, once it is activated`],
      steps: [
        {
          kind: 'device.create',
          call: createSmsDeviceCall(client.connection, {
            userId: user.id,
            phone: number.e164,
            nickname: input.nickname,
          }),
          effect: `Add ${masked}`,
          subject: { type: 'SMS', label },
        },
      ],
      witness: subject.witness,
      sameAs: [number.e164, input.nickname ?? ''],
      ...(input.reason === undefined ? {} : { reason: input.reason }),
    }
  },
})
