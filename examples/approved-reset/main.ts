import { parseArgs } from 'node:util'
import { openServer, type Server, ToolFailure } from './server.ts'
import { waitForPerson } from './wait.ts'

/**
 * Resets a user's MFA devices from a workflow: finds out how, asks, waits for a person, carries it out.
 *
 *     node main.ts alice@example.com                                  a server of its own, over stdio
 *     MCP_ACCESS_TOKEN=… node main.ts alice@example.com --url URL     a service, over Streamable HTTP
 *
 * Exit code: 0 done, or nothing to do · 1 refused, failed or only partly done · 2 called wrongly.
 */
const { values, positionals } = parseArgs({ options: { url: { type: 'string' } }, allowPositionals: true })
const [email] = positionals
if (email === undefined) {
  say('Usage: node main.ts EMAIL [--url URL]')
  process.exit(2)
}

const server = await openServer({ url: values.url, accessToken: process.env['MCP_ACCESS_TOKEN'] })
try {
  process.exitCode = await resetDevices(server, email)
} catch (error) {
  if (!(error instanceof ToolFailure)) throw error
  say(error.message)
  process.exitCode = 1
} finally {
  await server.close()
}

async function resetDevices({ call }: Server, user: string): Promise<number> {
  const found = await call('search_endpoints', { query: 'list the MFA devices of a user', limit: 1 })
  const [endpoint] = found.confident ? found.results : []
  if (endpoint === undefined) throw new ToolFailure(`No endpoint fits. ${found.hint ?? ''}`)
  const { call: how } = await call('describe_endpoint', { endpoint: endpoint.id })
  say(`${endpoint.method} ${endpoint.path} is called by ${how.tool}.`)

  const { devices } = await call('list_mfa_devices', { email: user })
  for (const { label, nickname } of devices) say(`- ${label}${nickname === undefined ? '' : ` (${nickname})`}`)

  const asked = await call('reset_mfa_devices', { email: user, reason: 'Asked for by the off-boarding workflow.' })
  if (asked.status === 'nothing_to_do') return done(asked.summary)
  const { token, summary, approveAt, id } = asked.approval
  say(
    `${summary}: a person decides ${approveAt === undefined ? `with \`approvals approve ${id}\`` : `on ${approveAt}`}`,
  )

  const decided = await waitForPerson({ call }, token, say)
  if (decided !== 'approved') throw new ToolFailure(`The approval is ${decided}; nothing was changed.`)

  for (;;) {
    // Asking again is safe: the plan runs once, and every later call gets the recorded outcome.
    const executed = await call('execute_approved_action', { token })
    if (executed.status === 'executing') continue
    if (executed.status !== 'completed') throw new ToolFailure(`Not carried out: it is ${executed.status}.`)
    for (const { label, result } of executed.outcome.devices) say(`- ${label}: ${result}`)
    return done('All devices are removed. The user enrols again at the next sign-in.')
  }
}

function done(sentence: string): number {
  say(sentence)
  return 0
}

function say(line: string): void {
  process.stdout.write(`${line}\n`)
}
