import { startHttp, throughput } from './http-process.ts'
import type { Measurement } from './measurement.ts'
import { openTenant } from './tenant.ts'

const WAITING = 500

/** What the HTTP service holds: with many calls that wait for a person, and after many calls. */
export const measureHttpMemory: Measurement = async ({ rounds, program }) => {
  const calls = rounds < 25 ? 4_000 : 20_000
  const tenant = await openTenant(program)
  const service = await startHttp([...program, 'http', '--insecure-loopback', '--port', '0'], tenant.env, WAITING + 8)
  try {
    const list = () => service.call('list_mfa_devices', { email: 'alice@example.com' })
    const search = () => service.call('search_endpoints', { query: 'users of a population' })
    const load = async (count: number) => {
      await throughput(list, count / 2, 16)
      await throughput(search, count / 2, 16)
      return service.residentMb()
    }
    const warm = await load(2_000)
    const after = await load(calls)

    const asked = (await service.call('reset_mfa_devices', { email: 'alice@example.com' })) as {
      approval: { id: string; token: string }
    }
    const waits = Array.from({ length: WAITING }, () =>
      service.call('check_approval', { token: asked.approval.token, waitSeconds: 50 }),
    )
    // Until the last of them has arrived; another call is answered after those before it were taken.
    await throughput(list, 200, 4)
    const waiting = await service.residentMb()
    await tenant.approve(asked.approval.id)
    const states = new Set((await Promise.all(waits)).map(({ status }) => status))
    if (states.size !== 1 || !states.has('approved')) throw new Error(`the waits ended as ${[...states].join(', ')}`)

    return [
      {
        name: `http, ${WAITING} waiting`,
        value: waiting,
        unit: 'MB',
        atMost: 300,
        detail: `resident while ${WAITING} calls of check_approval wait`,
      },
      {
        name: `http, after ${calls} calls`,
        value: after / warm,
        unit: 'ratio',
        atMost: 1.1,
        detail: `${after.toFixed(0)} MB resident against ${warm.toFixed(0)} MB after the first 2000`,
      },
    ]
  } finally {
    await service.close()
    await tenant.close()
  }
}
