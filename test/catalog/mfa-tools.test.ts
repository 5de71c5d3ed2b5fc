import { describe, expect, test } from 'vitest'
import { compileMfa } from '../../scripts/catalog/mfa.ts'
import type { PingOneCall } from '../../src/lib/call.ts'
import { activateDeviceCall, createSmsDeviceCall, removeDeviceCall } from '../../src/pingone/devices.ts'
import { FIXED_IDS } from '../../src/sandbox/people.ts'
import { TOOLS } from '../../src/tools/index.ts'
import { createAjv } from './mfa-openapi.ts'

const { catalog } = compileMfa()

describe('a dedicated tool', () => {
  test('is there for every endpoint that names one', () => {
    const names = TOOLS.map(({ name }) => name)

    const named = catalog.endpoints.flatMap(({ tool }) => tool ?? [])

    expect(names).toEqual(expect.arrayContaining(named))
    expect(named).toHaveLength(4)
  })

  const at = { environmentId: '11111111-2222-4333-8444-555555555555' }
  const device = { userId: FIXED_IDS.alice, deviceId: '0c5d1f2e-7a46-4b0e-8d3f-2f6b9a1e4c70' }
  test.each<[string, string, PingOneCall]>([
    ['unpair_mfa_device', 'mfa.devices.delete', removeDeviceCall(at, device)],
    ['add_sms_device', 'mfa.devices.create', createSmsDeviceCall(at, { userId: device.userId, phone: '+12025550177' })],
    [
      'add_sms_device',
      'mfa.devices.create',
      createSmsDeviceCall(at, { userId: device.userId, phone: '+12025550177', nickname: 'Work phone' }),
    ],
    ['activate_mfa_device', 'mfa.devices.activate', activateDeviceCall(at, { ...device, otp: '034912' })],
  ])('named %s sends what %s takes', (tool, id, { method, path, contentType, body }) => {
    const fits = (template: string) => new RegExp(`^${template.replace(/\{\w+\}/g, '[^/]+')}$`).test(path)

    const found = catalog.endpoints.filter(
      (record) => record.method === method && fits(record.path) && record.contentType === contentType,
    )

    expect(found.map((record) => [record.id, record.tool])).toEqual([[id, tool]])
    const schema = found[0]?.body
    const validate = createAjv({ discriminator: true }).compile({ ...(schema ?? false), $defs: catalog.$defs })
    expect(schema === undefined ? body === undefined : validate(body)).toBe(true)
  })
})
