import type { Secret } from '../lib/secret.ts'
import type { StepResult } from './outcome.ts'
import type { Plan, PlanStep } from './plan.ts'
import type { Witness } from './witness.ts'

/** A step's result; `handout` is an answer with its secrets, for the call that waits for it and for nobody else. */
export type Sent = StepResult & { handout?: unknown }

/** The executor's only way to PingOne. */
export interface World {
  /** The present state of what the plan's witness is about. A user that is gone is NOT_FOUND or USER_NOT_FOUND. */
  readWitness(plan: Plan, signal: AbortSignal | undefined): Promise<Witness>
  /** Sends one step, once. Whatever PingOne answers is a result; `unknown` where it may have been carried out. */
  carryOut(step: PlanStep, plan: Plan, secrets: Readonly<Record<string, Secret>>): Promise<Sent>
  /** Finds out by reading what became of a step that may have been sent. Sends nothing that changes. */
  reconcile(step: PlanStep, plan: Plan): Promise<StepResult>
}
