import type { EndpointRecord } from '../catalog/record.ts'
import { ACTIONS, type Action, type PlanStep } from '../approval/plan.ts'
import { AppError } from '../lib/errors.ts'
import { plainText } from '../lib/text.ts'
import { buildQuery } from '../pingone/paths.ts'
import type { PingOneClient } from '../pingone/request.ts'
import { splitSecrets } from './body-secrets.ts'
import { changingOutput } from './changing.ts'
import { findEndpoint, namesOf } from './endpoint.ts'
import { describeChanges } from './endpoint-changes.ts'
import { resolveCall, type ResolvedCall } from './endpoint-call.ts'
import { readEndpointSubject } from './endpoint-subject.ts'
import { inputOf } from './input.ts'
import { maskedPlaces } from './masked-values.ts'
import { body, endpoint, pathValues, queryValues, reason } from './params.ts'
import { fieldsOf } from './resource.ts'
import { defineTool } from './tool.ts'

const MAX_BODY_BYTES = 8_000

export const changeEndpoint = defineTool({
  name: 'change_endpoint',
  title: 'Change through a PingOne endpoint',
  description:
    'Asks a person to approve one call that changes something or answers with a secret. Prefer the dedicated tool where the search names one.',
  effect: 'destructive',
  input: inputOf({ endpoint, path: pathValues, query: queryValues, body, reason }),
  output: changingOutput({ spelledOut: false }),

  async plan(input, context) {
    const { pingone, gate, signal } = context
    const { catalog: known, record, variants } = await findEndpoint(context, input.endpoint)
    if (record.effect === 'read') throw onlyReads(record)
    refuseUpload(record)
    const judgedAs = [
      namesOf({ record, variants }),
      // A new worker application that takes over its maker's roles is a role assignment by another door.
      ...(hasFlag(input.body, 'assignActorRoles') ? [['management.applications.roleAssignments.create']] : []),
    ]
    await (await gate()).requireAllowed(judgedAs)
    const client = await pingone()
    const call = resolveCall(record, input, client.connection)
    refuseOwnApplication(record, input.path ?? {}, client)
    refuseBody(record, input.body)
    const problems = known.bodyProblems(record, input.body)
    if (problems.length > 0) throw wrongBody(record, problems)

    const subject = await readEndpointSubject(client, known, {
      record,
      call,
      path: input.path ?? {},
      body: input.body,
      signal,
    })
    const { body: shownBody, secrets } = splitSecrets(input.body, record.path)
    const before = subject.resource?.fields
    const effect = `${record.title}: ${record.method} ${call.path}`
    const about = subject.target === undefined ? '' : ` (${subject.target.email || subject.target.username})`
    return {
      action: 'change_endpoint',
      endpoint: {
        id: record.id,
        judgedAs,
        isSensitive: record.effect === 'sensitive',
        ...(isAction(record.tool) ? { coveredBy: record.tool } : {}),
      },
      ...(subject.target === undefined ? {} : { target: subject.target }),
      environment: subject.environment,
      summary: `${record.title}${about}`,
      effects: [effect],
      shown: [effect],
      warnings: subject.warnings,
      ...(subject.remaining === undefined ? {} : { remaining: subject.remaining }),
      request: {
        method: record.method,
        path: pathWithQuery(call),
        ...(record.contentType === undefined ? {} : { contentType: record.contentType }),
        body: input.body === undefined ? [] : JSON.stringify(shownBody, null, 2).split('\n'),
        changes: describeChanges(record.method, before, fieldsOf(shownBody)),
      },
      steps: [stepOf(record, call, shownBody, effect)],
      witness: subject.witness,
      ...(secrets.length === 0 ? {} : { secrets: secrets.map((secret) => ({ step: 0, ...secret })) }),
      sameAs: [record.id, pathWithQuery(call), JSON.stringify(shownBody ?? null)],
      ...(input.reason === undefined ? {} : { reason: input.reason }),
    }
  },
})

function stepOf(record: EndpointRecord, call: ResolvedCall, shownBody: unknown, effect: string): PlanStep {
  return {
    kind: 'endpoint',
    call: {
      method: record.method,
      path: call.path,
      ...(Object.keys(call.query).length === 0 ? {} : { query: call.query }),
      ...(record.contentType === undefined ? {} : { contentType: record.contentType }),
      ...(shownBody === undefined ? {} : { body: shownBody }),
    },
    effect,
    subject: { type: 'ENDPOINT', label: `${record.method} ${call.path}` },
    ...(record.tool === 'unpair_mfa_device' ? { removesFactor: true as const } : {}),
  }
}

/** As it is sent. */
function pathWithQuery({ path, query }: ResolvedCall): string {
  const search = buildQuery(query)
  return search === '' ? path : `${path}?${search}`
}

function isAction(tool: string | undefined): tool is Action {
  return ACTIONS.some((action) => action === tool)
}

/** The application that this program itself uses is not changed by it, nor its secret read. */
function refuseOwnApplication(
  record: EndpointRecord,
  path: Readonly<Record<string, string>>,
  client: PingOneClient,
): void {
  const named = Object.entries(path).some(
    ([name, value]) => name === 'applicationID' && sameId(value, client.connection.clientId),
  )
  if (!named) return
  throw new AppError('BLOCKED_BY_POLICY', `${record.id} is denied for the worker application of this program itself.`, {
    next: 'An administrator changes it in the PingOne console.',
  })
}

function sameId(a: string, b: string): boolean {
  return a.trim().toLowerCase() === b.toLowerCase()
}

/** Whatever is neither absent nor a plain no counts: what PingOne makes of it is not known. */
function hasFlag(given: unknown, name: string): boolean {
  const flag = typeof given === 'object' && given !== null ? (given as Record<string, unknown>)[name] : undefined
  return flag !== undefined && flag !== false
}

/** What is not JSON cannot be read by the person who approves. */
function refuseUpload({ id, contentType }: EndpointRecord): void {
  if (contentType === undefined || /json/.test(contentType) || !/^(?:multipart|image)\//.test(contentType)) return
  throw new AppError('INVALID_INPUT', `endpoint: ${id} uploads a file, which this tool cannot send.`)
}

function refuseBody(record: EndpointRecord, given: unknown): void {
  if (record.body === undefined && given !== undefined) {
    throw new AppError('INVALID_INPUT', 'body: this endpoint takes none.')
  }
  if (given !== undefined && Buffer.byteLength(JSON.stringify(given)) > MAX_BODY_BYTES) {
    throw new AppError('INVALID_INPUT', 'body: is larger than 8 kB, more than a person can be asked to read.')
  }
  const masked = maskedPlaces(given)
  if (masked.length > 0) {
    const places = masked.slice(0, 8).map((place) => `${plainText(place, 100)}: is a masked value, as answers have it`)
    throw new AppError('INVALID_INPUT', `${places.join('; ')}.`, {
      next: 'Leave the field out, or give its real value.',
    })
  }
}

function wrongBody(record: EndpointRecord, problems: readonly string[]): AppError {
  return new AppError('INVALID_INPUT', `${problems.join('; ')}.`, {
    next: `Call describe_endpoint with "${record.id}" to see what the body must be.`,
  })
}

function onlyReads({ id, tool }: EndpointRecord): AppError {
  return new AppError('INVALID_INPUT', `endpoint: ${id} only reads.`, {
    next: tool === undefined ? `Call read_endpoint with "${id}".` : `Call ${tool}.`,
  })
}
