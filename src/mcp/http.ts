import { createMcpHandler } from '@modelcontextprotocol/server'
import type { Caller } from '../approval/caller.ts'
import { messageOf } from '../lib/errors.ts'
import { createMcpServer, type ServerDeps } from './server.ts'

/** Who sends a request, as far as the service in front has found out. */
export interface Sender {
  /** `client` is what the client says that it is. */
  caller(client: string): Caller
  /** May ask for changes and carry them out. Who may not is shown no tool for it. */
  mayChange: boolean
}

export interface McpHttp {
  /** Answers one request whose body was read and parsed already. */
  answer(request: Request, body: unknown, sender: Sender): Promise<Response>
  close(): Promise<void>
}

/** Streamable HTTP for both protocol generations, without sessions: any process answers any request. */
export function createMcpHttp(deps: Omit<ServerDeps, 'caller'>): McpHttp {
  const handler = createMcpHandler(
    ({ authInfo }) => {
      const sender = authInfo?.extra?.['sender'] as Sender | undefined
      if (sender === undefined) throw new Error('a request came in without its sender')
      return createMcpServer({ ...deps, caller: sender.caller, readOnly: deps.readOnly || !sender.mayChange })
    },
    { onerror: (error) => deps.log.warn('mcp.error', { error: messageOf(error) }) },
  )
  return {
    answer: (request, parsedBody, sender) =>
      // The token itself stays outside: nothing in here needs it.
      handler.fetch(request, {
        parsedBody,
        authInfo: { token: '', clientId: '', scopes: [], extra: { sender } },
      }),
    close: () => handler.close(),
  }
}
