import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { parseArgs } from 'node:util'
import { createSandbox } from '../src/sandbox/sandbox.ts'
import { serveSandbox } from '../src/sandbox/serve.ts'
import { describeResults, judge, readExemptions, readResults } from './conformance/results.ts'

/**
 * `npm run conformance [-- --check]`: the protocol's official suite against the built HTTP service on a simulated tenant,
 * for both generations. Writes docs/conformance.md; with `--check` it fails where that page is not true any more.
 */
const REVISIONS = ['2025-11-25', '2026-07-28']
const root = join(import.meta.dirname, '..')
const SUITE = join(root, 'node_modules/@modelcontextprotocol/conformance')
const DOCUMENT = join(root, 'docs/conformance.md')

const { values } = parseArgs({ options: { check: { type: 'boolean', default: false } } })
const sandbox = createSandbox()
const tenant = await serveSandbox(sandbox)
const home = mkdtempSync(join(tmpdir(), 'pingone-mfa-conformance-'))
const { environmentId, clientId, clientSecret } = sandbox.tenant
const service = spawn(process.execPath, [join(root, 'dist/main.js'), 'http', '--insecure-loopback', '--port', '0'], {
  env: {
    PATH: process.env['PATH'] ?? '',
    PINGONE_MFA_HOME: home,
    PINGONE_MFA_LOG_LEVEL: 'error',
    PINGONE_API_URL: tenant.apiUrl,
    PINGONE_AUTH_URL: tenant.authUrl,
    PINGONE_ENVIRONMENT_ID: environmentId,
    PINGONE_CLIENT_ID: clientId,
    PINGONE_CLIENT_SECRET: clientSecret,
  },
  stdio: ['ignore', 'pipe', 'inherit'],
})
const ended = once(service, 'close')
try {
  const url = await readUrl()
  const results = []
  for (const revision of REVISIONS) results.push(readResults(revision, await runSuite(url, revision)))
  const exemptions = readExemptions()
  const { version } = JSON.parse(readFileSync(join(SUITE, 'package.json'), 'utf8')) as { version: string }
  report(judge(results, exemptions), describeResults(version, results, exemptions))
} finally {
  service.kill('SIGTERM')
  await ended
  await tenant.close()
  rmSync(home, { recursive: true, force: true })
}

async function readUrl(): Promise<string> {
  for await (const line of createInterface({ input: service.stdout })) return line
  throw new Error('the service did not start')
}

/** Answers the folder of what the suite found. Its own exit code says only that something does not apply. */
async function runSuite(url: string, revision: string): Promise<string> {
  const folder = join(home, revision)
  const args = [join(SUITE, 'dist/index.js'), 'server', '--url', url, '--requirements', revision, '-o', folder]
  await once(spawn(process.execPath, args, { stdio: 'ignore' }), 'close')
  return folder
}

function report(faults: readonly string[], text: string): void {
  for (const fault of faults) console.error(fault)
  if (faults.length > 0) process.exitCode = 1
  else if (!values.check) writeFileSync(DOCUMENT, text)
  else if (readFileSync(DOCUMENT, 'utf8') !== text) {
    console.error('docs/conformance.md is not what the suite finds now: npm run conformance')
    process.exitCode = 1
  }
}
