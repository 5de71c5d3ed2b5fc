import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { expect } from 'vitest'
import { MCP_HEADERS, sendTo } from '../http/service.ts'
import { PROGRAM, type Stage } from './stage.ts'

/** The built program, serving over HTTP for the owner of the stage's home folder. */
export interface HttpProgram {
  child: ChildProcess
  port: number
  /** A call of a tool; the body of the answer. */
  call(name: string, args: Record<string, unknown>): Promise<string>
  stdout(): string
  stderr(): string
  /** Ends it as a service manager does; the exit code. */
  stop(): Promise<number | null>
}

export async function startHttp(stage: Stage, env: Record<string, string> = {}): Promise<HttpProgram> {
  const child = spawn(process.execPath, [PROGRAM, 'http', '--port', '0', '--insecure-loopback'], {
    env: { ...stage.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let [stdout, stderr] = ['', '']
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text))
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text))
  const exited = once(child, 'close') as Promise<[number | null]>
  await expect.poll(() => stdout, { timeout: 20_000 }).toMatch(/^http:\/\/localhost:\d+\/mcp\n$/)
  const port = Number(new URL(stdout.trim()).port)
  return {
    child,
    port,
    async call(name, args) {
      const { body } = await sendTo(port, {
        method: 'POST',
        path: '/mcp',
        headers: MCP_HEADERS,
        body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name, arguments: args } }),
      })
      return body
    },
    stdout: () => stdout,
    stderr: () => stderr,
    async stop() {
      child.kill('SIGTERM')
      const [code] = await exited
      stage.printed.push(stdout, stderr)
      return code
    },
  }
}
