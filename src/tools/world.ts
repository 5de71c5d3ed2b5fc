import type { World } from '../approval/world.ts'
import { AppError } from '../lib/errors.ts'
import type { PingOneClient } from '../pingone/request.ts'
import { deviceFate, readDeviceWitness, sendDeviceStep } from './device-world.ts'
import { endpointFate, readResourceWitness, sendEndpointStep } from './endpoint-world.ts'
import { stepError } from './step-error.ts'

/** PingOne as the executor sees it. */
export function createWorld(pingone: () => Promise<PingOneClient>): World {
  return {
    async readWitness(plan, signal) {
      const client = await pingone()
      return 'devices' in plan.witness
        ? readDeviceWitness(client, plan.witness, signal)
        : readResourceWitness(client, plan.witness, signal)
    },

    async carryOut(step, plan, secrets) {
      try {
        const client = await pingone()
        return step.kind === 'endpoint'
          ? await sendEndpointStep(client, step, { secrets, isSensitive: plan.endpoint?.isSensitive === true })
          : await sendDeviceStep(client, step, secrets)
      } catch (error) {
        // What this program did not expect may have happened after PingOne was reached.
        const result = error instanceof AppError ? 'failed' : 'unknown'
        return { result, subject: step.subject, error: stepError(error) }
      }
    },

    async reconcile(step, plan) {
      try {
        const client = await pingone()
        return step.kind === 'endpoint' ? await endpointFate(client, step, plan) : await deviceFate(client, step, plan)
      } catch (error) {
        return { result: 'unknown', subject: step.subject, error: stepError(error) }
      }
    },
  }
}
