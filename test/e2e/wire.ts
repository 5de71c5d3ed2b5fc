import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { onTestFinished } from 'vitest'
import { PROGRAM, type Stage } from './stage.ts'

interface WireMessage {
  id?: string | number | null
  method?: string
  result?: Record<string, unknown>
  error?: { code: number; message: string }
  params?: Record<string, unknown>
}

/** The server's own lines, without a client library between. */
export interface Wire {
  send(message: unknown): void
  /** A line as it is, whatever it is. */
  sendText(line: string): void
  /** The next message that fits. */
  receive(fits: (message: WireMessage) => boolean): Promise<WireMessage>
  /** Everything that came on stdout so far. */
  readonly lines: readonly string[]
  /** Closes stdin and resolves with the exit code. */
  end(): Promise<number | null>
}

/** Starts a server process and shakes hands as a client of the 2025 generation. */
export async function openWire(stage: Stage, env: Record<string, string> = {}): Promise<Wire> {
  const child = spawn(process.execPath, [PROGRAM, 'stdio'], {
    env: { ...stage.env, ...env },
    stdio: ['pipe', 'pipe', 'pipe'],
  })
  const lines: string[] = []
  const waiting = new Set<(line: string) => void>()
  createInterface({ input: child.stdout }).on('line', (line) => {
    lines.push(line)
    stage.printed.push(line)
    for (const see of waiting) see(line)
  })
  child.stderr.on('data', (chunk: Buffer) => stage.printed.push(chunk.toString()))
  const exit = new Promise<number | null>((resolve) => child.on('close', resolve))
  onTestFinished(() => void child.kill('SIGKILL'))

  const wire: Wire = {
    lines,
    sendText: (line) => void child.stdin.write(`${line}\n`),
    send: (message) => wire.sendText(JSON.stringify(message)),
    receive: (fits) =>
      new Promise((resolve, reject) => {
        const see = (line: string) => {
          const message = JSON.parse(line) as WireMessage
          if (!fits(message)) return
          waiting.delete(see)
          resolve(message)
        }
        waiting.add(see)
        void exit.then((code) => reject(new Error(`the server ended (${code})`)))
        for (const line of lines) if (waiting.has(see)) see(line)
      }),
    end() {
      child.stdin.end()
      return exit
    },
  }

  wire.send({
    jsonrpc: '2.0',
    id: 'hello',
    method: 'initialize',
    params: { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'wire', version: '1' } },
  })
  await wire.receive(({ id }) => id === 'hello')
  wire.send({ jsonrpc: '2.0', method: 'notifications/initialized' })
  return wire
}
