import { Ajv2020, type ErrorObject, type ValidateFunction } from 'ajv/dist/2020.js'
import type { Definitions, EndpointRecord, JsonSchema } from './record.ts'

/** Checks bodies against what an endpoint wants. Formats are not checked: PingOne judges them, and says why. */
export interface BodyCheck {
  /** What is wrong, naming the field; empty where nothing is, or where it is not known what the body must be. */
  problems(record: EndpointRecord, body: unknown): string[]
}

export function createBodyCheck(definitionsOf: (record: EndpointRecord) => Definitions): BodyCheck {
  const ajv = new Ajv2020({ strict: false, allErrors: true, validateFormats: false, discriminator: true })
  const compiled = new Map<string, ValidateFunction>()

  const validatorOf = (record: EndpointRecord, schema: JsonSchema): ValidateFunction => {
    const known = compiled.get(record.id)
    if (known !== undefined) return known
    const fresh = ajv.compile({ ...schema, $defs: definitionsOf(record) })
    compiled.set(record.id, fresh)
    return fresh
  }

  return {
    problems(record, body) {
      if (record.body === undefined || !record.typed) return []
      const validate = validatorOf(record, record.body)
      // Whether a body may be left out is nowhere documented: it may where nothing in it is required.
      if (body === undefined) return validate({}) ? [] : ['body: is missing']
      if (validate(body)) return []
      return [...new Set((validate.errors ?? []).map(sentence))].slice(0, 8)
    },
  }
}

// The place and the rule, never the value: it may be a secret.
function sentence({ instancePath, keyword, params, message }: ErrorObject): string {
  const place = `body${instancePath.replaceAll('/', '.')}`
  if (keyword === 'required') return `${place}.${String(params['missingProperty'])}: is missing`
  if (keyword === 'additionalProperties')
    return `${place}.${String(params['additionalProperty'])}: is not a field of this body`
  if (keyword === 'enum') return `${place}: must be one of ${(params['allowedValues'] as unknown[]).join(', ')}`
  if (keyword === 'const') return `${place}: must be ${String(params['allowedValue'])}`
  return `${place}: ${message ?? 'is not as it must be'}`
}
