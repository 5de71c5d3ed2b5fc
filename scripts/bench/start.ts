import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { countTokens } from 'gpt-tokenizer/encoding/o200k_base'
import { median } from './measurement.ts'
import type { Measurement } from './measurement.ts'
import { probeStart } from './stdio-probe.ts'
import type { Start } from './stdio-probe.ts'

const REFERENCE = join(import.meta.dirname, 'reference-server.mjs')

/** Spawn until the first `tools/list`, memory then, and what that list costs a model. */
export const measureStart: Measurement = async ({ rounds, program, env }) => {
  runOnce(program, env)
  await probeStart([REFERENCE], env)
  const own: Start[] = []
  const reference: Start[] = []
  for (let round = 0; round < rounds; round += 1) {
    own.push(await probeStart(program, env))
    reference.push(await probeStart([REFERENCE], env))
  }
  const [ownMs, referenceMs] = [median(own.map(elapsed)), median(reference.map(elapsed))]
  const peaks = own.map(({ peakMemoryMb }) => peakMemoryMb).filter((peak) => peak !== undefined)
  const tools = own[0]?.tools ?? []
  return [
    {
      name: 'start until tools/list',
      value: ownMs / referenceMs,
      unit: 'ratio',
      atMost: 0.75,
      detail: `${ownMs.toFixed(0)} ms against ${referenceMs.toFixed(0)} ms, medians of ${rounds}`,
    },
    ...(peaks.length === 0
      ? []
      : [{ name: 'peak memory then', value: median(peaks), unit: 'MB', atMost: 70, detail: 'median' } as const]),
    {
      name: 'tokens of tools/list',
      value: countTokens(JSON.stringify(tools)),
      unit: 'tokens',
      atMost: 3000,
      detail: `${tools.length} tools, o200k`,
    },
  ]
}

/** One whole run, which leaves its compiled code behind: every start but the first finds it. */
function runOnce(program: readonly string[], env: NodeJS.ProcessEnv): void {
  spawnSync(process.execPath, [...program, 'stdio'], { env, input: '', stdio: ['pipe', 'ignore', 'ignore'] })
}

function elapsed({ elapsedMs }: Start): number {
  return elapsedMs
}
