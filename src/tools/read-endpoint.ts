import { AppError } from '../lib/errors.ts'
import { maskAnswer } from '../pingone/mask-answer.ts'
import { followLink } from '../pingone/pages.ts'
import { buildQuery } from '../pingone/paths.ts'
import type { PingOneClient } from '../pingone/request.ts'
import { findEndpoint, namesOf } from './endpoint.ts'
import { resolveCall } from './endpoint-call.ts'
import { inputOf } from './input.ts'
import { endpoint, fields, limit, pathValues, queryValues } from './params.ts'
import { decodeCursor, encodeCursor, fittingFields, fittingItems, listIn, pickFields } from './read-page.ts'
import { outputOf, shape } from './schema.ts'
import { defineTool } from './tool.ts'

export const readEndpoint = defineTool({
  name: 'read_endpoint',
  title: 'Read from a PingOne endpoint',
  description: 'Calls a GET endpoint and returns at most 20 kB. Go on with page.next as query.cursor.',
  effect: 'read',
  input: inputOf({ endpoint, path: pathValues, query: queryValues, fields, limit }),
  output: outputOf(['ok'], {
    data: shape.any,
    page: shape.object({ count: shape.number, next: shape.string }),
    truncated: shape.boolean,
  }),

  async run(input, context) {
    const { pingone, gate, signal } = context
    const found = await findEndpoint(context, input.endpoint)
    const { record } = found
    if (record.effect === 'sensitive') throw refusedAsSensitive(record.id)
    if (record.method !== 'GET') throw refusedAsChange(record.id, record.tool)
    await (await gate()).requireAllowed([namesOf(found)])
    const client = await pingone()
    const { cursor: given, ...query } = input.query ?? {}
    const call = resolveCall(record, { path: input.path, query }, client.connection)
    const names = record.parameters.query.map(({ name }) => name)
    const cursor = given === undefined ? undefined : decodeCursor(String(given), names)
    const search = cursor?.search ?? buildQuery(call.query).replace(/^\?/, '')
    const answer = await readPage(client, { path: call.path, search, signal })
    return answerOf(answer, { ...input, search, skip: cursor?.skip ?? 0, path: call.path })
  },
})

const MOST_NAMED = 40

interface PageAnswer {
  data: unknown
  next: string | undefined
  count: number | undefined
}

async function readPage(
  client: PingOneClient,
  { path, search, signal }: { path: string; search: string; signal: AbortSignal },
): Promise<PageAnswer> {
  const { data } = await client.request({ method: 'GET', path, ...(search === '' ? {} : { search }), signal })
  const { _links: links, count } = (data ?? {}) as { _links?: { next?: { href?: unknown } }; count?: unknown }
  const href = links?.next?.href
  const next = typeof href === 'string' ? followLink(client.connection, href) : undefined
  if (next !== undefined && next.path !== path) {
    throw new AppError('PINGONE_UNEXPECTED_RESPONSE', "PingOne's link to the next page leads to another resource.")
  }
  return { data, next: next?.search, count: typeof count === 'number' ? count : undefined }
}

interface Shaping {
  fields?: string[] | undefined
  limit?: number | undefined
  search: string
  skip: number
  path: string
}

function answerOf(answer: PageAnswer, { fields: names = [], limit: most, search, skip, path }: Shaping) {
  const masked = maskAnswer(answer.data, { path })
  const items = listIn(masked)
  if (items === undefined) {
    const { data, isCut, left } = fittingFields(pickFields(masked, names))
    return toAnswer({ data, ...(isCut ? { truncated: true } : {}) }, left)
  }
  const wanted = items.slice(skip, skip + (most ?? items.length)).map((item) => pickFields(item, names))
  const { data, isCut, left } = fittingItems(wanted)
  const shown = skip + data.length
  const next = shown < items.length ? encodeCursor({ search, skip: shown }) : nextPage(answer.next)
  const page = {
    ...(answer.count === undefined ? {} : { count: answer.count }),
    ...(next === undefined ? {} : { next }),
  }
  return toAnswer({ data, page, ...(isCut ? { truncated: true } : {}) }, left)
}

function nextPage(search: string | undefined): string | undefined {
  return search === undefined ? undefined : encodeCursor({ search, skip: 0 })
}

interface Structured {
  data: unknown
  page?: { count?: number; next?: string }
  truncated?: boolean
}

/** `left` are the fields that did not fit: where the caller asks for some of them by name, they may. */
function toAnswer(structured: Structured, left: readonly string[]) {
  const { data, page, truncated } = structured
  const notes = [
    ...(truncated === true ? ['Cut at 20 kB. Name the fields that are wanted, to get more of them.'] : []),
    ...(left.length === 0 ? [] : [`Left out: ${left.slice(0, MOST_NAMED).join(', ')}.`]),
    ...(page?.count === undefined ? [] : [`${page.count} in all.`]),
    ...(page?.next === undefined ? [] : [`Next: there is more; call again with query.cursor "${page.next}".`]),
  ]
  return { structured: { status: 'ok', ...structured }, text: [JSON.stringify(data), ...notes].join('\n') }
}

function refusedAsSensitive(id: string): AppError {
  return new AppError('BLOCKED_BY_POLICY', `${id} answers with a secret, which a person has to allow.`, {
    next: `Call change_endpoint with "${id}": a person approves the reading, and it is handed out once.`,
  })
}

function refusedAsChange(id: string, tool: string | undefined): AppError {
  return new AppError('INVALID_INPUT', `endpoint: ${id} changes something; read_endpoint only reads.`, {
    next: tool === undefined ? `Call change_endpoint with "${id}".` : `Call ${tool}.`,
  })
}
