import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { formatFinding, isMissed } from './measurement.ts'
import type { Finding, Measurement } from './measurement.ts'
import { measureApprovalPage } from './approval-page.ts'
import { measureFullStore } from './full-store.ts'
import { measureHttpLoad } from './http-load.ts'
import { measureHttpMemory } from './http-memory.ts'
import { measureListDevices } from './list-devices.ts'
import { measureReset } from './reset-devices.ts'
import { measureStart } from './start.ts'

/** `npm run bench [-- --quick] [--json] [--strict] [--only NAME]`: all measurements, or one, in one run. `--strict` fails on a missed aim. */
const MEASUREMENTS: Readonly<Record<string, Measurement>> = {
  start: measureStart,
  'list-devices': measureListDevices,
  'reset-devices': measureReset,
  'approval-page': measureApprovalPage,
  'full-store': measureFullStore,
  'http-load': measureHttpLoad,
  'http-memory': measureHttpMemory,
}

const { values: flags } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
    strict: { type: 'boolean', default: false },
    only: { type: 'string' },
    program: { type: 'string', default: join(import.meta.dirname, '../../dist/main.js') },
  },
})

const home = await mkdtemp(join(tmpdir(), 'pingone-mfa-bench-'))
try {
  const env = { ...process.env, PINGONE_MFA_HOME: home }
  const findings: Finding[] = []
  for (const [name, measure] of Object.entries(MEASUREMENTS)) {
    if (flags.only !== undefined && flags.only !== name) continue
    findings.push(...(await measure({ rounds: flags.quick ? 5 : 25, program: [flags.program], env })))
  }
  console.log(flags.json ? JSON.stringify(findings, null, 2) : findings.map(formatFinding).join('\n'))
  if (flags.strict && findings.some(isMissed)) process.exitCode = 1
} finally {
  await rm(home, { recursive: true, force: true })
}
