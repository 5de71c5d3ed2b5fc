import { spawn } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { createInterface } from 'node:readline'
import { Pool } from 'undici'

/** A server process that speaks MCP over HTTP, and a way to call it without the cost of a client. */
export interface HttpProcess {
  url: string
  /** Calls a tool as a client of the 2025 generation does; throws where the answer is not a success. */
  call(name: string, args: Record<string, unknown>): Promise<Record<string, unknown>>
  /** Resident now, in MB. */
  residentMb(): Promise<number>
  close(): Promise<void>
}

const START_LIMIT_MS = 20_000

/** Starts Node with `args`; the first line on stdout has to be the URL of `/mcp`. */
export async function startHttp(args: readonly string[], env: NodeJS.ProcessEnv, connections: number) {
  const child = spawn(process.execPath, args, { env, stdio: ['ignore', 'pipe', 'inherit'] })
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()))
  const url = await firstLine(child.stdout)
  // The service is asked by its address: both names of the loopback would do.
  const pool = new Pool(new URL(url).origin, { connections, pipelining: 1 })
  let id = 0
  const call: HttpProcess['call'] = async (name, args_) => {
    id += 1
    const answer = await pool.request({
      method: 'POST',
      path: '/mcp',
      headers: {
        'content-type': 'application/json',
        accept: 'application/json, text/event-stream',
        'mcp-protocol-version': '2025-11-25',
      },
      body: JSON.stringify({ jsonrpc: '2.0', id, method: 'tools/call', params: { name, arguments: args_ } }),
    })
    const text = await answer.body.text()
    // One message, as JSON or as the data of one event.
    const json = /^data: (.+)$/m.exec(text)?.[1] ?? text
    const { result } = JSON.parse(json) as {
      result?: { isError?: boolean; structuredContent?: Record<string, unknown> }
    }
    if (result?.structuredContent === undefined || result.isError === true) {
      throw new Error(`${name} was answered with ${answer.statusCode} ${text.slice(0, 300)}`)
    }
    return result.structuredContent
  }
  return {
    url,
    call,
    async residentMb() {
      const status = await readFile(`/proc/${child.pid}/status`, 'utf8')
      return Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1]) / 1024
    },
    async close() {
      await pool.destroy()
      child.kill('SIGTERM')
      const forced = setTimeout(() => child.kill('SIGKILL'), 10_000)
      await ended
      clearTimeout(forced)
    },
  } satisfies HttpProcess
}

async function firstLine(output: NodeJS.ReadableStream): Promise<string> {
  const limit = AbortSignal.timeout(START_LIMIT_MS)
  for await (const line of createInterface({ input: output, signal: limit })) return line
  throw new Error('the server said nothing')
}

/** Calls per second: `count` calls, `width` at a time. */
export async function throughput(call: () => Promise<unknown>, count: number, width: number): Promise<number> {
  let left = count
  const startedAt = performance.now()
  const worker = async () => {
    while (left > 0) {
      left -= 1
      await call()
    }
  }
  await Promise.all(Array.from({ length: width }, worker))
  return (count * 1000) / (performance.now() - startedAt)
}
