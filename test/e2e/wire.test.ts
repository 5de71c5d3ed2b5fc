import { expect, test } from 'vitest'
import { onStage } from './stage.ts'
import { openWire, type Wire } from './wire.ts'

const MALFORMED = [
  '',
  '   ',
  'hello',
  '{',
  '{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"reset_mfa_devices"',
  'null',
  '7',
  '"text"',
  '[]',
  '[[[[[[[[]]]]]]]]',
  '{}',
  '{"jsonrpc":"1.0","id":1,"method":"tools/list"}',
  '{"jsonrpc":"2.0","method":7,"id":2}',
  '{"jsonrpc":"2.0","id":{},"method":"tools/list"}',
  '{"jsonrpc":"2.0","id":3,"result":{}}',
  '{"jsonrpc":"2.0","id":4,"error":{"code":1,"message":"x"}}',
  '{"jsonrpc":"2.0","id":5,"method":"tools/call","params":[]}',
  '{"jsonrpc":"2.0","id":6,"method":"tools/call","params":{"name":{}}}',
  '{"jsonrpc":"2.0","id":7,"method":"tools/call","params":{"name":"list_mfa_devices","arguments":"x"}}',
  '{"jsonrpc":"2.0","id":8,"method":"tools/call","params":{"name":"no_such_tool","arguments":{}}}',
  '{"jsonrpc":"2.0","id":9,"method":"no/such/method"}',
  '{"jsonrpc":"2.0","id":10,"method":"initialize","params":{}}',
  '{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":"never"}}',
  '{"jsonrpc":"2.0","method":"notifications/nothing"}',
  '\u0000\u0001\u001B[2J',
  '\uFEFF{"jsonrpc":"2.0","id":11,"method":"ping"}',
  `{"jsonrpc":"2.0","id":12,"method":"${'m'.repeat(100_000)}"}`,
  `${'['.repeat(5000)}${']'.repeat(5000)}`,
]

async function listDevices(wire: Wire, id: string): Promise<number> {
  const params = { name: 'list_mfa_devices', arguments: { email: 'alice@example.com' } }
  wire.send({ jsonrpc: '2.0', id, method: 'tools/call', params })
  const { result } = await wire.receive((message) => message.id === id)
  return (result as { structuredContent: { count: number } }).structuredContent.count
}

test('goes on after every line that is no message, and writes nothing but messages', async () => {
  await onStage(async (stage) => {
    const wire = await openWire(stage)

    for (const [index, line] of MALFORMED.entries()) {
      wire.sendText(line)

      expect(await listDevices(wire, `after-${index}`), `after ${line.slice(0, 80)}`).toBe(3)
    }

    for (const line of wire.lines) expect(JSON.parse(line)).toMatchObject({ jsonrpc: '2.0' })
    expect(stage.sandbox.changes).toEqual([])
    expect(await wire.end()).toBe(0)
  })
})

test('takes several messages in one piece, with either line end', async () => {
  await onStage(async (stage) => {
    const wire = await openWire(stage)
    const ping = (id: number) => JSON.stringify({ jsonrpc: '2.0', id, method: 'ping' })

    wire.sendText(`${ping(1)}\n${ping(2)}\r\n${ping(3)}`)
    const answers = await Promise.all([1, 2, 3].map((id) => wire.receive((message) => message.id === id)))

    expect(answers.map(({ result }) => result)).toEqual([{}, {}, {}])
  })
})

test('answers many calls at once, each its own', async () => {
  await onStage(async (stage) => {
    const wire = await openWire(stage)

    const counts = await Promise.all(Array.from({ length: 40 }, (_, index) => listDevices(wire, `call-${index}`)))

    expect(counts).toEqual(Array.from({ length: 40 }, () => 3))
    expect(stage.sandbox.requests.filter(({ host }) => host === 'auth')).toHaveLength(1)
  })
})

test('ends with 0 when stdin ends, also while a call waits for PingOne', async () => {
  await onStage(async (stage) => {
    stage.sandbox.faults.add({ kind: 'hang', match: { path: '/users' } })
    const wire = await openWire(stage)
    const params = { name: 'list_mfa_devices', arguments: { email: 'alice@example.com' } }
    wire.send({ jsonrpc: '2.0', id: 1, method: 'tools/call', params })
    await expect
      .poll(() => stage.sandbox.requests.some(({ fault }) => fault === 'hang'), { timeout: 60_000 })
      .toBe(true)
    const startedAt = performance.now()

    expect(await wire.end()).toBe(0)
    expect(performance.now() - startedAt).toBeLessThan(5000)
  })
})
