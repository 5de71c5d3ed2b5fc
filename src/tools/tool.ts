import type { Caller } from '../approval/caller.ts'
import type { Gate } from '../approval/gate.ts'
import type { Catalog } from '../catalog/catalog.ts'
import type { Search } from '../catalog/search/search.ts'
import type { NothingToDo, PlanDraft } from '../approval/plan.ts'
import type { Clock } from '../lib/clock.ts'
import type { PingOneClient } from '../pingone/request.ts'
import type { Input } from './input.ts'
import type { JsonSchema } from './schema.ts'

/** What a tool may use. PingOne and the gate are made when they are first asked for. */
export interface ToolContext {
  pingone(): Promise<PingOneClient>
  gate(): Promise<Gate>
  catalog(): Promise<Catalog>
  search(): Promise<Search>
  caller: Caller
  clock: Clock
  /** Ends with the request, and when the request has taken too long. */
  signal: AbortSignal
  /** Reports to a client that asked for progress. */
  progress(done: number, total: number, message: string): void
}

/** What a call is answered with. The text carries all that the next step needs; some clients read nothing else. */
export interface Answer {
  structured: Record<string, unknown>
  text: string
}

interface ToolBase<T> {
  name: string
  title: string
  /** Product text. First what happens, then when to use something else. */
  description: string
  /** Does not leave this machine. */
  local?: true
  input: Input<T>
  output: JsonSchema
}

/** Reads and answers. */
export interface ReadTool<T = unknown> extends ToolBase<T> {
  effect: 'read'
  run(input: T, context: ToolContext): Promise<Answer>
  plan?: never
}

/** Starts what a person has approved. */
export interface ExecuteTool<T = unknown> extends ToolBase<T> {
  effect: 'execute'
  run(input: T, context: ToolContext): Promise<Answer>
  plan?: never
}

/** Plans a change. It has no way to carry it out. */
export interface ChangeTool<T = unknown> extends ToolBase<T> {
  effect: 'change' | 'destructive'
  plan(input: T, context: ToolContext): Promise<PlanDraft | NothingToDo>
  run?: never
}

export type Tool<T = unknown> = ReadTool<T> | ExecuteTool<T> | ChangeTool<T>

/** Gives a tool its types, and takes nothing away from it. */
export function defineTool<T>(tool: Tool<T>): Tool<T> {
  return tool
}

export interface Annotations {
  readOnlyHint: boolean
  destructiveHint: boolean
  idempotentHint: boolean
  openWorldHint: boolean
}

/** The one place where an effect becomes what a client is told. */
export function annotationsOf(tool: Pick<Tool, 'effect' | 'local'>): Annotations {
  return {
    readOnlyHint: tool.effect === 'read',
    destructiveHint: tool.effect === 'destructive' || tool.effect === 'execute',
    idempotentHint: tool.effect === 'read' || tool.effect === 'execute',
    openWorldHint: tool.local !== true,
  }
}
