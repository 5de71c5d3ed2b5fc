import { join } from 'node:path'
import { type HttpProcess, startHttp, throughput } from './http-process.ts'
import { type Finding, median, type Measurement } from './measurement.ts'
import { openTenant } from './tenant.ts'

const REFERENCE = join(import.meta.dirname, 'http-reference.ts')
const WIDTH = 16
const CALLS: readonly [string, Record<string, unknown>][] = [
  ['list_mfa_devices', { email: 'alice@example.com' }],
  ['search_endpoints', { query: 'list the mfa devices of a user' }],
]

/** Throughput of the HTTP service, against the SDK's bare handler with the same tools. */
export const measureHttpLoad: Measurement = async ({ rounds, program }) => {
  const tenant = await openTenant(program)
  const own = await startHttp([...program, 'http', '--insecure-loopback', '--port', '0'], tenant.env, WIDTH)
  const bare = await startHttp([REFERENCE], tenant.env, WIDTH)
  try {
    const findings: Finding[] = []
    for (const [name, args] of CALLS) findings.push(await compare(name, args, { own, bare, rounds }))
    return findings
  } finally {
    await own.close()
    await bare.close()
    await tenant.close()
  }
}

async function compare(
  name: string,
  args: Record<string, unknown>,
  { own, bare, rounds }: { own: HttpProcess; bare: HttpProcess; rounds: number },
): Promise<Finding> {
  const count = 400
  const run = (server: HttpProcess) => throughput(() => server.call(name, args), count, WIDTH)
  await run(own)
  await run(bare)
  const [owns, bares]: [number[], number[]] = [[], []]
  for (let round = 0; round < rounds; round += 1) {
    // The order changes, so that neither always has the warmer machine.
    const both = round % 2 === 0 ? ([own, bare] as const) : ([bare, own] as const)
    for (const server of both) (server === own ? owns : bares).push(await run(server))
  }
  const [a, b] = [median(owns), median(bares)]
  return {
    name: `http ${name}`,
    value: a / b,
    unit: 'ratio',
    atLeast: 0.8,
    detail: `${a.toFixed(0)} calls/s against ${b.toFixed(0)}, ${WIDTH} at a time, medians of ${rounds}`,
  }
}
