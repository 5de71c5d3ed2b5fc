import { AjvJsonSchemaValidator } from '@modelcontextprotocol/sdk/validation/ajv'
import { ERROR_CODES } from '../../src/lib/errors.ts'
import type { ListedTool, RawResult } from './session.ts'

/** Throws where an answer is not what CONTRACT §3 promises of every answer: every test's calls pass through here. */
export type AnswerCheck = (tool: string, answer: RawResult) => void

type Check = (structured: unknown) => string | undefined

export function createAnswerCheck(tools: readonly ListedTool[]): AnswerCheck {
  const validator = new AjvJsonSchemaValidator()
  const checks = new Map<string, Check>()
  for (const { name, outputSchema } of tools) {
    const validate = validator.getValidator(outputSchema)
    checks.set(name, (structured) => {
      const { valid, errorMessage } = validate(structured)
      return valid ? undeclaredField(outputSchema, structured, name) : errorMessage
    })
  }
  return (tool, answer) => {
    const problem = answer.isError === true ? problemOfFailure(answer) : problemOfSuccess(answer, checks.get(tool))
    if (problem !== undefined) throw new Error(`${tool} answers against the contract: ${problem}`)
  }
}

function problemOfFailure({ content, structuredContent }: RawResult): string | undefined {
  if (structuredContent !== undefined) return 'a failure with structured content'
  const lines = content[0]?.text.split('\n') ?? []
  const [, code] = /^([A-Z_]+): .*[.!?…]$/u.exec(lines[0] ?? '') ?? []
  if (!ERROR_CODES.some((known) => known === code)) return `"${lines[0]}" is not a code and a sentence`
  const stray = lines.slice(1).find((line, index) => !line.startsWith('- ') && (index > 0 || !/^Next: \S/.test(line)))
  return stray === undefined
    ? undefined
    : `"${stray}" is neither a next step on the second line nor the fate of a device`
}

function problemOfSuccess({ content, structuredContent }: RawResult, check: Check | undefined): string | undefined {
  const text = content[0]?.text ?? ''
  if (text === '') return 'no text'
  if (structuredContent === undefined) return 'no structured content'
  const { approval, outcome, devices = outcome?.devices ?? [] } = structuredContent as Partial<typeof structuredContent>
  const needed = [approval?.token, approval?.id, approval?.approveAt, ...devices.map(({ id }) => id)]
  const missing = needed.find((value) => value !== undefined && !text.includes(value))
  return missing === undefined ? check?.(structuredContent) : `the text does not carry ${missing}`
}

/** A field that the schema does not name, where it names any. */
function undeclaredField(schema: Record<string, unknown>, value: unknown, path: string): string | undefined {
  const { properties, items } = schema as { properties?: Record<string, never>; items?: Record<string, unknown> }
  if (Array.isArray(value)) {
    const problems = value.map((item, index) => undeclaredField(items ?? {}, item, `${path}[${index}]`))
    return problems.find((problem) => problem !== undefined)
  }
  if (properties === undefined || typeof value !== 'object' || value === null) return undefined
  for (const [key, inner] of Object.entries(value)) {
    const declared = properties[key]
    if (declared === undefined) return `${path}.${key} is not in the output schema`
    const problem = undeclaredField(declared, inner, `${path}.${key}`)
    if (problem !== undefined) return problem
  }
  return undefined
}
