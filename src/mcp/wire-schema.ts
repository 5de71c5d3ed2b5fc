import type { StandardSchemaWithJSON } from '@modelcontextprotocol/server'
import type { JsonSchema } from '../tools/schema.ts'

/** Ours on the wire; validation is not the SDK's: its wording for bad arguments has no code. */
export function wireSchema(json: JsonSchema): StandardSchemaWithJSON {
  return {
    '~standard': {
      version: 1,
      vendor: 'pingone-mfa-mcp',
      validate: (value) => ({ value }),
      jsonSchema: { input: () => json, output: () => json },
    },
  }
}
