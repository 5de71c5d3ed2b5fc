import { median } from './measurement.ts'
import type { Measurement } from './measurement.ts'
import { openTenant } from './tenant.ts'

const DEVICES = 15
const AT_ONCE = 5
const CALL_MS = 100
/** One round that reads user and devices side by side, then the removals, five at a time. */
const ROUNDS_OF_CALLS = 1 + DEVICES / AT_ONCE

/** An approved reset of 15 devices at 100 ms a call, against the least that five at a time allow. */
export const measureReset: Measurement = async ({ rounds, program }) => {
  const tenant = await openTenant(program)
  const { sandbox } = tenant
  try {
    sandbox.levers.changeSettings({ pairing: { maxAllowedDevices: DEVICES, pairingKeyFormat: 'NUMERIC' } })
    const times: number[] = []
    const bounds: number[] = []
    for (let round = 0; round < Math.max(2, Math.ceil(rounds / 8)); round += 1) {
      const email = `bench-${round}@example.com`
      sandbox.levers.addUser({ email, username: `bench-${round}` })
      for (let device = 0; device < DEVICES; device += 1) {
        sandbox.levers.addDevice(email, { type: 'SMS', phone: `+120255501${String(device).padStart(2, '0')}` })
      }
      const asked = await tenant.call('reset_mfa_devices', { email })
      const { id, token } = asked['approval'] as { id: string; token: string }
      await tenant.approve(id)
      sandbox.setLatency(CALL_MS)
      const startedAt = performance.now()
      await tenant.call('execute_approved_action', { token })
      times.push(performance.now() - startedAt)
      bounds.push(await boundOf(tenant))
      sandbox.setLatency(0)
      if (sandbox.state.devicesOf(email).length > 0) throw new Error('the reset left devices behind')
    }
    const [own, bound] = [median(times), median(bounds)]
    const detail = `${own.toFixed(0)} ms against ${bound.toFixed(0)} ms, medians of ${times.length}`
    return [{ name: `reset of ${DEVICES} devices`, value: own / bound, unit: 'ratio', atMost: 1.6, detail }]
  } finally {
    await tenant.close()
  }
}

/** As many rounds of single calls to the same tenant, with the same delay, in the same run. */
async function boundOf({ server, sandbox }: Awaited<ReturnType<typeof openTenant>>): Promise<number> {
  const startedAt = performance.now()
  for (let call = 0; call < ROUNDS_OF_CALLS; call += 1) {
    const answer = await fetch(`${server.apiUrl}/environments/${sandbox.tenant.environmentId}`)
    await answer.arrayBuffer()
  }
  return performance.now() - startedAt
}
