import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { DatabaseSync } from 'node:sqlite'
import { Agent, request } from 'undici'
import type { Finding, Measurement } from './measurement.ts'
import { openTenant } from './tenant.ts'

const WAITING = 1000
const OVER = 9000
const PAGE_SIZE = 25

/** The lists of the console over a store that holds 10,000 approvals: any page of them, not only the first. */
export const measureFullStore: Measurement = async ({ rounds, program }) => {
  const tenant = await openTenant(program)
  const agent = new Agent()
  let stop: (() => Promise<void>) | undefined
  try {
    await fill(tenant)
    const served = await openConsole(program, tenant.env)
    stop = served.stop
    const measure = async (path: string, count: number): Promise<Finding> => {
      const pages = Math.ceil(count / PAGE_SIZE)
      const times: number[] = []
      for (let index = -3; index < rounds * 4; index += 1) {
        const page = 1 + ((Math.max(0, index) * 37) % pages)
        const begin = performance.now()
        const { statusCode, body } = await request(new URL(`${path}?page=${page}`, served.url), {
          dispatcher: agent,
          headers: { cookie: served.cookie },
        })
        const text = await body.text()
        if (statusCode !== 200 || !text.includes(`of ${pages}`)) throw new Error(`${path} did not show page ${page}`)
        if (index >= 0) times.push(performance.now() - begin)
      }
      const value = times.toSorted((a, b) => a - b)[Math.ceil(times.length * 0.95) - 1] ?? 0
      return {
        name: `${path}, p95 a page`,
        value,
        unit: 'ms',
        atMost: 50,
        detail: `${count} stored, ${times.length} views`,
      }
    }
    return [await measure('/approvals', WAITING), await measure('/approvals/history', OVER)]
  } finally {
    await stop?.()
    await agent.close()
    await tenant.close()
  }
}

/** One approval that was carried out and one that waits, each many times over. */
async function fill(tenant: Awaited<ReturnType<typeof openTenant>>): Promise<void> {
  const ask = async (email: string) =>
    (await tenant.call('reset_mfa_devices', { email })) as { approval: { id: string; token: string } }
  const over = await ask('alice@example.com')
  await tenant.approve(over.approval.id)
  await tenant.call('execute_approved_action', { token: over.approval.token })
  const waiting = await ask('dave@example.com')

  const db = new DatabaseSync(join(tenant.env.PINGONE_MFA_HOME, 'approvals.db'), { timeout: 10_000 })
  try {
    const columns = db.prepare('SELECT name FROM pragma_table_info(?)').all('approvals') as { name: string }[]
    const copied = columns.map(({ name }) => {
      if (name === 'id') return "id || '-' || i"
      if (name === 'share_key') return 'NULL'
      return name === 'created_at' ? 'created_at - i' : name
    })
    const copy = db.prepare(`
      WITH RECURSIVE counted(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM counted WHERE i < ?)
      INSERT INTO approvals (${columns.map(({ name }) => name).join(', ')})
      SELECT ${copied.join(', ')} FROM approvals, counted WHERE id = ?`)
    copy.run(OVER - 1, over.approval.id)
    copy.run(WAITING - 1, waiting.approval.id)
  } finally {
    db.close()
  }
}

/** `console` as a person starts it, and a browser's cookie for it. */
async function openConsole(program: readonly string[], env: NodeJS.ProcessEnv) {
  const child = spawn(process.execPath, [...program, 'console'], { env, stdio: ['ignore', 'pipe', 'ignore'] })
  const stop = async () => {
    if (child.exitCode !== null) return
    child.kill()
    await once(child, 'close')
  }
  const [url] = (await once(createInterface({ input: child.stdout }), 'line')) as [string]
  const { headers, body } = await request(url)
  await body.dump()
  const [cookie = ''] = String(headers['set-cookie']).split(';')
  return { url, cookie, stop }
}
