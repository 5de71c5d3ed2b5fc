import type { App } from '../app.ts'
import { plainText } from '../lib/text.ts'
import type { Paint } from './paint.ts'

export type Health = Awaited<ReturnType<App['health']>>

/** The three checks as lines, with what to do about those that failed. */
export function healthText({ checks, environment }: Health, paint: Paint): string {
  const lines = checks.flatMap(({ name, ok, message, next }) => [
    `${ok ? paint('green', '✓') : paint('red', '✗')} ${name}: ${plainText(message, 1000)}`,
    ...(next === undefined ? [] : [`  Next: ${plainText(next, 1000)}`]),
  ])
  if (environment === undefined) return lines.join('\n')
  const { name, type, region, id } = environment
  const where = `${plainText(name)} (${plainText([type, region].join(', '))}), ${plainText(id)}`
  return [...lines, `Environment: ${where}`].join('\n')
}

/** 0 all pass; 3 authenticated, but a permission is missing; 4 not authenticated or not reachable. */
export function exitCodeOf({ status }: Health): number {
  return { ok: 0, degraded: 3, failed: 4 }[status]
}
