import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { hasPostgres } from '../postgres.ts'
import { APPROVERS, type Cluster, type Node, openCluster } from './cluster.ts'

/** Three processes of the service, one database; the tests go on from one another's data, as the processes do. */
let cluster: Cluster
let nodes: [Node, Node, Node]

const isPossible = await hasPostgres()
beforeAll(async () => {
  if (!isPossible) return
  cluster = await openCluster(3)
  nodes = cluster.nodes.slice() as [Node, Node, Node]
  cluster.issuer.people.set('olga', {
    name: 'Olga',
    email: 'olga@example.com',
    email_verified: true,
    groups: [APPROVERS],
  })
})
afterAll(() => cluster?.close())
beforeEach(({ skip }) => skip(!isPossible, 'there is no PostgreSQL for this platform'))

let people = 0
function newUser(count = 3) {
  const { levers } = cluster.sandbox
  const user = levers.addUser({ email: `person.${++people}@example.com` })
  const devices = Array.from({ length: count }, () => levers.addDevice(user.id, { type: 'TOTP' }))
  return { id: user.id, email: user.email, devices }
}

const removalsOf = (userId: string) =>
  cluster.sandbox.requests
    .filter(({ method, path }) => method === 'DELETE' && path.includes(userId))
    .map(({ path }) => path.split('/').at(-1) ?? '')

const ask = async (node: Node, email: string, who?: string) => {
  const { structured, text } = await node.call('reset_mfa_devices', { email }, who)
  if (structured?.status !== 'approval_required') throw new Error(text)
  return structured.approval
}

async function expectAuditHolds(): Promise<number> {
  const { code, stdout } = await cluster.run(['audit', 'verify'])
  expect(code).toBe(0)
  return Number(/entries (\d+)/.exec(stdout)?.[1])
}

test('asked on one process, decided by a sign-in that goes over all three, carried out on another', async () => {
  const [a, b, c] = nodes
  const user = newUser()
  const approval = await ask(a, user.email)
  const waiting = a.call('check_approval', { token: approval.token, waitSeconds: 50 })

  let next = a
  const browser = cluster.guest(() => next)
  await browser.get(`/approvals/${approval.id}`)
  // An unsigned visitor sees nothing of it: the sign-in to look comes first.
  await browser.signIn('olga', `/approvals/${approval.id}`)
  next = b
  const authorization = await browser.beginApproving(approval.id)
  next = c
  const back = await browser.comeBack(await cluster.issuer.logIn(authorization, 'olga'))

  expect(back.location).toContain(approval.id)
  expect((await waiting).structured.status).toBe('approved')
  const executed = await c.call('execute_approved_action', { token: approval.token })
  expect(executed.structured.status).toBe('completed')
  expect(removalsOf(user.id).toSorted()).toEqual(user.devices.map(({ id }) => id).toSorted())
})

test("another principal's token is unknown on every process", async () => {
  const approval = await ask(nodes[0], newUser().email)

  const answers = await Promise.all(
    nodes.map((node) => node.call('check_approval', { token: approval.token }, 'mallory')),
  )

  for (const { text } of answers) expect(text).toMatch(/^APPROVAL_UNKNOWN/)
})

test('whoever asked cannot approve by signing in, on whichever process', async () => {
  const { email } = newUser()
  cluster.issuer.people.set('rita', { email: 'rita@example.com', email_verified: true, groups: [APPROVERS] })
  const approval = await ask(nodes[0], email, 'rita')
  const browser = cluster.guest(() => nodes[1])
  await browser.signIn('rita')

  const back = await browser.approve(approval.id, 'rita')

  expect(back.status).toBeGreaterThanOrEqual(400)
  expect((await nodes[2].call('check_approval', { token: approval.token })).structured.status).toBe('pending')
})

test('signing out on one process counts on the others', async () => {
  let next = nodes[0]
  const browser = cluster.guest(() => next)
  await browser.signIn('olga')
  next = nodes[1]
  expect((await browser.get('/approvals/history')).status).toBe(200)
  const cookie = (await browser.get('/approvals')).text
  const nonce = /action="\/approvals\/sign-out"[^]*?name="nonce" value="([^"]+)"/.exec(cookie)?.[1] ?? ''

  next = nodes[2]
  await browser.submit('/approvals/sign-out', { nonce })

  next = nodes[0]
  expect((await browser.get('/approvals/history')).status).not.toBe(200)
})

test('fifty starts of one approval over three processes send each removal once, and agree', async () => {
  const user = newUser(5)
  const { id, token } = await ask(nodes[0], user.email)
  expect(await cluster.approve(id)).toBe(true)

  const first = await Promise.all(
    Array.from({ length: 50 }, (_, n) => (nodes[n % 3] as Node).call('execute_approved_action', { token })),
  )
  await nodes[1].call('check_approval', { token, waitSeconds: 20 })
  const last = await Promise.all(nodes.map((node) => node.call('execute_approved_action', { token })))

  for (const { structured, text } of first) expect(['executing', 'completed'], text).toContain(structured?.status)
  expect(
    first.filter(({ structured }) => structured.status === 'completed' && !structured.replayed).length,
  ).toBeLessThan(2)
  expect(new Set(last.map(({ structured }) => JSON.stringify(structured.outcome))).size).toBe(1)
  expect(removalsOf(user.id).toSorted()).toEqual(user.devices.map(({ id: device }) => device).toSorted())
})

test('what a killed process has begun is reconciled by another, and nothing is sent again', async () => {
  const victim = await cluster.another()
  const user = newUser(3)
  const { id, token } = await ask(victim, user.email)
  expect(await cluster.approve(id)).toBe(true)
  cluster.sandbox.setLatency(1500)
  const dying = victim.call('execute_approved_action', { token }).catch(() => 'died')
  while (removalsOf(user.id).length === 0) await new Promise((resolve) => setTimeout(resolve, 20))

  await victim.kill()
  cluster.sandbox.setLatency(0)
  expect(await dying).toBe('died')
  // As if the ten seconds of its lease were over.
  await cluster.sql`UPDATE approvals SET lease_until = ${Date.now() - 1} WHERE id = ${id}`
  await nodes[1].call('execute_approved_action', { token })
  const { structured } = await nodes[2].call('check_approval', { token })

  expect(['succeeded', 'partial', 'failed', 'uncertain']).toContain(structured.status)
  const { devices } = structured.outcome as { devices: { id: string; result: string }[] }
  const left = new Set(cluster.sandbox.state.devicesOf(user.email).map((device) => device.id))
  for (const device of devices) {
    if (device.result === 'removed' || device.result === 'already_gone') expect(left.has(device.id)).toBe(false)
    if (device.result === 'failed') expect(left.has(device.id)).toBe(true)
  }
  expect(new Set(removalsOf(user.id)).size).toBe(removalsOf(user.id).length)
})

test('a thousand entries that three processes write at once are one chain', async () => {
  const before = await expectAuditHolds()

  const refuse = (n: number) => (nodes[n % 3] as Node).call('execute_approved_action', { token: `apv_${n}` })
  for (let round = 0; round < 10; round += 1) await Promise.all(Array.from({ length: 100 }, (_, n) => refuse(n)))

  expect(await expectAuditHolds()).toBe(before + 1000)
})

test('a database that is stopped and started under load loses nothing and does nothing twice', async () => {
  const users = Array.from({ length: 24 }, () => newUser(2))
  const untilItWorks = async <T>(attempt: () => Promise<T>): Promise<T> => {
    for (let tries = 0; ; tries += 1) {
      try {
        return await attempt()
      } catch (error) {
        if (tries > 200) throw error
        await new Promise((resolve) => setTimeout(resolve, 100))
      }
    }
  }
  const answered = async (node: Node, name: string, args: Record<string, unknown>) => {
    const answer = await node.call(name, args, `caller.${people}`)
    if (answer.text.startsWith('INTERNAL_ERROR')) throw new Error(answer.text)
    return answer
  }
  const tokens: string[] = []
  const load = users.map(async (user, n) => {
    const node = nodes[n % 3] as Node
    const asked = await untilItWorks(() => answered(node, 'reset_mfa_devices', { email: user.email }))
    const { id, token } = asked.structured.approval
    tokens.push(token)
    await untilItWorks(
      async () =>
        (await cluster.approve(id)) || (await stateOf(id)) !== 'pending' || Promise.reject(new Error('not yet')),
    )
    return untilItWorks(async () => {
      const { structured, text } = await answered(nodes[(n + 1) % 3] as Node, 'execute_approved_action', { token })
      if (structured === undefined && text.startsWith('ACTION_')) return text
      if (structured?.status !== 'completed') throw new Error(text)
      return 'completed'
    })
  })

  await new Promise((resolve) => setTimeout(resolve, 300))
  await cluster.postgres.stop()
  const whileAway = await Promise.all(nodes.map((node) => node.status('/readyz')))
  await cluster.postgres.start()
  await new Promise((resolve) => setTimeout(resolve, 300))
  await cluster.postgres.kill()
  await cluster.postgres.start()
  await Promise.all(load)

  expect(whileAway).toEqual([503, 503, 503])
  expect(await Promise.all(nodes.map((node) => node.status('/readyz')))).toEqual([200, 200, 200])
  for (const user of users) {
    const removals = removalsOf(user.id)
    expect(new Set(removals).size).toBe(removals.length)
  }
  for (const token of tokens) {
    const { structured } = await nodes[0].call('check_approval', { token }, `caller.${people}`)
    expect(['succeeded', 'partial', 'failed', 'uncertain']).toContain(structured.status)
  }
  await expectAuditHolds()
}, 120_000)

async function stateOf(id: string): Promise<string | undefined> {
  return (await (await cluster.app.approvals()).find(id))?.state
}

test('a server over stdio on the same database has its own approvals, which people see in all places', async () => {
  const { email } = newUser()
  const assistant = await cluster.connectStdio()
  const asked = await assistant.call('reset_mfa_devices', { email })
  const { id, token } = asked.structured['approval'] as { id: string; token: string }

  const { stdout } = await cluster.run(['approvals', '--json'])
  const browser = cluster.guest(() => nodes[1])
  await browser.signIn('olga')

  expect(stdout).toContain(id)
  expect((await browser.get('/approvals')).text).toContain(email)
  expect((await nodes[0].call('check_approval', { token })).text).toMatch(/^APPROVAL_UNKNOWN/)
  await assistant.close()
})

test('no secret stands in a log or readable in the database', async () => {
  const { clientSecret } = cluster.sandbox.tenant
  const tables = await cluster.sql<{ name: string }[]>`
    SELECT tablename AS name FROM pg_catalog.pg_tables WHERE schemaname = 'pingone_mfa'`
  const stored = (
    await Promise.all(tables.map(({ name }) => cluster.sql.unsafe(`SELECT t::text AS row FROM pingone_mfa.${name} t`)))
  )
    .flat()
    .map(({ row }) => String(row))
    .join('\n')

  for (const text of [cluster.logged(), stored]) {
    expect(text).not.toContain(clientSecret)
    expect(text).not.toContain(cluster.issuer.client.secret)
    expect(text).not.toContain('canary-database-password')
    expect(text).not.toMatch(/apv_[\w-]{43}/)
    expect(text).not.toMatch(/eyJ[\w-]+\.[\w-]+\.[\w-]+/)
  }
})
