import { describe, expect, test } from 'vitest'
import { sheetOf } from '../../src/approval/sheet.ts'
import { hostileTexts, unseenIn } from './hostile-texts.ts'
import { faultsOfLog } from './seemly.ts'
import type { Generation } from './session.ts'
import { onStage } from './stage.ts'

const NAMES = ['\u001B[2J\u202Eevil', '<script>alert(1)</script>', `x\u0000${'y'.repeat(100_000)}`, ' ', '\uD800']
const DAVE = 'dave@example.com'

describe.each<Generation>(['v1', 'v2'])('a client of generation %s', (generation) => {
  test('may call itself anything, and a person reads it as plain text', async () => {
    await onStage(async (stage) => {
      await stage.human.enrol()
      const approvals = await stage.human.app.approvals()
      for (const [index, name] of NAMES.entries()) {
        const deviceId = stage.sandbox.state.devicesOf(DAVE)[index]?.id
        const session = await stage.connect({ generation, clientInfo: { name, version: name } })
        const asked = await session.call('unpair_mfa_device', { email: DAVE, deviceId })
        const row = await approvals.find(asked.structured.approval.id)
        await session.close()

        const { requester } = sheetOf(row as NonNullable<typeof row>, { full: true })
        expect(requester).toMatch(/over stdio, run by \S+$/)
        expect({ unseen: unseenIn(requester), isLong: requester.length > 250 }).toEqual({
          unseen: undefined,
          isLong: false,
        })
        await stage.human.deny(asked.structured.approval.id)
      }
    })
  })
})

test('anything at all on the wire is answered or dropped, and the server goes on', async () => {
  await onStage(async (stage) => {
    const texts = hostileTexts(300).map((text) => text.replaceAll(/[\r\n]/g, ' '))
    const initialize = {
      jsonrpc: '2.0',
      id: 'last',
      method: 'initialize',
      params: { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'raw', version: '1' } },
    }
    const lines = [
      ...texts,
      ...texts.map((text) => JSON.stringify(text)),
      ...texts.map((text) => JSON.stringify({ jsonrpc: '2.0', id: 1, method: text, params: { [text]: text } })),
      JSON.stringify(initialize),
    ]

    const { code, stdout, stderr } = await stage.run(['stdio'], { input: `${lines.join('\n')}\n` })

    expect(code).toBe(0)
    const answers = stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as { id?: unknown })
    expect(answers.find(({ id }) => id === 'last')).toMatchObject({
      result: { serverInfo: { name: 'pingone-mfa-mcp' } },
    })
    expect(faultsOfLog(stderr)).toEqual([])
  })
})
