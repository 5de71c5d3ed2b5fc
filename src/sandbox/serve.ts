import type { HttpBindings } from '@hono/node-server'
import { createAdaptorServer } from '@hono/node-server'
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Sandbox } from './sandbox.ts'

export interface SandboxServer {
  /** The origin: both hosts are behind it. */
  url: string
  /** With `/v1`. */
  apiUrl: string
  authUrl: string
  port: number
  /** Ends at once, open connections included. */
  close(): Promise<void>
}

/** Serves a tenant over HTTP on loopback. Port 0 picks one. */
export async function serveSandbox(
  sandbox: Sandbox,
  { port = 0, hostname = '127.0.0.1' }: { port?: number; hostname?: string } = {},
): Promise<SandboxServer> {
  const server = createAdaptorServer({
    fetch: (request, bindings) => sandbox.fetch(request, bindings as HttpBindings),
    overrideGlobalObjects: false,
  }) as Server
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, hostname, resolve)
  })
  const address = server.address() as AddressInfo
  const url = `http://${address.family === 'IPv6' ? `[${address.address}]` : address.address}:${address.port}`
  return {
    url,
    apiUrl: `${url}/v1`,
    authUrl: url,
    port: address.port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}
