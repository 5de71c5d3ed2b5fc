import type { Readable, Writable } from 'node:stream'
import { serveStdio, StdioServerTransport } from '@modelcontextprotocol/server/stdio'
import { messageOf } from '../lib/errors.ts'
import { createMcpServer, type ServerDeps } from './server.ts'

export interface StdioStreams {
  input: Readable
  output: Writable
}

/** Serves both protocol generations until the input ends. The output carries the protocol and nothing else. */
export async function serveOverStdio(deps: ServerDeps, { input, output }: StdioStreams): Promise<void> {
  const ended = new Promise<void>((resolve) => {
    input.once('end', resolve)
    input.once('close', resolve)
    input.once('error', () => resolve())
  })
  const handle = serveStdio(() => createMcpServer(deps), {
    transport: new StdioServerTransport(input, output),
    onerror: (error) => deps.log.warn('mcp.error', { error: messageOf(error) }),
  })
  await ended
  await handle.close()
}
