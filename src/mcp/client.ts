import { Client } from '@modelcontextprotocol/client'
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio'

/** A client as an assistant's host has one; for the demonstration. */
export interface AssistantClient {
  /** `onProgress` gets what the server says while it works. */
  call(name: string, args: Record<string, unknown>, onProgress?: (message: string) => void): Promise<ToolAnswer>
  close(): Promise<void>
}

export interface ToolAnswer {
  isError: boolean
  text: string
  structured: Record<string, unknown>
}

/** Starts a server and connects to it over stdio. What it logs goes to `onLog`. */
export async function connectAssistant(server: {
  command: string
  args: readonly string[]
  env: Record<string, string>
  onLog: (text: string) => void
}): Promise<AssistantClient> {
  const { command, args, env, onLog } = server
  const transport = new StdioClientTransport({ command, args: [...args], env, stderr: 'pipe' })
  transport.stderr?.on('data', (chunk: Buffer) => onLog(chunk.toString()))
  const client = new Client({ name: 'demo-assistant', version: '1.0.0' }, { versionNegotiation: { mode: 'auto' } })
  await client.connect(transport)
  return {
    async call(name, args_, onProgress) {
      const result = await client.callTool(
        { name, arguments: args_ },
        onProgress === undefined ? {} : { onprogress: ({ message = '' }) => onProgress(message) },
      )
      const [first] = result.content
      return {
        isError: result.isError === true,
        text: first?.type === 'text' ? first.text : '',
        structured: (result.structuredContent ?? {}) as Record<string, unknown>,
      }
    },
    close: () => client.close(),
  }
}
