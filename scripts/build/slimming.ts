import { readFile } from 'node:fs/promises'
import type { Plugin } from 'esbuild'

/** zod re-exports its messages in sixty languages: a third of what is read at every start, and nobody switches them. */
const ENGLISH_MESSAGES = "export { default as en } from './en.js'"

/** The MCP SDK brings a JSON Schema validator to check answers to elicitation, which this program never asks for. */
const NO_JSON_SCHEMA = `
import process from 'node:process'
export { process }
export class DefaultJsonSchemaValidator {
  getValidator() {
    throw new Error('The bundle has no JSON Schema validator for the MCP SDK: see scripts/build/slimming.ts')
  }
}`

/** Leaves out of the bundle what the program loads with its packages and never uses. Measured by `npm run bench`. */
export function slimming(manifest: string): Plugin {
  return {
    name: 'slimming',
    setup(build) {
      build.onLoad({ filter: /zod[\\/]v4[\\/]locales[\\/]index\.js$/ }, () => ({ contents: ENGLISH_MESSAGES }))
      build.onLoad({ filter: /@modelcontextprotocol[\\/]server[\\/]dist[\\/]shimsNode\.mjs$/ }, () => ({
        contents: NO_JSON_SCHEMA,
      }))
      build.onLoad({ filter: /package\.json$/ }, async ({ path }) => {
        if (path !== manifest) return undefined
        const { version } = JSON.parse(await readFile(path, 'utf8')) as { version: string }
        return { contents: JSON.stringify({ version }), loader: 'json' }
      })
    },
  }
}
