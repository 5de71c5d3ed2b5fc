import { describe, expect, test } from 'vitest'
import { onStage } from './stage.ts'

const READING = [
  'check_connection',
  'list_mfa_devices',
  'search_endpoints',
  'describe_endpoint',
  'read_endpoint',
  'check_approval',
]

describe('read-only mode', () => {
  test.each(['1', 'true', 'yes', 'on', 'TRUE', '2'])('with %j lists no tool that changes something', async (value) => {
    await onStage(async (stage) => {
      const session = await stage.connect({ env: { PINGONE_MFA_READ_ONLY: value } })

      const tools = await session.tools()

      expect(tools.map(({ name }) => name)).toEqual(READING)
      expect(tools.every(({ annotations }) => annotations['readOnlyHint'] === true)).toBe(true)
    })
  })

  test.each(['', '0', 'false', 'off', 'no', ' 0 '])('is off with %j', async (value) => {
    await onStage(async (stage) => {
      const session = await stage.connect({ env: { PINGONE_MFA_READ_ONLY: value } })

      expect(await session.tools()).toHaveLength(12)
    })
  })

  test.each(['v1', 'v2'] as const)('knows no changing tool, whoever calls it (%s)', async (generation) => {
    await onStage(async (stage) => {
      await stage.human.enrol()
      const open = await stage.connect({ generation })
      const { approval } = (await open.call('reset_mfa_devices', { email: 'alice@example.com' })).structured
      await stage.human.approve(approval.id)
      const session = await stage.connect({ generation, env: { PINGONE_MFA_READ_ONLY: '1' } })
      const args = { email: 'alice@example.com', phone: '+12025550155', deviceId: 'x', token: approval.token }

      for (const tool of [
        'add_sms_device',
        'activate_mfa_device',
        'unpair_mfa_device',
        'reset_mfa_devices',
        'change_endpoint',
        'execute_approved_action',
      ]) {
        await expect(session.call(tool, args)).rejects.toThrow(/not found|unknown/i)
      }
      expect((await session.call('list_mfa_devices', { email: 'alice@example.com' })).structured.count).toBe(3)
      expect((await session.call('check_approval', { token: approval.token })).structured.status).toBe('approved')
      expect(stage.sandbox.changes).toEqual([])
    })
  })
})
