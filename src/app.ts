import type { Approvals } from './approval/approvals.ts'
import type { Approvers } from './approval/approvers.ts'
import type { RandomBytes } from './approval/claim.ts'
import type { Enrolments } from './approval/enrolments.ts'
import type { Gate } from './approval/gate.ts'
import type { PolicySource } from './approval/policy-file.ts'
import {
  type ConfiguredConnection,
  type ConnectionResult,
  currentSecret,
  notConfigured,
  parseSettings,
  resolveConnection,
  type Settings,
} from './config.ts'
import type { Catalog } from './catalog/catalog.ts'
import type { Search } from './catalog/search/search.ts'
import type { Console } from './console/console.ts'
import type { HttpService } from './http/service.ts'
import type { HttpSettings } from './http/settings.ts'
import type { Environment, Machine } from './home.ts'
import type { Clock } from './lib/clock.ts'
import { createLog, type Log } from './lib/log.ts'
import { createRelay } from './lib/observer.ts'
import { once } from './lib/once.ts'
import { Secret } from './lib/secret.ts'
import type { StdioStreams } from './mcp/stdio.ts'
import type { PingOneClient } from './pingone/client.ts'
import type { Health } from './pingone/health.ts'
import { readSavedConnection } from './saved-connection.ts'
import { createServing, type Site } from './serving.ts'
import type { Store } from './store/store.ts'

/** The world that the program runs in. A test gives another. */
export interface Ports {
  env: Environment
  machine: Machine
  clock: Clock
  randomBytes: RandomBytes
  /** One line on stderr, without its line break. */
  writeLog(line: string): void
  /** Undefined where there is no such file; throws where it cannot be read. */
  readTextFile(path: string): string | undefined
}

/** Everything composed; each part is made when it is first needed, and only once. */
export interface App {
  settings: Settings
  log: Log
  clock: Clock
  policy: PolicySource
  /** Read afresh, so that a `connect` in another process counts without a restart. */
  connection(): ConnectionResult
  /** Throws NOT_CONFIGURED naming each missing or bad field. */
  pingone(): Promise<PingOneClient>
  store(): Promise<Store>
  approvers(): Promise<Approvers>
  approvals(): Promise<Approvals>
  enrolments(): Promise<Enrolments>
  gate(): Promise<Gate>
  /** The loopback pages, or undefined where no port can be had. */
  console(): Promise<Console | undefined>
  /** The same pages once more on another port. 0 picks one: a passkey belongs to `localhost`, whatever the port. */
  consoleOn(port: number): Promise<Console | undefined>
  /** Every endpoint that is known. */
  catalog(): Promise<Catalog>
  search(): Promise<Search>
  /** MCP over the given streams, until the input ends. */
  serveStdio(streams: StdioStreams): Promise<void>
  /** MCP over Streamable HTTP, with the approval pages, until it is closed. */
  serveHttp(settings: HttpSettings): Promise<HttpService>
  /** The health checks; throws NOT_CONFIGURED where there is nothing to check. */
  health(signal?: AbortSignal): Promise<Health>
  /** Lets what is executing finish, then closes everything. */
  close(): Promise<void>
}

export function createApp(ports: Ports): App {
  const { env, machine, clock, randomBytes } = ports
  const settings = parseSettings(env, machine)
  const log = createLog(settings.logLevel, clock, ports.writeLog)
  const policy: PolicySource = { ...settings.policy, readText: () => ports.readTextFile(settings.policy.path) }
  const observer = createRelay()
  const closers: (() => Promise<void>)[] = []

  const connection = (): ConnectionResult => {
    const saved = readSavedConnection(settings.home)
    if (saved !== undefined && 'problem' in saved) {
      return { problems: [{ field: 'connection.json', problem: saved.problem }] }
    }
    const resolved = resolveConnection(env, saved)
    const problems = [...settings.problems, ...('problems' in resolved ? resolved.problems : [])]
    return problems.length > 0 ? { problems } : resolved
  }

  const configured = (): ConfiguredConnection => {
    const result = connection()
    if ('problems' in result) throw notConfigured(result.problems)
    return result
  }

  const pingone = once(async () => {
    const { connection: target, secret } = configured()
    const [{ createPingOneClient }, { VERSION }] = await Promise.all([
      import('./pingone/client.ts'),
      import('./version.ts'),
    ])
    const client = createPingOneClient({
      connection: target,
      secret:
        secret instanceof Secret
          ? async () => currentSecret({ target, secret }, connection())
          : once(async () => (await import('./secret-command.ts')).secretFromCommand(secret.command)),
      clock,
      log,
      observer,
      userAgent: `pingone-mfa-mcp/${VERSION}`,
    })
    closers.push(() => client.close())
    return client
  })

  const store = once(async () => {
    // A URL that cannot be used never means that approvals are kept elsewhere.
    const problem = settings.problems.find(({ field }) => field === 'PINGONE_MFA_DATABASE_URL')
    if (problem !== undefined) throw notConfigured([problem])
    const [{ openStore }, { withTimings }] = await Promise.all([
      import('./store/open.ts'),
      import('./telemetry/timings.ts'),
    ])
    const opened = await openStore({ home: settings.home, databaseUrl: settings.databaseUrl, log })
    closers.push(() => opened.close())
    return withTimings(opened, observer)
  })

  const approvers = once(async () => {
    const { createApprovers } = await import('./approval/approvers.ts')
    return createApprovers({ store: await store(), clock, randomBytes })
  })

  const passkeys = once(async () => {
    const { createPasskeys } = await import('./approval/passkeys.ts')
    return createPasskeys({ store: await store(), clock, randomBytes })
  })

  const approvals = once(async () => {
    const { createApprovals } = await import('./approval/approvals.ts')
    return createApprovals({ store: await store(), approvers: await approvers(), passkeys, policy, clock, randomBytes })
  })

  const catalog = once(async () => (await import('./catalog/open-catalog.ts')).openCatalog())

  const search = once(async () => {
    const [{ openSearch }, { withSearchTimings }] = await Promise.all([
      import('./catalog/open-search.ts'),
      import('./telemetry/timings.ts'),
    ])
    return withSearchTimings(await openSearch(), observer)
  })

  const vouching = once(async () => {
    const { createVouching } = await import('./approval/vouching.ts')
    return createVouching({ store: await store(), passkeys, clock })
  })

  const enrolments = once(async () => {
    const { createEnrolments } = await import('./approval/enrolments.ts')
    return createEnrolments({
      store: await store(),
      approvers: await approvers(),
      passkeys,
      vouching: await vouching(),
      clock,
      randomBytes,
    })
  })

  const health = async (signal?: AbortSignal) => {
    const [client, { runHealthChecks }] = await Promise.all([pingone(), import('./pingone/health.ts')])
    return runHealthChecks(client, signal)
  }

  const pageDeps = async () => ({
    store: await store(),
    approvals: await approvals(),
    approvers: await approvers(),
    enrolments: await enrolments(),
    vouching: await vouching(),
    catalog,
    search,
    health,
    clock,
    randomBytes,
    log,
  })

  const consoleOn = async (port: number): Promise<Console | undefined> => {
    const { openConsole } = await import('./console/console.ts')
    const opened = await openConsole({ ...(await pageDeps()), port })
    if (opened !== undefined) closers.push(() => opened.close())
    return opened
  }

  const approvalConsole = once(async (): Promise<Console | undefined> => {
    const opened = await consoleOn(settings.consolePort)
    // A port that is taken now may be free at the next approval.
    if (opened === undefined) delete approvalConsole.current
    return opened
  })

  const openPage = async (page: string): Promise<void> => {
    const { openInBrowser } = await import('./desktop.ts')
    if (!(await openInBrowser(page, { env, machine }))) log.warn('page.not_opened')
  }

  /** Where the pages are that others serve them on, and whether people sign in there; set while HTTP is served. */
  let site: Site | undefined

  const gate = once(async () => {
    const { apiUrl, authUrl, environmentId } = configured().connection
    const [{ createGate }, { createWorld }] = await Promise.all([
      import('./approval/gate.ts'),
      import('./tools/world.ts'),
    ])
    return createGate({
      store: await store(),
      world: createWorld(pingone),
      policy,
      clock,
      randomBytes,
      log,
      observer,
      tenant: { apiUrl, authUrl, environmentId },
      canSignIn: site?.canSignIn ?? false,
      approveAt: async (id) =>
        site === undefined ? (await approvalConsole())?.urlOf(id) : `${site.publicUrl}/approvals/${id}`,
      announce: (page) => {
        if (settings.opensPages && site === undefined) void openPage(page)
      },
    })
  })

  const serving = createServing({
    settings,
    userName: machine.userName,
    clock,
    randomBytes,
    log,
    observer,
    connection,
    pingone,
    store,
    gate,
    catalog,
    search,
    hostedConsole: async (options) => {
      const { createHostedConsole } = await import('./console/hosted.ts')
      return createHostedConsole({ ...options, ...(await pageDeps()) })
    },
    onSite: (opened) => {
      site = opened
    },
  })

  return {
    settings,
    log,
    clock,
    policy,
    connection,
    pingone,
    store,
    approvers,
    approvals,
    gate,
    enrolments,
    console: approvalConsole,
    consoleOn,
    catalog,
    search,
    serveStdio: serving.serveStdio,
    async serveHttp(http) {
      const service = await serving.serveHttp(http)
      closers.push(() => service.close())
      return service
    },
    health,
    async close() {
      await gate.current?.then(
        (made) => made.idle(),
        () => undefined,
      )
      for (const close of closers.splice(0).toReversed()) await close()
    },
  }
}
