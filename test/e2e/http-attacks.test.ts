import { once } from 'node:events'
import { readdirSync, readFileSync } from 'node:fs'
import { connect, type Socket } from 'node:net'
import { expect, test } from 'vitest'
import { MCP_HEADERS, sendTo } from '../http/service.ts'
import { type HttpProgram, startHttp } from './http-program.ts'
import { faultsOfLog } from './seemly.ts'
import { onStage } from './stage.ts'

const ALICE = { email: 'alice@example.com' }

const tokenIn = (body: string) => /apv_[\w-]+/.exec(body)?.[0] ?? ''
const idIn = (body: string) => /\/approvals\/([0-9a-z]{16})/.exec(body)?.[1] ?? ''
const openFiles = ({ child }: HttpProgram) => readdirSync(`/proc/${child.pid}/fd`).length
const megabytes = ({ child }: HttpProgram) =>
  Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8'))?.[1] ?? 0) / 1024

test('the service that is told to end lets what is executed end first, and exits with 0', async () => {
  await onStage(async (stage) => {
    await stage.human.enrol()
    const program = await startHttp(stage)
    const asked = await program.call('reset_mfa_devices', ALICE)
    await stage.human.approve(idIn(asked))
    stage.sandbox.faults.add({ kind: 'slow', ms: 500, match: { method: 'DELETE' }, times: Infinity })
    const executed = program.call('execute_approved_action', { token: tokenIn(asked) })
    const deleting = () => stage.sandbox.requests.some(({ method }) => method === 'DELETE')
    await expect.poll(deleting, { timeout: 10_000, interval: 5 }).toBe(true)

    const code = await program.stop()

    expect(await executed).toContain('"status":"completed"')
    expect(code).toBe(0)
    expect(stage.sandbox.state.devicesOf(ALICE.email)).toEqual([])
    expect(program.stdout().trim().split('\n')).toHaveLength(1)
    const lines = program
      .stderr()
      .split('\n')
      .filter((line) => line.startsWith('{'))
    expect(faultsOfLog(lines.join('\n'))).toEqual([])
  })
})

// What a process holds is read from /proc.
test.skipIf(process.platform !== 'linux')(
  'slow connections and waiting calls, thousands of them, leave the service answering and its memory bounded',
  async () => {
    await onStage(async (stage) => {
      await stage.human.enrol()
      const program = await startHttp(stage)
      const { port } = program
      const asked = await program.call('reset_mfa_devices', ALICE)
      const token = tokenIn(asked)
      const [files, memory] = [openFiles(program), megabytes(program)]

      for (let step = 0; step < 100; step += 1) {
        const opened = await Promise.all(
          Array.from({ length: 100 }, async (_, index) => {
            const socket = connect(port, '127.0.0.1')
            socket.on('error', () => undefined)
            await once(socket, 'connect')
            socket.write(
              ['', 'GET / HT', `POST /mcp HTTP/1.1\r\nHost: localhost:${port}\r\nContent-Length: 9\r\n\r\n{`][
                index % 3
              ] ?? '',
            )
            return socket
          }),
        )
        for (const socket of opened) socket.resetAndDestroy()
      }
      expect((await sendTo(port, { path: '/healthz' })).status).toBe(200)
      await expect.poll(() => openFiles(program), { timeout: 20_000 }).toBeLessThan(files + 20)

      const wait = JSON.stringify({
        jsonrpc: '2.0',
        id: 1,
        method: 'tools/call',
        params: { name: 'check_approval', arguments: { token, waitSeconds: 50 } },
      })
      const head = Object.entries({ host: `localhost:${port}`, ...MCP_HEADERS, 'content-length': String(wait.length) })
      const message = `POST /mcp HTTP/1.1\r\n${head.map(([name, value]) => `${name}: ${value}`).join('\r\n')}\r\n\r\n${wait}`
      const waiting: { socket: Socket; said: string }[] = []
      const startWaiting = async () => {
        const call = { socket: connect(port, '127.0.0.1'), said: '' }
        call.socket.on('error', () => undefined)
        call.socket.on('data', (data: Buffer) => (call.said += data.toString()))
        await once(call.socket, 'connect')
        call.socket.write(message)
        waiting.push(call)
      }
      for (let step = 0; step < 10; step += 1) await Promise.all(Array.from({ length: 100 }, startWaiting))
      // 600 places for one caller: whoever comes after that hears how it is now.
      const answered = () => waiting.filter(({ said }) => said.includes('"status":"pending"')).length
      await expect.poll(answered, { timeout: 40_000 }).toBe(400)
      expect(await program.call('list_mfa_devices', ALICE)).toContain('"status":"ok"')
      expect(await program.call('check_approval', { token })).toContain('"status":"pending"')
      expect(megabytes(program) - memory).toBeLessThan(300)
      expect(answered()).toBe(400)
      for (const { socket } of waiting) socket.destroy()
      await expect.poll(() => openFiles(program), { timeout: 20_000 }).toBeLessThan(files + 20)

      expect(await program.stop()).toBe(0)
    })
  },
)

test('pages that follow along and never read are cut short at some number, and the service goes on', async () => {
  await onStage(async (stage) => {
    await stage.human.enrol()
    const program = await startHttp(stage)
    const { port } = program
    const id = idIn(await program.call('reset_mfa_devices', ALICE))
    let [following, refused] = [0, 0]
    const sockets = Array.from({ length: 400 }, () => {
      const socket = connect(port, '127.0.0.1', () =>
        socket.write(`GET /approvals/events?approval=${id} HTTP/1.1\r\nHost: localhost:${port}\r\n\r\n`),
      )
      socket.on('error', () => undefined)
      socket.once('data', (data: Buffer) => {
        if (data.toString().startsWith('HTTP/1.1 200')) following += 1
        else refused += 1
        socket.pause()
      })
      return socket
    })
    await expect.poll(() => following + refused, { timeout: 20_000 }).toBe(400)
    expect(following).toBeGreaterThan(0)
    expect(following).toBeLessThanOrEqual(256)

    await stage.human.deny(id)
    expect(await program.call('list_mfa_devices', ALICE)).toContain('"status":"ok"')
    for (const socket of sockets) socket.destroy()
    expect(await program.stop()).toBe(0)
  })
})

test('the service refuses to start where anybody could call', async () => {
  await onStage(async (stage) => {
    const without = await stage.run(['http', '--port', '0'])
    expect(without).toMatchObject({ code: 1, stdout: '' })
    expect(without.stderr).toContain('PINGONE_MFA_HTTP_ISSUER')

    const everywhere = await stage.run(['http', '--port', '0', '--host', '0.0.0.0', '--insecure-loopback'])
    expect(everywhere).toMatchObject({ code: 2, stdout: '' })

    const odd = await stage.run(['http', '--port', 'x'])
    expect(odd).toMatchObject({ code: 2, stdout: '' })
  })
})
