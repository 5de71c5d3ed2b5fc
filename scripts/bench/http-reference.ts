import { randomBytes } from 'node:crypto'
import { createAdaptorServer } from '@hono/node-server'
import { createMcpHandler, fromJsonSchema, McpServer } from '@modelcontextprotocol/server'
import { createApp } from '../../src/app.ts'
import { systemClock } from '../../src/lib/clock.ts'
import { TOOLS } from '../../src/tools/index.ts'

/**
 * What the HTTP service is measured against: the SDK's own handler on the same server, with the same tools and nothing
 * around them. No guard, no access token, no audit, no limits, no metrics, no log.
 */
const app = createApp({
  env: process.env,
  machine: { platform: process.platform, homeFolder: process.env['PINGONE_MFA_HOME'] ?? '/', userName: 'bench' },
  clock: systemClock,
  randomBytes,
  writeLog: () => undefined,
  readTextFile: () => undefined,
})
const pingone = await app.pingone()
const tools = TOOLS.flatMap((tool) =>
  tool.effect === 'read'
    ? [{ tool, schemas: { inputSchema: fromJsonSchema(tool.input.json), outputSchema: fromJsonSchema(tool.output) } }]
    : [],
)

const handler = createMcpHandler(() => {
  const server = new McpServer({ name: 'reference', version: '1.0.0' })
  for (const { tool, schemas } of tools) {
    server.registerTool(tool.name, { description: tool.description, ...schemas }, async (given, { mcpReq }) => {
      const answer = await tool.run(tool.input.schema().parse(given), {
        pingone: () => Promise.resolve(pingone),
        gate: app.gate,
        catalog: app.catalog,
        search: app.search,
        caller: { id: 'local', description: 'bench' },
        clock: systemClock,
        signal: mcpReq.signal,
        progress: () => undefined,
      })
      return { content: [{ type: 'text', text: answer.text }], structuredContent: answer.structured }
    })
  }
  return server
})

const listener = createAdaptorServer({ fetch: (request) => handler.fetch(request) })
listener.listen(0, '127.0.0.1', () => {
  const { port } = listener.address() as { port: number }
  process.stdout.write(`http://127.0.0.1:${port}/mcp\n`)
})
process.on('SIGTERM', () => process.exit(0))
