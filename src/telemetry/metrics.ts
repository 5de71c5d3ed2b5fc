import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client'
import type { Clock } from '../lib/clock.ts'
import { UNSEEN } from '../lib/observer.ts'
import type { Store } from '../store/store.ts'
import type { RecordedWork, Recorder } from './endpoint-names.ts'

/** Prometheus figures of one process. No label has an id, an email, a number or a query in it. */
export interface Metrics extends Recorder {
  /** Prometheus' text format; approvals are counted in the store for each scrape. */
  expose(): Promise<{ contentType: string; text: string }>
}

/** Seconds: from an answer of the store to a call that waits for a person. */
const BUCKETS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60]

type Metered = Exclude<RecordedWork, { kind: 'probe' }>

interface Meter {
  one: string
  many: string
  help: string
  labels: readonly string[]
}

/** Each kind of work has a counter by how it ended, and a histogram of how long it took. */
const METERS: Record<Metered['kind'], Meter> = {
  http: { one: 'http_request', many: 'http_requests', help: 'requests to the service', labels: ['method', 'route'] },
  tool: { one: 'tool_call', many: 'tool_calls', help: 'calls of tools', labels: ['tool'] },
  pingone: {
    one: 'pingone_request',
    many: 'pingone_requests',
    help: 'attempts at calls to PingOne',
    labels: ['method', 'endpoint'],
  },
  token: { one: 'token_mint', many: 'token_mints', help: 'access tokens that were asked for', labels: [] },
  store: {
    one: 'store_operation',
    many: 'store_operations',
    help: 'operations of the store',
    labels: ['operation'],
  },
  search: { one: 'search', many: 'searches', help: 'searches for endpoints', labels: [] },
  execution: { one: 'execution', many: 'executions', help: 'runs of approved plans', labels: ['action'] },
}

/** A scraper waits for ten seconds, as a rule. */
const CENSUS_LIMIT_MS = 2_000

export function createMetrics({ store, clock }: { store(): Promise<Store>; clock: Clock }): Metrics {
  const register = new Registry()
  collectDefaultMetrics({ register })
  const registers = [register]
  const meters = new Map(
    Object.entries(METERS).map(([kind, { one, many, help, labels }]) => [
      kind,
      {
        count: new Counter({
          name: `pingone_mfa_${many}_total`,
          help: `How many ${help}, by how they ended.`,
          labelNames: [...labels, 'result'],
          registers,
        }),
        duration: new Histogram({
          name: `pingone_mfa_${one}_duration_seconds`,
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

  const show = (census: Census) => {
    approvals.reset()
    // What is not known is left out: a nought would say that nobody waits.
    oldest.remove()
    if (census === undefined) return
    for (const { state, count: many } of census) approvals.set({ state }, many)
    const waiting = census.find(({ state }) => state === 'pending')
    oldest.set(waiting === undefined ? 0 : Math.max(0, clock.now() - waiting.oldestCreatedAt) / 1000)
  }

  return {
    begin(work) {
      const meter = meters.get(work.kind)
      if (work.kind === 'probe' || meter === undefined) return UNSEEN
      const labels = labelsOf(work)
      const stop = meter.duration.startTimer(labels)
      return {
        run: (body) => body(),
        end(result) {
          stop()
          meter.count.inc({ ...labels, result })
        },
      }
    },
    async expose() {
      show(await countApprovals(store, clock))
      return { contentType: register.contentType, text: await register.metrics() }
    },
  }
}

type Census = Awaited<ReturnType<Store['census']>> | undefined

/** Undefined where the store is away, or takes too long: a scrape tells of the rest all the same. */
async function countApprovals(store: () => Promise<Store>, clock: Clock): Promise<Census> {
  const done = new AbortController()
  const counted = store().then((opened) => opened.census())
  try {
    return await Promise.race([counted, clock.sleep(CENSUS_LIMIT_MS, done.signal).then(() => undefined)])
  } catch {
    return undefined
  } finally {
    done.abort()
  }
}

function labelsOf(work: Metered): Record<string, string> {
  const fields = work as unknown as Record<string, unknown>
  return Object.fromEntries(METERS[work.kind].labels.map((label) => [label, String(fields[label])]))
}
