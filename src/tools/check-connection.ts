import { runHealthChecks } from '../pingone/health.ts'
import { outputOf, shape } from './schema.ts'
import { inputOf } from './input.ts'
import { defineTool } from './tool.ts'

const { string, boolean, object, listOf } = shape

export const checkConnection = defineTool({
  name: 'check_connection',
  title: 'Check the PingOne connection',
  description:
    'Tests the connection to PingOne: reads the environment, one user and the populations. Says what to mend.',
  effect: 'read',
  input: inputOf({}),
  output: outputOf(['ok', 'degraded', 'failed'], {
    checks: listOf(object({ name: string, ok: boolean, message: string, next: string })),
    environment: object({ id: string, name: string, type: string, region: string }),
  }),

  async run(_input, { pingone, signal }) {
    const health = await runHealthChecks(await pingone(), signal)
    const lines = health.checks.map((check) => {
      const next = check.next === undefined ? '' : `\n  Next: ${check.next}`
      return `${check.ok ? 'ok' : 'FAILED'}: ${check.name}. ${check.message}${next}`
    })
    const where = health.environment
    const head =
      where === undefined ? '' : ` (environment ${where.name}, ${where.type}, ${where.region}, id ${where.id})`
    return { structured: { ...health }, text: [`Connection ${health.status}${head}`, ...lines].join('\n') }
  },
})
