import type { Caller } from '../approval/caller.ts'
import type { RandomBytes } from '../approval/claim.ts'
import type { ConnectionResult } from '../config.ts'
import type { Clock } from '../lib/clock.ts'
import type { Log } from '../lib/log.ts'
import type { ServerDeps } from '../mcp/server.ts'
import type { Store } from '../store/store.ts'
import type { HttpSettings } from './settings.ts'

/** The approval pages, shaped like fetch. */
export interface Pages {
  fetch(request: Request): Response | Promise<Response>
  /** A link that lets one browser see all pages; absent where people sign in instead. */
  openUrl?(): string
  /** Ends what is open to browsers. */
  close(): void
}

export interface HttpServiceDeps {
  settings: HttpSettings
  server: Omit<ServerDeps, 'caller'>
  /** Who calls where no access token is asked for. */
  owner(client: string): Caller
  store(): Promise<Store>
  connection(): ConnectionResult
  /** Called once the port is known, before anything is answered. */
  pages(publicUrl: string): Promise<Pages>
  /** Prometheus text; read anew for each scrape. */
  metrics(): Promise<{ contentType: string; text: string }>
  clock: Clock
  randomBytes: RandomBytes
  log: Log
}

export interface HttpService {
  /** The public URL, without a slash at the end. */
  url: string
  /** A link that lets one browser see the pages; absent where people sign in. */
  openUrl?(): string
  /** Takes no more requests, lets what is under way end, then closes. */
  close(): Promise<void>
}

export function openHttpService(_deps: HttpServiceDeps): Promise<HttpService> {
  throw new Error('not built')
}
