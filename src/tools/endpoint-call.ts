import { type EndpointParameter, type EndpointRecord, OWN_PARAMETER } from '../catalog/record.ts'
import { AppError } from '../lib/errors.ts'
import { plainText } from '../lib/text.ts'
import type { Connection } from '../pingone/endpoint.ts'
import { buildPath } from '../pingone/paths.ts'

/** The part of a call that says where: as a caller gives it. */
export interface EndpointArguments {
  path?: Readonly<Record<string, string>> | undefined
  query?: Readonly<Record<string, string | number | boolean>> | undefined
}

export interface ResolvedCall {
  path: string
  query: Record<string, string>
}

/** INVALID_INPUT naming every parameter that is missing, unknown or of another kind. */
export function resolveCall(record: EndpointRecord, given: EndpointArguments, connection: Connection): ResolvedCall {
  const problems = [...pathProblems(record, given.path ?? {}), ...queryProblems(record, given.query ?? {})]
  if (problems.length > 0) {
    throw new AppError('INVALID_INPUT', `${problems.slice(0, 8).join('; ')}.`, {
      next: `Call describe_endpoint with "${record.id}" to see the parameters.`,
    })
  }
  const own = record.parameters.path.some(({ name }) => name === OWN_PARAMETER)
  const values = { ...given.path, ...(own ? { [OWN_PARAMETER]: connection.environmentId } : {}) }
  const query = Object.entries(given.query ?? {}).map(([name, value]) => [name, String(value)])
  return { path: buildPath(record.path, values), query: Object.fromEntries(query) as Record<string, string> }
}

function pathProblems(record: EndpointRecord, given: Readonly<Record<string, string>>): string[] {
  const wanted = record.parameters.path.filter(({ name }) => name !== OWN_PARAMETER)
  const known = new Set(wanted.map(({ name }) => name))
  const missing = wanted.filter(({ name }) => !Object.hasOwn(given, name)).map(({ name }) => `path.${name}: is missing`)
  const unknown = Object.keys(given)
    .filter((name) => !known.has(name))
    .map((name) =>
      name === OWN_PARAMETER
        ? `path.${OWN_PARAMETER}: is filled in by this program`
        : `path.${plainText(name, 60)}: is not a parameter of this endpoint`,
    )
  return [...missing, ...unknown]
}

function queryProblems(record: EndpointRecord, given: Readonly<Record<string, string | number | boolean>>): string[] {
  const known = new Map(record.parameters.query.map((parameter) => [parameter.name, parameter]))
  const missing = record.parameters.query
    .filter(({ name, required }) => required === true && !Object.hasOwn(given, name))
    .map(({ name }) => `query.${name}: is missing`)
  const wrong = Object.entries(given).flatMap(([name, value]) => {
    const parameter = known.get(name)
    if (parameter === undefined) return [`query.${plainText(name, 60)}: is not a parameter of this endpoint`]
    const problem = valueProblem(parameter, value)
    return problem === undefined ? [] : [`query.${name}: ${problem}`]
  })
  return [...missing, ...wrong]
}

function valueProblem({ schema }: EndpointParameter, value: string | number | boolean): string | undefined {
  const { type, enum: allowed } = schema as { type?: string; enum?: unknown[] }
  // Half of a character cannot be written into a URL.
  if (!String(value).isWellFormed()) return 'must be well-formed text'
  if (type === 'integer' && !/^-?\d+$/.test(String(value))) return 'must be a whole number'
  if (type === 'number' && !Number.isFinite(Number(value))) return 'must be a number'
  if (type === 'boolean' && !['true', 'false'].includes(String(value))) return 'must be true or false'
  if (allowed !== undefined && !allowed.map(String).includes(String(value)))
    return `must be one of ${allowed.join(', ')}`
  return undefined
}
