import { createMcpHandler } from '@modelcontextprotocol/server'
import type { Caller } from '../approval/caller.ts'
import { messageOf } from '../lib/errors.ts'
import { TOOLS } from '../tools/index.ts'
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
      const readOnly = deps.readOnly || !sender.mayChange
      const onlyTool = authInfo?.extra?.['onlyTool'] as string | undefined
      return createMcpServer({ ...deps, caller: sender.caller, readOnly }, { onlyTool })
    },
    { onerror: (error) => deps.log.warn('mcp.error', { error: messageOf(error) }) },
  )
  return {
    answer: (request, parsedBody, sender) =>
      // The token itself stays outside: nothing in here needs it.
      handler.fetch(request, {
        parsedBody,
        authInfo: {
          token: '',
          clientId: '',
          scopes: [],
          extra: { sender, onlyTool: calledTool(deps, parsedBody, sender) },
        },
      }),
    close: () => handler.close(),
  }
}

/** The tool that is called, where the request is one call of one that is offered: each request has a server of its own. */
function calledTool({ readOnly }: { readOnly: boolean }, body: unknown, { mayChange }: Sender): string | undefined {
  const { method, params } = (body ?? {}) as { method?: unknown; params?: { name?: unknown } | null }
  if (method !== 'tools/call') return undefined
  const tool = TOOLS.find(({ name }) => name === params?.name)
  return tool === undefined || (tool.effect !== 'read' && (readOnly || !mayChange)) ? undefined : tool.name
}
