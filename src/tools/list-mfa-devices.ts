import { inQuotes } from '../pingone/answer-text.ts'
import { type Device, listDevices } from '../pingone/devices.ts'
import { findUserByEmail } from '../pingone/users.ts'
import { email } from './params.ts'
import { outputOf, shape } from './schema.ts'
import { inputOf } from './input.ts'
import { defineTool } from './tool.ts'

const { string, boolean, number, object, listOf } = shape

export const listMfaDevices = defineTool({
  name: 'list_mfa_devices',
  title: "List a user's MFA devices",
  description: 'Finds a user by email and lists the MFA devices with id, type, status and masked label.',
  effect: 'read',
  input: inputOf({ email }),
  output: outputOf(['ok'], {
    user: object({ id: string, email: string, username: string, enabled: boolean, mfaEnabled: boolean }),
    devices: listOf(
      object({
        id: string,
        type: string,
        status: string,
        label: string,
        nickname: string,
        blocked: boolean,
        locked: boolean,
        createdAt: string,
      }),
    ),
    count: number,
  }),

  async run(input, { pingone, signal }) {
    const client = await pingone()
    const user = await findUserByEmail(client, input.email, signal)
    const devices = (await listDevices(client, user.id, signal)).map(shown)
    const { id, email: primaryEmail, username, enabled, mfaEnabled } = user
    const count = devices.length
    const head =
      `${primaryEmail} (id ${id}, username ${inQuotes(username)}, ${enabled ? 'enabled' : 'disabled'}, ` +
      `MFA ${mfaEnabled ? 'enabled' : 'not enabled'}) has ${count === 1 ? '1 MFA device' : `${count} MFA devices`}.`
    return {
      structured: { status: 'ok', user: { id, email: primaryEmail, username, enabled, mfaEnabled }, devices, count },
      text: [head, ...devices.map(lineOf)].join('\n'),
    }
  },
})

function shown({ id, type, status, label, nickname, blocked, locked, createdAt }: Device) {
  return { id, type, status, label, ...(nickname === undefined ? {} : { nickname }), blocked, locked, createdAt }
}

function lineOf(device: ReturnType<typeof shown>): string {
  const nickname = device.nickname === undefined ? '' : ` ${inQuotes(device.nickname)}`
  const states = [device.status, ...(device.blocked ? ['blocked'] : []), ...(device.locked ? ['locked'] : [])]
  return `- ${device.label}${nickname}: ${states.join(', ')}, type ${device.type}, since ${device.createdAt} (id ${device.id})`
}
