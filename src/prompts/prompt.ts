import type { Input } from '../tools/input.ts'
import type { Workflow } from './workflow.ts'

/** How the server that hands out the prompt is set up. */
export interface Setting {
  /** There is no changing tool, so that no step may name one. */
  readOnly: boolean
}

/** A ready workflow for a common case. What clients list stands here; the steps are imported when they are asked for. */
export interface Prompt<T = unknown> {
  name: string
  title: string
  description: string
  /** Leads through changing tools: not offered where there are none. */
  changes: boolean
  input: Input<T>
  workflow(input: T, setting: Setting): Promise<Workflow>
}

/** Gives a prompt its types, and takes nothing away from it. */
export function definePrompt<T>(prompt: Prompt<T>): Prompt<T> {
  return prompt
}
