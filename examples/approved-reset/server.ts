import { join } from 'node:path'
import { Client, StreamableHTTPClientTransport, type Transport } from '@modelcontextprotocol/client'
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio'
import { ANSWERS, type Answers } from './answers.ts'

/** A tool said no: the text begins with its code, such as `USER_NOT_FOUND`, and tells what to do. */
export class ToolFailure extends Error {}

export interface Server {
  /** Calls a tool and parses what it answers; throws a ToolFailure where the tool refused or failed. */
  call<Tool extends keyof Answers>(
    tool: Tool,
    args: Record<string, unknown>,
    onProgress?: (message: string) => void,
  ): Promise<Answers[Tool]>
  close(): Promise<void>
}

/** Longer than the longest wait of `check_approval`. */
const TIMEOUT_MS = 65_000

export async function openServer(where: { url: string | undefined; accessToken: string | undefined }): Promise<Server> {
  const client = new Client({ name: 'approved-reset', version: '1.0.0' }, { versionNegotiation: { mode: 'auto' } })
  await client.connect(transportTo(where))
  return {
    async call(tool, args, onProgress) {
      const result = await client.callTool(
        { name: tool, arguments: args },
        {
          timeout: TIMEOUT_MS,
          ...(onProgress === undefined ? {} : { onprogress: ({ message = '' }) => onProgress(message) }),
        },
      )
      const [text] = result.content
      if (result.isError === true) throw new ToolFailure(text?.type === 'text' ? text.text : `${tool} failed.`)
      return ANSWERS[tool].parse(result.structuredContent) as Answers[typeof tool]
    },
    close: () => client.close(),
  }
}

function transportTo({ url, accessToken }: { url: string | undefined; accessToken: string | undefined }): Transport {
  if (url !== undefined) {
    const headers = accessToken === undefined ? {} : { authorization: `Bearer ${accessToken}` }
    return new StreamableHTTPClientTransport(new URL(url), { requestInit: { headers } })
  }
  // The connection comes from the environment, or from what `connect` saved.
  const env = Object.entries(process.env).filter((entry): entry is [string, string] => entry[1] !== undefined)
  const program = join(import.meta.dirname, '../../dist/main.js')
  return new StdioClientTransport({ command: process.execPath, args: [program], env: Object.fromEntries(env) })
}
