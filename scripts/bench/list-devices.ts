import { Agent, request } from 'undici'
import { median } from './measurement.ts'
import type { Measurement } from './measurement.ts'
import { openTenant } from './tenant.ts'

const EMAIL = 'alice@example.com'

/** `list_mfa_devices` through a client and a server process, against the same two calls made with undici alone. */
export const measureListDevices: Measurement = async ({ rounds, program }) => {
  const tenant = await openTenant(program)
  const agent = new Agent({ pipelining: 1 })
  try {
    const bare = await bareCalls(tenant, agent)
    const own = () => tenant.call('list_mfa_devices', { email: EMAIL })
    for (let warm = 0; warm < 20; warm += 1) {
      await own()
      await bare()
    }
    const [ownMs, bareMs]: [number[], number[]] = [[], []]
    for (let round = 0; round < rounds * 8; round += 1) {
      ownMs.push(await timed(own))
      bareMs.push(await timed(bare))
    }
    const [a, b] = [median(ownMs), median(bareMs)]
    const detail = `${a.toFixed(2)} ms against ${b.toFixed(2)} ms, medians of ${ownMs.length}`
    return [{ name: 'list_mfa_devices, added', value: a - b, unit: 'ms', atMost: 3, detail }]
  } finally {
    await agent.close()
    await tenant.close()
  }
}

async function bareCalls({ sandbox, server }: Awaited<ReturnType<typeof openTenant>>, dispatcher: Agent) {
  const { environmentId, clientId, clientSecret } = sandbox.tenant
  const minted = await request(`${server.authUrl}/${environmentId}/as/token`, {
    method: 'POST',
    dispatcher,
    headers: {
      authorization: `Basic ${Buffer.from(`${clientId}:${clientSecret}`).toString('base64')}`,
      'content-type': 'application/x-www-form-urlencoded',
    },
    body: 'grant_type=client_credentials',
  })
  const { access_token: token } = (await minted.body.json()) as { access_token: string }
  const get = async (path: string): Promise<unknown> => {
    const answer = await request(`${server.apiUrl}/environments/${environmentId}${path}`, {
      dispatcher,
      headers: { authorization: `Bearer ${token}` },
    })
    return answer.body.json()
  }
  return async () => {
    const filter = encodeURIComponent(`email eq "${EMAIL}"`)
    const users = (await get(`/users?filter=${filter}`)) as { _embedded: { users: [{ id: string }] } }
    await get(`/users/${users._embedded.users[0].id}/devices`)
  }
}

async function timed(run: () => Promise<unknown>): Promise<number> {
  const startedAt = performance.now()
  await run()
  return performance.now() - startedAt
}
