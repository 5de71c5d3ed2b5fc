import { readFile } from 'node:fs/promises'
import { basename, dirname, join, sep } from 'node:path'
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

/** The demonstration's client checks answers. It brings a whole Ajv of its own, and the catalogue has one already. */
const SHARED_JSON_SCHEMA = `
import { Ajv2020 } from 'ajv/dist/2020.js'
export const CORS_IS_POSSIBLE = false
export class DefaultJsonSchemaValidator {
  #ajv = new Ajv2020({ strict: false, allErrors: true, validateFormats: false })
  getValidator(schema) {
    const check = this.#ajv.compile(schema)
    return (data) => check(data)
      ? { valid: true, data, errorMessage: undefined }
      : { valid: false, data: undefined, errorMessage: this.#ajv.errorsText(check.errors) }
  }
}`

/** Of undici only the dispatcher. Whoever imports another name ends the build. */
const ONLY_AGENT = "export { default as Agent } from './lib/dispatcher/agent.js'"

/** Bodies that are forms, and with them all of `fetch`: nobody sends one. */
const NO_FORMS = "throw new Error('The bundle has no forms for undici: see scripts/build/slimming.ts')"

/** undici has its parser twice, once for processors with vector instructions. Answers here have a few kilobytes. */
const PLAIN_PARSER = "module.exports = require('./llhttp-wasm.js')"

/** HTTP/2 is off, see pingone/transport.ts. */
const NO_HTTP2 = `module.exports = () => {
  throw new Error('The bundle has no HTTP/2 for undici: see scripts/build/slimming.ts')
}`

/** The demonstration's client speaks over stdio, and so has nobody to log in at with a signed assertion. */
const NO_LOGIN = `export function importPKCS8() {
  throw new Error('The bundle has no jose for the MCP client: see scripts/build/slimming.ts')
}
export const SignJWT = importPKCS8
export const importJWK = importPKCS8`

/**
 * Passkeys are asked for without attestation (`attestationType: 'none'`), so browsers take an authenticator's
 * certificates away. An answer that brings some all the same is refused: each of these throws. What a passkey says of
 * itself, and whether it signed, is verified as ever.
 */
const CERTIFICATE_CHECKS = [
  'helpers/convertX509PublicKeyToCOSE',
  'helpers/getCertificateInfo',
  'helpers/isCertRevoked',
  'helpers/validateCertificatePath',
  'helpers/validateExtFIDOGenCEAAGUID',
  'registration/verifications/verifyAttestationAndroidKey',
  'registration/verifications/verifyAttestationApple',
  'registration/verifications/tpm/verifyAttestationTPM',
]

function refusing(path: string): [path: string, contents: string] {
  const name = basename(path)
  const contents = `export function ${name}() {
  throw new Error('Certificates of authenticators are not accepted')
}`
  return [`@simplewebauthn/server/esm/${path}\\.js`, contents]
}

/** What stands in the bundle instead of a package's file, by the file's path as a regular expression. */
const REPLACEMENTS: readonly [path: string, contents: string][] = [
  ['zod/v4/locales/index\\.js', ENGLISH_MESSAGES],
  ['@modelcontextprotocol/server/dist/shimsNode\\.mjs', NO_JSON_SCHEMA],
  ['@modelcontextprotocol/client/dist/shimsNode\\.mjs', SHARED_JSON_SCHEMA],
  ['undici/index\\.js', ONLY_AGENT],
  ['undici/lib/web/(?:fetch/(?:body|formdata)|webidl/index)\\.js', NO_FORMS],
  ['undici/lib/llhttp/llhttp_simd-wasm\\.js', PLAIN_PARSER],
  ['undici/lib/dispatcher/client-h2\\.js', NO_HTTP2],
  ...CERTIFICATE_CHECKS.map(refusing),
]

/** By this name undici knows that it is built as Node builds it in: without a second parser, which is an experiment. */
export const DEFINITIONS = { esbuildDetection: 'true' }

/** Leaves out of the bundle what the program loads with its packages and never uses. Measured by `npm run bench`. */
export function slimming(manifest: string): Plugin {
  const own = join(dirname(manifest), 'src') + sep
  return {
    name: 'slimming',
    setup(build) {
      for (const [path, contents] of REPLACEMENTS) {
        const filter = new RegExp(`node_modules/${path}$`.replaceAll('/', '[\\\\/]'))
        build.onLoad({ filter }, () => ({ contents }))
      }
      build.onResolve({ filter: /^jose$/ }, ({ importer }) =>
        /@modelcontextprotocol[\\/]client/.test(importer) ? { path: 'jose', namespace: 'no-login' } : undefined,
      )
      build.onLoad({ filter: /./, namespace: 'no-login' }, () => ({ contents: NO_LOGIN }))
      build.onLoad({ filter: /\.ts$/ }, async ({ path }) =>
        path.startsWith(own) ? { contents: withSlimZod(await readFile(path, 'utf8')), loader: 'ts' } : undefined,
      )
      build.onLoad({ filter: /package\.json$/ }, async ({ path }) => {
        if (path !== manifest) return undefined
        const { version } = JSON.parse(await readFile(path, 'utf8')) as { version: string }
        return { contents: JSON.stringify({ version }), loader: 'json' }
      })
    },
  }
}

/** zod's own export `z` is one object with everything in it. Of a namespace import only what is used stays. */
function withSlimZod(source: string): string {
  return source.replace("import { z } from 'zod'", "import * as z from 'zod'")
}
