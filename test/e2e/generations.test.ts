import { expect, test } from 'vitest'
import { FIXED_IDS } from '../../src/sandbox/people.ts'
import { onStage } from './stage.ts'

const GENERATIONS = ['v1', 'v2'] as const

const READS = { readOnlyHint: true, destructiveHint: false, idempotentHint: true, openWorldHint: true }
const LOCAL = { ...READS, openWorldHint: false }
const CHANGES = { readOnlyHint: false, destructiveHint: false, idempotentHint: false, openWorldHint: true }
const DESTROYS = { readOnlyHint: false, destructiveHint: true, idempotentHint: false, openWorldHint: true }

/** The order, and what each tool takes and is. */
const EXPECTED = [
  { name: 'check_connection', arguments: [], annotations: READS },
  { name: 'list_mfa_devices', arguments: ['email'], annotations: READS },
  { name: 'add_sms_device', arguments: ['email', 'phone', 'nickname?', 'reason?'], annotations: CHANGES },
  { name: 'activate_mfa_device', arguments: ['email', 'deviceId', 'otp?', 'reason?'], annotations: CHANGES },
  { name: 'unpair_mfa_device', arguments: ['email', 'deviceId', 'reason?'], annotations: DESTROYS },
  { name: 'reset_mfa_devices', arguments: ['email', 'reason?'], annotations: DESTROYS },
  { name: 'search_endpoints', arguments: ['query', 'service?', 'method?', 'limit?'], annotations: LOCAL },
  { name: 'describe_endpoint', arguments: ['endpoint'], annotations: LOCAL },
  { name: 'read_endpoint', arguments: ['endpoint', 'path?', 'query?', 'fields?', 'limit?'], annotations: READS },
  {
    name: 'change_endpoint',
    arguments: ['endpoint', 'path?', 'query?', 'body?', 'reason?'],
    annotations: DESTROYS,
  },
  { name: 'check_approval', arguments: ['token', 'waitSeconds?'], annotations: LOCAL },
  { name: 'execute_approved_action', arguments: ['token'], annotations: { ...DESTROYS, idempotentHint: true } },
]

test.each(GENERATIONS)('lists the tools of the contract to a client of generation %s', async (generation) => {
  await onStage(async (stage) => {
    const session = await stage.connect({ generation })

    const listed = await session.tools()

    const seen = listed.map(({ name, inputSchema, annotations }) => {
      const { properties = {}, required = [] } = inputSchema as { properties?: object; required?: string[] }
      const names = Object.keys(properties).map((key) => (required.includes(key) ? key : `${key}?`))
      return { name, arguments: names, annotations }
    })
    expect(seen).toEqual(EXPECTED)
    for (const { title, description, inputSchema, outputSchema } of listed) {
      expect(title).toMatch(/^[A-Z].{5,}/)
      expect(description).toMatch(/^[A-Z].{20,}\.$/s)
      expect(inputSchema).toMatchObject({ type: 'object', additionalProperties: false })
      expect(outputSchema).toMatchObject({ type: 'object', required: ['status'] })
    }
  })
})

test('lists the same to both generations', async () => {
  await onStage(async (stage) => {
    const [first, second] = await Promise.all(GENERATIONS.map((generation) => stage.connect({ generation })))

    expect(await first?.tools()).toEqual(await second?.tools())
  })
})

test.each(GENERATIONS)('adds, activates, unpairs and resets for a client of generation %s', async (generation) => {
  await onStage(async (stage) => {
    await stage.human.enrol()
    const session = await stage.connect({ generation })
    const { state, levers } = stage.sandbox
    const email = 'bob@example.com'
    const approved = async (tool: string, args: Record<string, unknown>) => {
      const asked = await session.call(tool, { email, ...args })
      expect(asked.structured.status).toBe('approval_required')
      await stage.human.approve(asked.structured.approval.id)
      return session.call('execute_approved_action', { token: asked.structured.approval.token })
    }

    const before = await session.call('list_mfa_devices', { email })
    const added = await approved('add_sms_device', { phone: '+46701740606', nickname: 'Spare' })
    const deviceId = added.structured.outcome.devices[0]?.id ?? ''
    const pending = state.device(deviceId)
    const activated = await session.call('activate_mfa_device', { email, deviceId, otp: levers.otpOf(deviceId) })
    const active = state.devicesOf(email).map(({ type, status }) => `${type} ${status}`)
    const unpaired = await approved('unpair_mfa_device', { deviceId: FIXED_IDS.bobKey })
    const left = state.devicesOf(email).map(({ id }) => id)
    const reset = await approved('reset_mfa_devices', {})

    expect(before.structured.devices.map(({ label }) => label)).toEqual(['FIDO2'])
    expect(pending).toMatchObject({ status: 'ACTIVATION_REQUIRED', phone: '+46701740606', nickname: 'Spare' })
    expect(activated.structured.outcome.devices).toMatchObject([{ id: deviceId, result: 'activated' }])
    expect(active).toEqual(['FIDO2 ACTIVE', 'SMS ACTIVE'])
    expect(unpaired.structured).toMatchObject({ status: 'completed', action: 'unpair_mfa_device', replayed: false })
    expect(left).toEqual([deviceId])
    expect(reset.structured.outcome.devices).toMatchObject([{ id: deviceId, result: 'removed' }])
    expect(state.devicesOf(email)).toEqual([])
    expect(stage.sandbox.changes.map(({ action }) => action)).toEqual([
      'device.create',
      'device.activate',
      'device.remove',
      'device.remove',
    ])
  })
})
