import { expect } from 'vitest'
import { TOOLS } from '../../src/tools/index.ts'
import type { CallResult, Structured } from '../e2e/session.ts'
import type { Rehearsal } from '../e2e/rehearsal.ts'

/** What the person says when asked, by argument; a function where it depends on what was answered before. */
export type Values = Record<string, unknown>
/** The latest answer of each tool. */
export type Answers = Record<string, Structured>

export interface Played {
  text: string
  /** The tools in the order of the calls. */
  called: string[]
  answers: Answers
}

/** The person who decides: approves what is asked for, or does not. */
export type Decide = (approval: Structured['approval'], answers: Answers) => Promise<unknown>

/**
 * An assistant that does what the text says and nothing else: wherever a sentence begins with "Call" and a tool, it
 * calls that tool, with the arguments that the step names. It knows nothing of the workflow but the text.
 */
export async function followPrompt(
  play: Rehearsal,
  { name, args, values, decide }: { name: string; args: Record<string, string>; values: Values; decide: Decide },
): Promise<Played> {
  const text = await promptText(play, name, args)
  const { steps, decision } = partsOf(text)
  const played: Played = { text, called: [], answers: {} }

  const call = async (tool: string, step: string): Promise<CallResult> => {
    const given = argumentsFor(tool, step, { ...args, ...values }, played.answers)
    const result = await play.call(tool, given)
    played.called.push(tool)
    expect(result.isError, `${tool} ${JSON.stringify(given)}: ${result.text}`).toBe(false)
    played.answers[tool] = result.structured
    return result
  }

  for (const step of steps) {
    for (const tool of callsIn(step)) {
      const { structured } = await call(tool, step)
      if (structured.status !== 'approval_required') continue
      expect(step).toContain('go through "The decision"')
      await decide(structured.approval, played.answers)
      values['token'] = structured.approval.token
      if (!(await goThrough(decision, call))) return played
    }
  }
  return played
}

/** Goes on with the points that fit the state; false where one of them says to stop. */
async function goThrough(
  points: readonly string[],
  call: (tool: string, step: string) => Promise<CallResult>,
): Promise<boolean> {
  let state = 'pending'
  for (const point of points) {
    const [, condition] = /^((?:`\w+`(?:, | or )?)+):/.exec(point) ?? []
    if (condition !== undefined && !condition.includes(`\`${state}\``)) continue
    if (condition !== undefined && /: stop|Stop/.test(point)) return false
    for (const tool of callsIn(point)) state = (await call(tool, point)).structured.status
  }
  return state === 'completed'
}

export async function promptText(play: Rehearsal, name: string, args: Record<string, string>): Promise<string> {
  const { messages, error } = await play.request('prompts/get', { name, arguments: args })
  if (messages === undefined) throw new Error((error as { message: string }).message)
  return (messages as { content: { text: string } }[])[0]?.content.text ?? ''
}

function partsOf(text: string): { steps: string[]; decision: string[] } {
  const [steps = '', decision = ''] = text.split('\nThe decision, ')
  return {
    steps: [...steps.matchAll(/^\d+\. (.+)$/gm)].map(([, step]) => step ?? ''),
    decision: [...decision.matchAll(/^- (.+)$/gm)].map(([, point]) => point ?? ''),
  }
}

function callsIn(step: string): string[] {
  return [...step.matchAll(/(?:^|[.:] )Call `(\w+)`/g)].map(([, tool]) => tool ?? '')
}

/** What the tool requires, and what else the step names of its arguments and the person has an answer to. */
function argumentsFor(tool: string, step: string, values: Values, answers: Answers): Record<string, unknown> {
  const input = TOOLS.find(({ name }) => name === tool)?.input.json as
    | { properties: Record<string, unknown>; required?: string[] }
    | undefined
  if (input === undefined) throw new Error(`there is no ${tool}`)
  const wanted = Object.keys(input.properties).filter(
    (name) => input.required?.includes(name) === true || step.includes(`\`${name}\``),
  )
  // `describe_endpoint` shows the whole call.
  const shown = step.includes('`call`') ? (answers['describe_endpoint']?.call.arguments ?? {}) : {}
  const own = wanted.flatMap((name) => {
    const value = values[name]
    const said: unknown = typeof value === 'function' ? (value as (answers: Answers) => unknown)(answers) : value
    return said === undefined || name in shown ? [] : [[name, said] as const]
  })
  return { ...shown, ...Object.fromEntries(own) }
}
