import type { Sheet } from '../approval/sheet.ts'
import type { Paint } from './paint.ts'
import { sheetEnding } from './sheet-ending.ts'
import { clockTime, duration } from './times.ts'
import { wrap } from './wrap.ts'

export interface SheetLook {
  paint: Paint
  /** Columns. */
  width: number
  now: number
}

const LABEL_WIDTH = 13
const MAX_WIDTH = 100

/** What a person reads at the terminal before deciding, and afterwards. The sheet's texts have nothing invisible in them. */
export function sheetText(sheet: Sheet, look: SheetLook): string {
  const { paint, now } = look
  const width = Math.min(look.width, MAX_WIDTH)
  const isOpen = sheet.state === 'pending'
  const rule = paint('dim', '─'.repeat(width))
  const field = (label: string, text: string, style?: Parameters<Paint>[0]) =>
    labelled(label, text, { paint, width, style })
  return [
    rule,
    ...wrap(sheet.summary, width).map((line) => paint('bold', line)),
    rule,
    ...warningLines(sheet, paint, width),
    '',
    ...(sheet.account === undefined
      ? []
      : [
          ...field('Account', `${sheet.account.email} (user name ${sheet.account.username})`, 'bold'),
          ...field('', `user id ${sheet.account.id}`, 'dim'),
        ]),
    ...field('Environment', environmentName(sheet), sheet.environment.isProduction ? ['bold', 'red'] : undefined),
    ...field('', `${sheet.environment.id} at ${sheet.environment.apiUrl}`, 'dim'),
    '',
    ...heading(isOpen ? 'What will happen' : 'What was asked for', paint),
    ...sheet.effects.flatMap((effect, index) => item(`${index + 1}.`, effect, width)),
    ...requestLines(sheet, paint, width),
    ...remainingLines(sheet, paint, width),
    ...(sheet.alsoCovers === undefined
      ? []
      : ['', ...heading('What else you allow', paint), ...item('·', sheet.alsoCovers, width)]),
    '',
    ...field('Asked by', sheet.requester),
    ...field('', `at ${clockTime(sheet.requestedAt)}, ${duration(now - sheet.requestedAt)} ago`, 'dim'),
    ...reasonLines(sheet, { paint, width }),
    ...sheetEnding(sheet, now).flatMap(([label, text]) => field(label, text)),
    ...field('Approval', sheet.id),
    rule,
  ].join('\n')
}

/** The whole call, as it will be sent, and what it changes. */
function requestLines({ request }: Sheet, paint: Paint, width: number): string[] {
  if (request === undefined) return []
  const { method, path, contentType, body, changes } = request
  const media = contentType === undefined ? [] : item(' ', `Content-Type: ${contentType}`, width)
  const lines = [...item('→', `${method} ${path}`, width), ...media, ...body.flatMap((line) => verbatim(line, width))]
  const differences = changes.length === 0 ? [] : ['', paint('bold', 'What it changes')]
  return [
    '',
    paint('bold', 'What is sent'),
    ...lines,
    ...differences,
    ...changes.flatMap((line) => item('·', line, width)),
  ]
}

/** A line of JSON keeps its own indentation. */
function verbatim(line: string, width: number): string[] {
  const indent = `      ${/^ */.exec(line)?.[0] ?? ''}`
  return wrap(line.trimStart(), Math.max(20, width - indent.length)).map((part) => `${indent}${part}`)
}

function remainingLines({ remaining, state }: Sheet, paint: Paint, width: number): string[] {
  if (remaining === undefined) return []
  return [
    '',
    ...heading(state === 'pending' ? 'What is left afterwards' : 'What was to be left afterwards', paint),
    ...(remaining.length === 0 ? ['  Nothing: no factor at all.'] : []),
    ...remaining.flatMap((factor) => item('·', factor, width)),
  ]
}

/** `Acme (PRODUCTION)`. */
export function environmentName({ environment }: Sheet): string {
  return `${environment.name} (${environment.type})`
}

/** First, and so that they cannot be overlooked. */
function warningLines({ warnings, environment, needsCode }: Sheet, paint: Paint, width: number): string[] {
  const production = environment.isProduction
    ? [
        environment.type === 'PRODUCTION'
          ? 'This is a PRODUCTION environment.'
          : 'This may be a production environment: its type could not be read.',
      ]
    : []
  const all = [...production, ...warnings]
  const code = needsCode ? ['', ...wrap("You will be asked for the code that the user's device shows.", width)] : []
  if (all.length === 0) return code
  const title = all.length === 1 ? ' WARNING ' : ` ${all.length} WARNINGS `
  const lines = all.flatMap((warning) => item('!', warning, width))
  return [
    '',
    paint(['bold', 'inverse', 'yellow'], title),
    ...lines.map((line) => paint(['bold', 'yellow'], line)),
    ...code,
  ]
}

/** The bar at its left shows how far the model's own words go, whatever they say. */
function reasonLines({ reason }: Sheet, { paint, width }: { paint: Paint; width: number }): string[] {
  const intro = reason === undefined ? 'The assistant gave none.' : 'The assistant says, unverified:'
  const words = wrap(reason ?? '', width - LABEL_WIDTH - 2)
  const quoted = words.map((line) => `${' '.repeat(LABEL_WIDTH)}${paint('dim', '│')} ${paint('italic', line)}`)
  return [...labelled('Reason', intro, { paint, width, style: undefined }), ...(reason === undefined ? [] : quoted)]
}

function heading(text: string, paint: Paint): string[] {
  return [paint('bold', text)]
}

function item(mark: string, text: string, width: number): string[] {
  const indent = ' '.repeat(mark.length + 3)
  return wrap(text, width - indent.length).map((line, index) =>
    index === 0 ? `  ${mark} ${line}` : `${indent}${line}`,
  )
}

function labelled(
  label: string,
  text: string,
  { paint, width, style }: { paint: Paint; width: number; style: Parameters<Paint>[0] | undefined },
): string[] {
  return wrap(text, width - LABEL_WIDTH).map((line, index) => {
    const left = paint('bold', (index === 0 ? label : '').padEnd(LABEL_WIDTH))
    return `${left}${style === undefined ? line : paint(style, line)}`
  })
}
