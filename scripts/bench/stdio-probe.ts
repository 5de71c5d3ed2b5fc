import { spawn } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { createInterface } from 'node:readline'

/** What one start of an MCP server over stdio showed. */
export interface Start {
  /** From the moment before the process was spawned until the answer to the first `tools/list` was read. */
  elapsedMs: number
  /** Most memory that the process has held until then; undefined where there is no /proc. */
  peakMemoryMb: number | undefined
  /** The tools as the server described them. */
  tools: unknown[]
}

const OPENING = [
  {
    jsonrpc: '2.0',
    id: 1,
    method: 'initialize',
    params: { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'bench', version: '1.0.0' } },
  },
  { jsonrpc: '2.0', method: 'notifications/initialized' },
  { jsonrpc: '2.0', id: 2, method: 'tools/list' },
]
const START_LIMIT_MS = 20_000

/** Starts a server with Node, asks for its tools, and ends it. */
export async function probeStart(args: readonly string[], env: NodeJS.ProcessEnv): Promise<Start> {
  const before = performance.now()
  const child = spawn(process.execPath, args, { env, stdio: ['pipe', 'pipe', 'inherit'] })
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()))
  const limit = setTimeout(() => child.kill('SIGKILL'), START_LIMIT_MS)
  try {
    child.stdin.on('error', () => undefined) // A server that has died shows as a missing answer.
    child.stdin.write(OPENING.map((message) => `${JSON.stringify(message)}\n`).join(''))
    for await (const line of createInterface({ input: child.stdout })) {
      const answer = JSON.parse(line) as { id?: number; result?: { tools?: unknown[] } }
      if (answer.id !== 2) continue
      const elapsedMs = performance.now() - before
      if (answer.result?.tools === undefined) throw new Error(`tools/list was answered with ${line.slice(0, 300)}`)
      return { elapsedMs, peakMemoryMb: await readPeakMemory(child.pid), tools: answer.result.tools }
    }
    throw new Error(`${args.join(' ')} ended or stayed silent for ${START_LIMIT_MS} ms before it answered tools/list`)
  } finally {
    clearTimeout(limit)
    child.stdin.end()
    const forced = setTimeout(() => child.kill('SIGKILL'), 2000)
    await ended
    clearTimeout(forced)
  }
}

async function readPeakMemory(pid: number | undefined): Promise<number | undefined> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '')
  const kilobytes = /^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1]
  return kilobytes === undefined ? undefined : Number(kilobytes) / 1024
}
