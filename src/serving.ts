import type { Caller } from './approval/caller.ts'
import type { RandomBytes } from './approval/claim.ts'
import type { Gate } from './approval/gate.ts'
import type { Catalog } from './catalog/catalog.ts'
import type { Search } from './catalog/search/search.ts'
import type { ConnectionResult, Settings } from './config.ts'
import type { HttpService, Pages } from './http/service.ts'
import type { ApproverSignIn, HttpSettings } from './http/settings.ts'
import type { Clock } from './lib/clock.ts'
import type { Log } from './lib/log.ts'
import type { Relay } from './lib/observer.ts'
import { hasOpenTelemetry } from './lib/open-telemetry.ts'
import { plainText } from './lib/text.ts'
import type { ServerDeps } from './mcp/server.ts'
import type { StdioStreams } from './mcp/stdio.ts'
import type { PingOneClient } from './pingone/client.ts'
import type { Store } from './store/store.ts'

/** Where the HTTP service is, and whether people may approve there by signing in. */
export interface Site {
  publicUrl: string
  canSignIn: boolean
}

interface ServingDeps {
  settings: Settings
  /** The operating system's user. */
  userName: string
  clock: Clock
  randomBytes: RandomBytes
  log: Log
  observer: Relay
  connection(): ConnectionResult
  pingone(): Promise<PingOneClient>
  store(): Promise<Store>
  gate(): Promise<Gate>
  catalog(): Promise<Catalog>
  search(): Promise<Search>
  hostedConsole(options: { publicUrl: string; signIn: ApproverSignIn | undefined }): Promise<Pages>
  /** Called before the first request is answered. */
  onSite(site: Site): void
}

/** The same server, over stdio or over HTTP. Loads only what the way of serving needs. */
export function createServing(deps: ServingDeps) {
  const { settings, clock, randomBytes, log, observer, connection, pingone, store, gate, catalog, search } = deps

  const telemetry = async () => ({
    relay: observer,
    version: (await import('./version.ts')).VERSION,
    clock,
    store,
    templates: async () => (await catalog()).endpoints.map(({ path }) => path),
  })

  const server = async (transport: ServerDeps['transport']): Promise<Omit<ServerDeps, 'caller'>> => ({
    transport,
    observer,
    version: (await import('./version.ts')).VERSION,
    readOnly: settings.readOnly,
    clock,
    log,
    pingone,
    gate,
    catalog,
    search,
    audit: async (event) => (await store()).audit(event),
  })

  /** The owner of the home folder, whichever process it is. */
  const owner = (client: string, way: string): Caller => ({
    id: 'local',
    description: `${client} over ${way}, run by ${plainText(deps.userName, 60)}`,
  })

  return {
    async serveStdio(streams: StdioStreams): Promise<void> {
      const [{ serveOverStdio }, given] = await Promise.all([import('./mcp/stdio.ts'), server('pipe')])
      if (hasOpenTelemetry()) await (await import('./telemetry/telemetry.ts')).addTraces(await telemetry())
      await serveOverStdio({ ...given, caller: (client) => owner(client, 'stdio') }, streams)
    },
    async serveHttp(http: HttpSettings): Promise<HttpService> {
      const [{ openHttpService }, given] = await Promise.all([import('./http/service.ts'), server('tcp')])
      const { addMetrics } = await import('./telemetry/telemetry.ts')
      const metrics = await addMetrics(await telemetry())
      return openHttpService({
        settings: http,
        server: given,
        owner: (client) => owner(client, 'HTTP'),
        store,
        connection,
        metrics,
        observer,
        clock,
        randomBytes,
        log,
        pages(publicUrl) {
          deps.onSite({ publicUrl, canSignIn: http.approvers?.claim !== undefined })
          return deps.hostedConsole({ publicUrl, signIn: http.approvers })
        },
      })
    },
  }
}
