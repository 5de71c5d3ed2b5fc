import {
  completable,
  type GetPromptResult,
  type McpServer,
  ProtocolError,
  ProtocolErrorCode,
} from '@modelcontextprotocol/server'
import type { Catalog } from '../catalog/catalog.ts'
import type { Log } from '../lib/log.ts'
import { MAX_GOAL } from '../prompts/goal.ts'
import { PROMPTS } from '../prompts/index.ts'
import type { Prompt } from '../prompts/prompt.ts'
import { failureText, toAppError } from './failure.ts'
import { parseArguments } from './input.ts'
import { wireSchema } from './wire-schema.ts'

export interface PromptDeps {
  readOnly: boolean
  log: Log
  catalog(): Promise<Catalog>
}

/** Registers every prompt whose steps this server has the tools for. */
export function registerPrompts(server: McpServer, deps: PromptDeps): void {
  for (const prompt of PROMPTS) {
    if (deps.readOnly && prompt.changes) continue
    const { name, title, description } = prompt
    server.registerPrompt(name, { title, description, argsSchema: argumentsOf(prompt, deps) }, (given) =>
      getPrompt(prompt, given, deps),
    )
  }
}

/** INVALID_INPUT, naming the argument, as a protocol error: a prompt has no other way to fail. */
async function getPrompt(prompt: Prompt, given: unknown, { readOnly, log }: PromptDeps): Promise<GetPromptResult> {
  try {
    const input = parseArguments(prompt.input.schema(), given, 'prompt')
    const workflow = await prompt.workflow(input, { readOnly })
    const { workflowText } = await import('../prompts/workflow.ts')
    const text = workflowText(workflow)
    log.info('prompt.answered', { prompt: prompt.name })
    return { description: prompt.description, messages: [{ role: 'user', content: { type: 'text', text } }] }
  } catch (error) {
    const known = toAppError(error, log)
    log.info('prompt.refused', { prompt: prompt.name, code: known.code })
    const { InvalidParams, InternalError } = ProtocolErrorCode
    throw new ProtocolError(known.code === 'INVALID_INPUT' ? InvalidParams : InternalError, failureText(known))
  }
}

/**
 * A goal is completed with titles of the catalogue, which lies on this machine. An email is not: that would tell whoever
 * types letters who is in the directory, with a request to PingOne for each.
 */
function argumentsOf({ input }: Prompt, deps: PromptDeps) {
  const schema = wireSchema(input.json)
  const { goal } = (input.json as { properties: Record<string, object> }).properties
  if (goal === undefined) return schema
  // The SDK looks for completions in a zod object's shape; this is all that it looks at.
  return { ...schema, shape: { goal: completable(wireSchema({}), (typed) => goalsFor(typed, deps)) } }
}

async function goalsFor(typed: unknown, { readOnly, log, catalog }: PromptDeps): Promise<string[]> {
  try {
    const [{ endpoints }, { completeGoal }] = await Promise.all([catalog(), import('../prompts/complete-goal.ts')])
    const open = endpoints.filter(({ effect }) => !readOnly || effect === 'read')
    return completeGoal(
      String(typed).slice(0, MAX_GOAL),
      open.map(({ title }) => title),
    )
  } catch (error) {
    // Without completions a person types the rest.
    toAppError(error, log)
    return []
  }
}
