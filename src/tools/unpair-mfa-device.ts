import { removeDeviceCall } from '../pingone/devices.ts'
import { changingOutput } from './changing.ts'
import { deviceId, email, reason } from './params.ts'
import { nameOf, readSubject, requireDevice, whatRemains } from './subject.ts'
import { inputOf } from './input.ts'
import { defineTool } from './tool.ts'

export const unpairMfaDevice = defineTool({
  name: 'unpair_mfa_device',
  title: 'Unpair one MFA device',
  description: 'Asks a person to approve removing one MFA device of a user. For all of them use reset_mfa_devices.',
  effect: 'destructive',
  input: inputOf({ email, deviceId, reason }),
  output: changingOutput({ spelledOut: false }),

  async plan(input, { pingone, signal }) {
    const client = await pingone()
    const subject = await readSubject(client, input.email, signal)
    const device = await requireDevice(client, subject, input.deviceId, signal)
    const { remaining, warnings } = whatRemains(subject, [device])
    const effect = `Remove ${nameOf(device)}`
    return {
      action: 'unpair_mfa_device',
      target: subject.target,
      environment: subject.environment,
      summary: `${effect} of ${subject.user.email}`,
      effects: [effect],
      shown: [effect],
      warnings: [...warnings, ...subject.warnings],
      remaining,
      steps: [
        {
          kind: 'device.remove',
          call: removeDeviceCall(client.connection, { userId: subject.user.id, deviceId: device.id }),
          effect,
          subject: { id: device.id, type: device.type, label: device.label },
        },
      ],
      witness: subject.witness,
      sameAs: [device.id],
      ...(input.reason === undefined ? {} : { reason: input.reason }),
    }
  },
})
