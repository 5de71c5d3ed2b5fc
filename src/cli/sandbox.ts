import { createSandbox, type Sandbox } from '../sandbox/sandbox.ts'
import { serveSandbox } from '../sandbox/serve.ts'
import type { Context } from './context.ts'
import { badInput, refused } from './failure.ts'

/** A simulated tenant on loopback, until the program is asked to end. */
export async function sandbox(context: Context, args: { port: string; seed: string }): Promise<number> {
  const port = parseWhole('--port', args.port, 65_535)
  const seed = parseWhole('--seed', args.seed, 2 ** 31 - 1)
  const paint = context.paint.errorOutput
  const tenant = createSandbox({
    seed,
    clock: context.ports.clock,
    onMessage: ({ to, text }) => context.say(`${paint(['bold', 'cyan'], `[${to}]`)} ${text}`),
  })
  const server = await serve(withChangeLines(tenant, context), port)
  try {
    context.print(exportLines(tenant, server).join('\n'))
    describe(context, tenant)
    await context.untilStopped()
  } finally {
    await server.close()
  }
  return 0
}

function parseWhole(flag: string, text: string, max: number): number {
  const number = /^\d{1,10}$/.test(text) ? Number(text) : Number.NaN
  if (number <= max) return number
  throw badInput(`${flag} takes a whole number from 0 to ${max}`)
}

async function serve(tenant: Sandbox, port: number): Promise<Awaited<ReturnType<typeof serveSandbox>>> {
  try {
    return await serveSandbox(tenant, { port })
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code !== 'EADDRINUSE' && code !== 'EACCES') throw error
    throw refused(`Port ${port} cannot be used (${code}).`, 'Next: choose another --port, or 0 for a free one.')
  }
}

/** Says each change of the tenant as soon as the request that made it is answered. */
function withChangeLines(tenant: Sandbox, context: Context): Sandbox {
  let said = 0
  return {
    ...tenant,
    async fetch(request, node) {
      const response = await tenant.fetch(request, node)
      for (; said < tenant.changes.length; said++) context.say(changeLine(tenant, tenant.changes[said]))
      return response
    },
  }
}

function changeLine(tenant: Sandbox, change: Sandbox['changes'][number] | undefined): string {
  if (change === undefined) return ''
  const user = change.userId === undefined ? undefined : tenant.state.user(change.userId)
  return `changed: ${change.action}${user === undefined ? '' : ` of ${user.email}`} (${change.method} ${change.path})`
}

function exportLines({ tenant }: Sandbox, { apiUrl, authUrl }: { apiUrl: string; authUrl: string }): string[] {
  const variables = {
    PINGONE_API_URL: apiUrl,
    PINGONE_AUTH_URL: authUrl,
    PINGONE_ENVIRONMENT_ID: tenant.environmentId,
    PINGONE_CLIENT_ID: tenant.clientId,
    PINGONE_CLIENT_SECRET: tenant.clientSecret,
    PINGONE_TOKEN_AUTH_METHOD: tenant.tokenAuthMethod,
  }
  return Object.entries(variables).map(([name, value]) => `export ${name}='${value.replaceAll("'", String.raw`'\''`)}'`)
}

function describe(context: Context, { state, tenant }: Sandbox): void {
  const users = state.users()
  const devices = users.reduce((total, user) => total + state.devicesOf(user.id).length, 0)
  const some = users.slice(0, 6).map((user) => {
    const count = state.devicesOf(user.id).length
    return `  ${user.email} (${user.name.given} ${user.name.family}), ${count} ${count === 1 ? 'device' : 'devices'}`
  })
  context.say(
    [
      `A simulated tenant: environment "${tenant.environmentName}" (${tenant.environmentType}), ${users.length} people, ${devices} devices. Among them:`,
      ...some,
      'Messages to phones and inboxes, and every change, follow here. Ctrl-C ends it, and nothing is kept.',
    ].join('\n'),
  )
}
