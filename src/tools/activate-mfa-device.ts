import { AppError } from '../lib/errors.ts'
import { Secret } from '../lib/secret.ts'
import { activateDeviceCall } from '../pingone/devices.ts'
import { changingOutput } from './changing.ts'
import { deviceId, email, otp, reason } from './params.ts'
import { nameOf, readSubject, requireDevice } from './subject.ts'
import { inputOf } from './input.ts'
import { defineTool } from './tool.ts'

export const activateMfaDevice = defineTool({
  name: 'activate_mfa_device',
  title: 'Activate a pending MFA device',
  description:
    'Activates a device in ACTIVATION_REQUIRED with its code. A person approves first, unless the addition was approved here.',
  effect: 'change',
  input: inputOf({ email, deviceId, otp, reason }),
  output: changingOutput({ spelledOut: false }),

  async plan(input, { pingone, signal }) {
    const client = await pingone()
    const subject = await readSubject(client, input.email, signal)
    const device = await requireDevice(client, subject, input.deviceId, signal)
    if (device.status === 'ACTIVE') {
      return {
        nothingToDo: true,
        action: 'activate_mfa_device',
        summary: `${nameOf(device)} of ${subject.user.email} is active already`,
      }
    }
    if (device.status !== 'ACTIVATION_REQUIRED') {
      throw new AppError(
        'INVALID_INPUT',
        `deviceId: the device is ${device.status}; only one in ACTIVATION_REQUIRED can be activated.`,
      )
    }
    const { body: _body, ...call } = activateDeviceCall(client.connection, {
      userId: subject.user.id,
      deviceId: device.id,
      otp: '',
    })
    const effect = `Activate ${nameOf(device)}`
    return {
      action: 'activate_mfa_device',
      target: subject.target,
      environment: subject.environment,
      summary: `${effect} of ${subject.user.email}`,
      effects: [effect],
      shown: [effect],
      warnings: subject.warnings,
      remaining: subject.devices.map((other) => (other === device ? `${nameOf(other)}, then active` : nameOf(other))),
      steps: [
        { kind: 'device.activate', call, effect, subject: { id: device.id, type: device.type, label: device.label } },
      ],
      witness: subject.witness,
      sameAs: [device.id],
      ...(input.otp === undefined
        ? { needsCode: true }
        : { secrets: [{ step: 0, field: 'otp', value: new Secret(input.otp) }] }),
      ...(input.reason === undefined ? {} : { reason: input.reason }),
    }
  },
})
