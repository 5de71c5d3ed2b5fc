import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client'
import type { Clock } from '../lib/clock.ts'
import type { Store } from '../store/store.ts'
import type { RecordedWork, Recorder } from './endpoint-names.ts'

/** Prometheus figures of one process. No label has an id, an email, a number or a query in it. */
export interface Metrics extends Recorder {
  /** Prometheus' text format; approvals are counted in the store for each scrape. */
  expose(): Promise<{ contentType: string; text: string }>
}

/** Seconds: from an answer of the store to a call that waits for a person. */
const BUCKETS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60]

/** Each kind of work has a counter by how it ended, and a histogram of how long it took. */
const NAMES = {
  http: { name: 'http_request', help: 'requests to the service', labels: ['method', 'route'] },
  tool: { name: 'tool_call', help: 'calls of tools', labels: ['tool'] },
  pingone: { name: 'pingone_request', help: 'attempts at calls to PingOne', labels: ['method', 'endpoint'] },
  token: { name: 'token_mint', help: 'access tokens that were asked for', labels: [] },
  store: { name: 'store_operation', help: 'operations of the store', labels: ['operation'] },
  search: { name: 'search', help: 'searches for endpoints', labels: [] },
  execution: { name: 'execution', help: 'runs of approved plans', labels: ['action'] },
} as const satisfies Record<RecordedWork['kind'], { name: string; help: string; labels: readonly string[] }>

export function createMetrics({ store, clock }: { store(): Promise<Store>; clock: Clock }): Metrics {
  const register = new Registry()
  collectDefaultMetrics({ register })
  const registers = [register]
  const meters = Object.fromEntries(
    Object.entries(NAMES).map(([kind, { name, help, labels }]) => [
      kind,
      {
        count: new Counter({
          name: `pingone_mfa_${name}s_total`.replace('searchs', 'searches'),
          help: `How many ${help}, by how they ended.`,
          labelNames: [...labels, 'result'],
          registers,
        }),
        duration: new Histogram({
          name: `pingone_mfa_${name}_duration_seconds`,
          help: `How long ${help} take.`,
          labelNames: [...labels],
          buckets: BUCKETS,
          registers,
        }),
      },
    ]),
  )
  const approvals = new Gauge({
    name: 'pingone_mfa_approvals',
    help: 'Approvals that are kept, by state.',
    labelNames: ['state'],
    registers,
  })
  const oldest = new Gauge({
    name: 'pingone_mfa_oldest_pending_approval_age_seconds',
    help: 'For how long the oldest of the approvals that wait has waited; 0 where none waits.',
    registers,
  })

  const count = async () => {
    approvals.reset()
    oldest.reset()
    const census = await (await store()).census()
    for (const { state, count: many } of census) approvals.set({ state }, many)
    const waiting = census.find(({ state }) => state === 'pending')
    if (waiting !== undefined) oldest.set((clock.now() - waiting.oldestCreatedAt) / 1000)
  }

  return {
    begin(work) {
      const labels = labelsOf(work)
      const stop = meters[work.kind]?.duration.startTimer(labels)
      return {
        run: (body) => body(),
        end(result) {
          stop?.()
          meters[work.kind]?.count.inc({ ...labels, result })
        },
      }
    },
    async expose() {
      // A store that is away leaves out what it knows, and nothing else.
      await count().catch(() => undefined)
      return { contentType: register.contentType, text: await register.metrics() }
    },
  }
}

function labelsOf(work: RecordedWork): Record<string, string> {
  return Object.fromEntries(
    NAMES[work.kind].labels.map((label) => [label, String((work as unknown as Record<string, unknown>)[label])]),
  )
}
