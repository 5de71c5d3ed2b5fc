import type { Description } from '../catalog/describe.ts'
import { OWN_PARAMETER } from '../catalog/record.ts'
import { callLines, EFFECT_STYLES, type EndpointLook } from './endpoint-text.ts'
import { schemaLines } from './schema-text.ts'
import { wrap } from './wrap.ts'

const LABEL_WIDTH = 14
const MAX_WIDTH = 110

/** One endpoint in full, as a person reads it. */
export function descriptionText(description: Description, look: EndpointLook): string {
  const { paint } = look
  const width = Math.min(look.width, MAX_WIDTH)
  const { id, method, path, contentType, title, effect, role, parameters, body, notes, example, curl, variants } =
    description
  const labelOf = (index: number, label: string) => paint('bold', (index === 0 ? label : '').padEnd(LABEL_WIDTH))
  const field = (label: string, text: string) => labelled(label, text, { paint, width })
  const shown = ({ name, required, schema }: Description['parameters']['path'][number]) =>
    `${name}${required ? '' : '?'}${name === OWN_PARAMETER ? ', which the tools fill in' : typeText(schema)}`
  return [
    paint('bold', title),
    ...field('Id', id),
    ...callLines(method, path, width - LABEL_WIDTH).map((line, index) => `${labelOf(index, 'Call')}${line}`),
    ...(contentType === undefined ? [] : field('Content-Type', contentType)),
    `${paint('bold', 'Effect'.padEnd(LABEL_WIDTH))}${paint(EFFECT_STYLES[effect], effect)}`,
    ...field('Role', role),
    ...parameters.path.flatMap((parameter, index) => field(index === 0 ? 'Path' : '', shown(parameter))),
    ...parameters.query.flatMap((parameter, index) => field(index === 0 ? 'Query' : '', shown(parameter))),
    ...section(
      'Notes',
      notes.flatMap((note) => item('·', note, width)),
    ),
    ...section('Body', body === undefined ? [] : schemaLines(body, width)),
    ...section('Example', example === undefined ? [] : indented(JSON.stringify(example, null, 2))),
    ...section('With curl', indented(curl)),
    ...section(
      'With a tool',
      indented(`${description.call.tool} ${JSON.stringify(description.call.arguments, null, 2)}`),
    ),
    ...section(
      'Also behind this method and path',
      (variants ?? []).flatMap((variant) =>
        item('·', `${variant.id}: ${variant.title} (${variant.contentType ?? 'no media type'})`, width),
      ),
    ),
  ].join('\n')

  function section(heading: string, lines: readonly string[]): string[] {
    return lines.length === 0 ? [] : ['', paint('bold', heading), ...lines]
  }
}

function typeText(schema: Readonly<Record<string, unknown>>): string {
  const { type, format, enum: allowed } = schema as { type?: string; format?: string; enum?: unknown[] }
  if (allowed !== undefined) return `: ${allowed.join(' | ')}`
  return type === undefined ? '' : `: ${type}${format === undefined ? '' : ` (${format})`}`
}

/** As they are: who copies them wants no line broken. */
function indented(text: string): string[] {
  return text.split('\n').map((line) => `  ${line}`)
}

function item(mark: string, text: string, width: number): string[] {
  return wrap(text, width - 4).map((line, index) => (index === 0 ? `  ${mark} ${line}` : `    ${line}`))
}

function labelled(label: string, text: string, { paint, width }: EndpointLook): string[] {
  return wrap(text, width - LABEL_WIDTH).map(
    (line, index) => `${paint('bold', (index === 0 ? label : '').padEnd(LABEL_WIDTH))}${line}`,
  )
}
