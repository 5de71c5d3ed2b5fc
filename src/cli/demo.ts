import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { connectAssistant } from '../mcp/client.ts'
import { createSandbox, type Sandbox } from '../sandbox/sandbox.ts'
import { serveSandbox } from '../sandbox/serve.ts'
import type { Context } from './context.ts'
import { demoApprover, interactiveApprover } from './demo-approver.ts'
import { type DemoStage, tellStory } from './demo-story.ts'
import { CommandFailure } from './failure.ts'

/**
 * The whole story on a simulated tenant: a server process, a client that speaks MCP to it, a person who decides. Each
 * step is checked against the tenant's own state; the exit code is 0 only if all of them did what they say.
 */
export async function demo(context: Context, { interactive }: { interactive: boolean }): Promise<number> {
  if (interactive && !context.terminal.isInteractive) {
    throw new CommandFailure(2, ['demo --interactive needs a person at a terminal: stdin and stderr have to be one.'])
  }
  const home = mkdtempSync(join(tmpdir(), 'pingone-mfa-demo-'))
  const phone = context.paint.output
  const sandbox = createSandbox({
    onMessage: ({ to, text }) => context.print(`  ${phone('cyan', `phone ${to}`)}  ${text}`),
  })
  const server = await serveSandbox(sandbox)
  const own = withEnvironment(context, environmentOf(context, sandbox, { ...server, home }))
  try {
    const assistant = await connectAssistant({
      command: context.program.command,
      args: [...context.program.args, 'stdio'],
      env: definedOnly(own.env),
      onLog: () => {},
    })
    try {
      const approver = interactive ? interactiveApprover(own) : demoApprover(own)
      const stage: DemoStage = { context: own, sandbox, assistant, approver }
      return await tellStory(stage)
    } finally {
      await assistant.close()
    }
  } finally {
    await server.close()
    await (await own.openApp()).close()
    rmSync(home, { recursive: true, force: true })
  }
}

/** A home and a tenant of its own, whatever the environment says. */
function environmentOf(
  context: Context,
  { tenant }: Sandbox,
  { apiUrl, authUrl, home }: { apiUrl: string; authUrl: string; home: string },
): Context['env'] {
  const kept = Object.entries(context.env).filter(([name]) => !name.startsWith('PINGONE_'))
  return {
    ...Object.fromEntries(kept),
    PINGONE_MFA_HOME: home,
    PINGONE_MFA_LOG_LEVEL: 'error',
    PINGONE_API_URL: apiUrl,
    PINGONE_AUTH_URL: authUrl,
    PINGONE_ENVIRONMENT_ID: tenant.environmentId,
    PINGONE_CLIENT_ID: tenant.clientId,
    PINGONE_CLIENT_SECRET: tenant.clientSecret,
    PINGONE_TOKEN_AUTH_METHOD: tenant.tokenAuthMethod,
  }
}

function withEnvironment(context: Context, env: Context['env']): Context {
  let app: ReturnType<Context['openApp']> | undefined
  return {
    ...context,
    env,
    openApp: (other) => {
      if (other !== undefined) return context.openApp(other)
      app ??= context.openApp(env)
      return app
    },
  }
}

function definedOnly(env: Context['env']): Record<string, string> {
  return Object.fromEntries(
    Object.entries(env).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  )
}
