import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { PassThrough } from 'node:stream'
import { onTestFinished } from 'vitest'
import { createApp } from '../../src/app.ts'
import { systemClock } from '../../src/lib/clock.ts'

/** What the composed server answers to one request, as it goes over the wire. */
export async function askServer(
  method: string,
  params: Record<string, unknown> = {},
  env: Record<string, string> = {},
): Promise<Record<string, unknown>> {
  const home = mkdtempSync(join(tmpdir(), 'pingone-mfa-test-'))
  onTestFinished(() => rmSync(home, { recursive: true, force: true }))
  const app = createApp({
    env: { PINGONE_MFA_HOME: home, ...env },
    machine: { platform: 'linux', homeFolder: home, userName: 'tester' },
    clock: systemClock,
    randomBytes,
    writeLog: () => {},
    readTextFile: () => undefined,
  })
  const input = new PassThrough()
  const output = new PassThrough()
  const served = app.serveStdio({ input, output })
  const send = (message: Record<string, unknown>) => input.write(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`)
  const clientInfo = { name: 'contract', version: '1' }
  send({ id: 1, method: 'initialize', params: { protocolVersion: '2025-11-25', capabilities: {}, clientInfo } })
  if (method !== 'initialize') {
    send({ method: 'notifications/initialized' })
    send({ id: 2, method, params })
  }
  const wanted = method === 'initialize' ? 1 : 2
  try {
    for await (const line of createInterface({ input: output })) {
      const message = JSON.parse(line) as { id?: number; result?: Record<string, unknown> }
      if (message.id === wanted) return message.result ?? {}
    }
    throw new Error('the server ended without an answer')
  } finally {
    input.end()
    await served
    await app.close()
  }
}
