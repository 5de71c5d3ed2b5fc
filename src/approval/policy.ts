import { createHash } from 'node:crypto'
import { findNodeAtLocation, type Node, type ParseError, parseTree, printParseErrorCode } from 'jsonc-parser'
import { z } from 'zod'
import { plainText } from '../lib/text.ts'
import { type Action, ACTIONS, type PlanEndpoint } from './plan.ts'

export const ASSURANCES = ['any', 'passkey'] as const
export type Assurance = (typeof ASSURANCES)[number]

export interface ActionRule {
  approval: 'required' | 'none'
  assurance: Assurance
}

export interface Policy {
  actions: Record<Action, ActionRule>
  endpoints: { allow: readonly string[] | undefined; deny: readonly string[] }
  limits: { pendingPerUser: number; executionsPerHour: number }
}

/** What nobody may call unless an accepted policy file says otherwise: environments gone, roles given, roles made. */
export const DEFAULT_DENIALS = [
  'management.environments.delete',
  // It takes DELETE_PENDING, which is how a production environment is deleted.
  'management.environments.status.update',
  'management.users.roleAssignments.create',
  'management.groups.roleAssignments.create',
  'management.applications.roleAssignments.create',
  'management.gateways.roleAssignments.create',
  'management.gateways.roleAssignments.update',
  'management.users.applicationRoles.create',
  'management.roles.create',
  'management.roles.update',
  'management.roles.delete',
] as const

export const DEFAULT_POLICY: Policy = {
  actions: Object.fromEntries(
    ACTIONS.map((action) => [action, { approval: 'required', assurance: 'any' }]),
  ) as unknown as Record<Action, ActionRule>,
  endpoints: { allow: undefined, deny: DEFAULT_DENIALS },
  limits: { pendingPerUser: 3, executionsPerHour: 30 },
}

/** A policy file that cannot be used, with the line of its first mistake. */
export class PolicyFileError extends Error {
  override readonly name = 'PolicyFileError'
  readonly line: number

  constructor(line: number, problem: string) {
    super(`line ${line}: ${problem}`)
    this.line = line
  }
}

const endpointPattern = z.string().regex(/^[A-Za-z0-9_.*-]+$/, 'must be an endpoint id, where * stands for the rest')
const rule = z.strictObject({
  approval: z.enum(['required', 'none']).optional(),
  assurance: z.enum(ASSURANCES).optional(),
})
const policyFile = z.strictObject({
  actions: z.strictObject(Object.fromEntries(ACTIONS.map((action) => [action, rule.optional()]))).optional(),
  endpoints: z
    .strictObject({ allow: z.array(endpointPattern).optional(), deny: z.array(endpointPattern).optional() })
    .optional(),
  limits: z
    .strictObject({
      pendingPerUser: z.int().min(1).max(1000).optional(),
      executionsPerHour: z.int().min(1).max(100_000).optional(),
    })
    .optional(),
})

export interface ParsedPolicy {
  policy: Policy
  /** SHA-256 (hex) of the file's bytes: what an acceptance is for. */
  hash: string
  /** A sentence for everything that is looser than the defaults; empty where an acceptance is not needed. */
  loosened: string[]
}

/** Reads a policy file's text. Throws a `PolicyFileError` with the line for anything that is not exactly a policy. */
export function parsePolicy(text: string): ParsedPolicy {
  const root = parseStrictJson(text)
  const parsed = policyFile.safeParse(toValue(root))
  if (!parsed.success) throw toFileError(text, root, parsed.error)
  const { actions = {}, endpoints = {}, limits = {} } = parsed.data
  const policy: Policy = {
    actions: Object.fromEntries(
      ACTIONS.map((action) => [action, { ...DEFAULT_POLICY.actions[action], ...withoutAbsent(actions[action] ?? {}) }]),
    ) as unknown as Record<Action, ActionRule>,
    endpoints: { allow: endpoints.allow, deny: endpoints.deny ?? DEFAULT_DENIALS },
    limits: { ...DEFAULT_POLICY.limits, ...withoutAbsent(limits) },
  }
  return { policy, hash: createHash('sha256').update(text).digest('hex'), loosened: loosenedBy(policy) }
}

/** The policy with everything looser than the defaults taken back: what a file counts as until it is accepted. */
export function tightened(policy: Policy): Policy {
  return {
    actions: Object.fromEntries(
      ACTIONS.map((action) => [action, { ...policy.actions[action], approval: 'required' }]),
    ) as unknown as Record<Action, ActionRule>,
    endpoints: {
      allow: policy.endpoints.allow,
      deny: [...new Set([...DEFAULT_DENIALS, ...policy.endpoints.deny])],
    },
    limits: {
      pendingPerUser: Math.min(policy.limits.pendingPerUser, DEFAULT_POLICY.limits.pendingPerUser),
      executionsPerHour: Math.min(policy.limits.executionsPerHour, DEFAULT_POLICY.limits.executionsPerHour),
    },
  }
}

function loosenedBy(policy: Policy): string[] {
  const open = ACTIONS.filter((action) => policy.actions[action].approval === 'none').map(
    (action) => `${action} runs without anybody's approval`,
  )
  const lifted = DEFAULT_DENIALS.filter(
    (id) => !policy.endpoints.deny.some((pattern) => matchesEndpoint(pattern, id)),
  ).map((id) => `${id} is no longer denied`)
  const raised = (['pendingPerUser', 'executionsPerHour'] as const)
    .filter((limit) => policy.limits[limit] > DEFAULT_POLICY.limits[limit])
    .map((limit) => `${limit} is raised from ${DEFAULT_POLICY.limits[limit]} to ${policy.limits[limit]}`)
  return [...open, ...lifted, ...raised]
}

/**
 * Why a call may not be made; undefined where it may. `names` are its ids, of which there is more than one where several
 * specifications have it. What is denied under one of them stays denied, whatever is allowed.
 */
export function endpointDenial({ endpoints: { allow, deny } }: Policy, names: readonly string[]): string | undefined {
  const isIn = (patterns: readonly string[]) => (id: string) => patterns.some((pattern) => matchesEndpoint(pattern, id))
  const denied = names.find(isIn(deny))
  if (denied !== undefined) return `The policy denies ${denied}.`
  return allow === undefined || names.some(isIn(allow)) ? undefined : `The policy does not allow ${names[0]}.`
}

/** The rule for a plan: of an endpoint that a dedicated tool covers, the stricter of the two; a secret is always asked for. */
export function ruleFor(policy: Policy, { action, endpoint }: { action: Action; endpoint?: PlanEndpoint }): ActionRule {
  const own = policy.actions[action]
  const other = endpoint?.coveredBy === undefined ? own : policy.actions[endpoint.coveredBy]
  const isRequired = [own, other].some(({ approval }) => approval === 'required') || endpoint?.isSensitive === true
  const isPasskey = [own, other].some(({ assurance }) => assurance === 'passkey')
  return { approval: isRequired ? 'required' : 'none', assurance: isPasskey ? 'passkey' : 'any' }
}

/** `management.*` matches every id that begins with `management.`; without a star a pattern is one id. */
export function matchesEndpoint(pattern: string, id: string): boolean {
  const parts = pattern.split('*')
  if (parts.length === 1) return pattern === id
  const [first = '', ...rest] = parts
  const last = rest.pop() ?? ''
  if (!id.startsWith(first) || id.length < first.length + last.length || !id.endsWith(last)) return false
  let at = first.length
  for (const part of rest) {
    const found = id.indexOf(part, at)
    if (found < 0 || found + part.length > id.length - last.length) return false
    at = found + part.length
  }
  return true
}

function withoutAbsent<T extends object>(fields: T): { [K in keyof T]?: NonNullable<T[K]> } {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: NonNullable<T[K]>
  }
}

function parseStrictJson(text: string): Node {
  const errors: ParseError[] = []
  const root = parseTree(text, errors, { disallowComments: true, allowTrailingComma: false })
  const [first] = errors
  if (first !== undefined) {
    throw new PolicyFileError(lineAt(text, first.offset), `not valid JSON (${printParseErrorCode(first.error)})`)
  }
  if (root === undefined) throw new PolicyFileError(1, 'the file is empty')
  refuseDoubledKeys(text, root)
  return root
}

function refuseDoubledKeys(text: string, node: Node): void {
  const seen = new Set<unknown>()
  for (const child of node.children ?? []) {
    const key = child.type === 'property' ? child.children?.[0] : undefined
    if (key !== undefined && seen.has(key.value)) {
      throw new PolicyFileError(lineAt(text, key.offset), `"${plainText(String(key.value), 60)}" stands there twice`)
    }
    if (key !== undefined) seen.add(key.value)
    refuseDoubledKeys(text, child)
  }
}

function toValue(node: Node): unknown {
  if (node.type === 'array') return (node.children ?? []).map(toValue)
  if (node.type !== 'object') return node.value
  return Object.fromEntries(
    (node.children ?? []).map(({ children: [key, value] = [] }) => [String(key?.value), value && toValue(value)]),
  )
}

function toFileError(text: string, root: Node, error: z.ZodError): PolicyFileError {
  const issue = error.issues[0] ?? { path: [], message: 'not a policy', code: 'custom' as const }
  const path = issue.path as (string | number)[]
  const unknownKey = issue.code === 'unrecognized_keys' ? issue.keys[0] : undefined
  const node = findNodeAtLocation(root, unknownKey === undefined ? path : [...path, unknownKey])
  const line = lineAt(text, (unknownKey === undefined ? node : node?.parent)?.offset ?? 0)
  const where = path.length === 0 ? '' : `${path.join('.')}: `
  const problem =
    unknownKey === undefined ? issue.message : `"${plainText(unknownKey, 60)}" is not a key that a policy can have here`
  return new PolicyFileError(line, `${where}${problem}`)
}

function lineAt(text: string, offset: number): number {
  return text.slice(0, offset).split('\n').length
}
