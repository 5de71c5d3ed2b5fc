import { styleText } from 'node:util'
import type { Environment } from '../home.ts'

type Style = Parameters<typeof styleText>[0]
/** Colours a text, or leaves it as it is where nobody could see colours. */
export type Paint = (style: Style, text: string) => string

/** https://no-color.org: any value that is not empty means no. */
export function createPaint(stream: { isTTY?: boolean }, env: Environment): Paint {
  const isColourful = stream.isTTY === true && (env['NO_COLOR'] ?? '') === '' && env['TERM'] !== 'dumb'
  return (style, text) => (isColourful ? styleText(style, text, { validateStream: false }) : text)
}
