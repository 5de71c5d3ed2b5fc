import type { PlanStep } from '../approval/plan.ts'
import { removeDeviceCall } from '../pingone/devices.ts'
import { changingOutput } from './changing.ts'
import { email, reason } from './params.ts'
import { nameOf, readSubject, whatRemains } from './subject.ts'
import { inputOf } from './input.ts'
import { defineTool } from './tool.ts'

export const resetMfaDevices = defineTool({
  name: 'reset_mfa_devices',
  title: 'Reset all MFA devices',
  description:
    'Asks a person to approve removing every MFA device of a user, who then has to enrol again. For one device use unpair_mfa_device.',
  effect: 'destructive',
  input: inputOf({ email, reason }),
  output: changingOutput({ spelledOut: false }),

  async plan(input, { pingone, signal }) {
    const client = await pingone()
    const subject = await readSubject(client, input.email, signal)
    const { user, devices } = subject
    if (devices.length === 0) {
      return { nothingToDo: true, action: 'reset_mfa_devices', summary: `${user.email} has no MFA devices` }
    }
    const { remaining, warnings } = whatRemains(subject, devices)
    // PingOne has no call that removes them all: DELETE on the collection only clears the order.
    const steps = devices.map((device): PlanStep => ({
      kind: 'device.remove',
      call: removeDeviceCall(client.connection, { userId: user.id, deviceId: device.id }),
      effect: `Remove ${nameOf(device)}`,
      subject: { id: device.id, type: device.type, label: device.label },
    }))
    const effects = steps.map((step) => step.effect)
    const all = devices.length === 1 ? 'the only MFA device' : `all ${devices.length} MFA devices`
    return {
      action: 'reset_mfa_devices',
      target: subject.target,
      environment: subject.environment,
      summary: `Remove ${all} of ${user.email}`,
      effects,
      shown: effects,
      warnings: [...warnings, ...subject.warnings],
      remaining,
      steps,
      witness: subject.witness,
      sameAs: [],
      ...(input.reason === undefined ? {} : { reason: input.reason }),
    }
  },
})
