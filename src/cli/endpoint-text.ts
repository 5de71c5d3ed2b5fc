import type { Hit } from '../catalog/hits.ts'
import type { Effect } from '../catalog/record.ts'
import type { Paint } from './paint.ts'
import { wrap } from './wrap.ts'

export interface EndpointLook {
  paint: Paint
  /** Columns. */
  width: number
}

type Style = Parameters<Paint>[0]

export const EFFECT_STYLES: Readonly<Record<Effect, Style>> = {
  read: 'green',
  change: 'yellow',
  destructive: 'red',
  sensitive: 'magenta',
}

const GAP = '  '
const EFFECT_WIDTH = 'destructive'.length
const NARROWEST_TITLE = 24

/** A table of what a search found: id, effect and title in columns, below them how it is called. */
export function hitsText(hits: readonly Hit[], { paint, width }: EndpointLook): string {
  if (hits.length === 0) return ''
  const idWidth = Math.max(2, ...hits.map(({ id }) => id.length))
  const titleWidth = width - idWidth - EFFECT_WIDTH - 2 * GAP.length
  const isWide = titleWidth >= NARROWEST_TITLE
  const head = `${'ID'.padEnd(idWidth)}${GAP}${'EFFECT'.padEnd(EFFECT_WIDTH)}${isWide ? `${GAP}TITLE` : ''}`
  return [paint('dim', head), ...hits.flatMap(rowsOf)].join('\n')

  function rowsOf({ id, effect, title, method, path, contentType, tool }: Hit): string[] {
    const left = `${paint('bold', id.padEnd(idWidth))}${GAP}${paint(EFFECT_STYLES[effect], effect.padEnd(EFFECT_WIDTH))}`
    const [first = '', ...more] = isWide ? wrap(title, titleWidth) : []
    const indent = ' '.repeat(idWidth + EFFECT_WIDTH + 2 * GAP.length)
    const below = [
      ...(isWide ? [] : [title]),
      `${method} ${path}`,
      ...(contentType === undefined || contentType === 'application/json' ? [] : [`Content-Type: ${contentType}`]),
      ...(tool === undefined ? [] : [`tool: ${tool}`]),
    ]
    return [
      isWide ? `${left}${GAP}${first}`.trimEnd() : left.trimEnd(),
      ...more.map((line) => `${indent}${line}`),
      ...below.flatMap((text) => wrap(text, width - GAP.length)).map((line) => `${GAP}${paint('dim', line)}`),
    ]
  }
}
