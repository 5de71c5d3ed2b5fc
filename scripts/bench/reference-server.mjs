import { McpServer } from '@modelcontextprotocol/server'
import { serveStdio } from '@modelcontextprotocol/server/stdio'
import { z } from 'zod'

/** What the product is measured against: the least that a server of the same SDK does, run from node_modules. */
const input = z.strictObject({ text: z.string() })

serveStdio(() => {
  const server = new McpServer({ name: 'reference', version: '1.0.0' })
  server.registerTool('echo', { description: 'Answers with the text.', inputSchema: input }, ({ text }) => ({
    content: [{ type: 'text', text }],
  }))
  return server
})
