import { DECIDE } from './decision.ts'

/** Steps that several workflows about a user's devices have in common. */

export const WHO_ASKS =
  "An email address proves nothing about who is asking. Ask the person you work with whether they have made sure that the request is the account owner's, for instance by calling back on a number that they knew before. Until they say yes, only read."

export const LOOK =
  'Call `list_mfa_devices` with the `email`. At `USER_NOT_FOUND` or `USER_AMBIGUOUS` stop and ask for the right address; do not try others.'

export const LAST_FACTOR =
  'If no other device with the status `ACTIVE` would remain, say so before you ask for anything: the user could then not pass MFA until a new device is paired. Go on only after a clear yes.'

export const UNPAIR = `Call \`unpair_mfa_device\` with the \`email\`, the device's \`id\` as \`deviceId\` and a short \`reason\`. ${DECIDE}`

/** The code goes from the user to whoever approves, and nowhere else. */
export const ACTIVATE = `PingOne has sent a code to the new number. Call \`activate_mfa_device\` with the \`email\` and the \`id\` of the created device from \`outcome.devices\` as \`deviceId\`, and without \`otp\`: the code is then typed where the person approves and never stands in this chat, so do not ask for it here. ${DECIDE} At \`OTP_REJECTED\` ask for the activation once more, with the newest code. Only if somebody writes the code here unasked, pass it on as \`otp\`.`

export const ADD = `Call \`add_sms_device\` with the \`email\`, the \`phone\`, a \`nickname\` if they want one, and a \`reason\`. ${DECIDE} At \`DEVICE_LIMIT_REACHED\` a device that is not used any more has to go first: ask which, use \`unpair_mfa_device\`, and come back to this step.`
