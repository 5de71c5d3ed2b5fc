import { inspect } from 'node:util'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { cleanNickname } from '../../src/pingone/answer-text.ts'
import { deviceLabel } from '../../src/pingone/device-label.ts'
import {
  activateDeviceCall,
  createSmsDeviceCall,
  deviceSchema,
  listDevices,
  readDevice,
  removeDeviceCall,
} from '../../src/pingone/devices.ts'
import { readEnvironment } from '../../src/pingone/environments.ts'
import { listRoleAssignments } from '../../src/pingone/role-assignments.ts'
import { bench, DEVICE_ID, DEVICE_PATH, ENVIRONMENT_ID, ENVIRONMENT_PATH, failure, USER_ID } from './bench-client.ts'
import { CORRELATION_ID, problem } from './scripted-peer.ts'

const DEVICES_PATH = `${ENVIRONMENT_PATH}/users/${USER_ID}/devices`
const here = { environmentId: ENVIRONMENT_ID }

const sms = {
  _links: { self: { href: 'x' } },
  id: DEVICE_ID,
  type: 'SMS',
  status: 'ACTIVE',
  nickname: 'Work phone',
  phone: '+12025550150',
  lock: { status: 'UNLOCKED' },
  block: { status: 'BLOCKED', blockedAt: '2026-11-20T14:25:07.044Z' },
  createdAt: '2026-09-22T13:07:15.115Z',
  updatedAt: '2026-11-20T14:25:07.045Z',
  testMode: true,
}

describe('reading devices', () => {
  it('lists the devices of a user without a limit, which PingOne does not know there', async () => {
    const { peer, client } = await bench()
    peer.onApi({ json: { _embedded: { devices: [sms] }, size: 1 } })

    const devices = await listDevices(client, USER_ID)

    expect(devices).toEqual([
      {
        id: DEVICE_ID,
        type: 'SMS',
        status: 'ACTIVE',
        label: 'SMS +1•••••••0150',
        nickname: 'Work phone',
        phone: '+12025550150',
        blocked: true,
        locked: false,
        createdAt: '2026-09-22T13:07:15.115Z',
        updatedAt: '2026-11-20T14:25:07.045Z',
      },
    ])
    expect(peer.apiRequests()[0]).toMatchObject({ path: `/v1${DEVICES_PATH}`, query: '' })
  })

  it('takes types and statuses that it does not know', async () => {
    const { peer, client } = await bench()
    const novel = { id: DEVICE_ID, type: 'HOLOGRAM', status: 'DREAMING', createdAt: 'x', lock: { status: 'LOCKED' } }
    peer.onApi({ json: { _embedded: { devices: [novel] } } })

    const [device] = await listDevices(client, USER_ID)

    expect(device).toMatchObject({
      type: 'HOLOGRAM',
      label: 'HOLOGRAM',
      status: 'DREAMING',
      locked: true,
      blocked: false,
    })
    expect(device).not.toHaveProperty('nickname')
  })

  it('reads one device', async () => {
    const { peer, client } = await bench()
    peer.onApi({ json: sms })

    expect(await readDevice(client, USER_ID, DEVICE_ID)).toMatchObject({ id: DEVICE_ID, label: 'SMS +1•••••••0150' })
    expect(peer.apiRequests()[0]?.path).toBe(`/v1${DEVICE_PATH}`)
  })

  it('is DEVICE_NOT_FOUND where the user has none with this id', async () => {
    const { peer, client } = await bench()
    peer.onApi(problem(404, 'NOT_FOUND'))

    const error = await failure(readDevice(client, USER_ID, DEVICE_ID))

    expect(error).toMatchObject({ code: 'DEVICE_NOT_FOUND', status: 404, correlationId: CORRELATION_ID })
  })

  it('is USER_NOT_FOUND where the user of a list is gone', async () => {
    const { peer, client } = await bench()
    peer.onApi(problem(404, 'NOT_FOUND'))

    expect(await failure(listDevices(client, USER_ID))).toMatchObject({ code: 'USER_NOT_FOUND' })
  })

  it('refuses a device id that would leave its segment', async () => {
    const { peer, client } = await bench()

    expect(await failure(readDevice(client, USER_ID, '..'))).toMatchObject({ code: 'INVALID_INPUT' })
    expect(peer.seen).toHaveLength(0)
  })

  it('does not take a device whose id cannot be shown', async () => {
    const { peer, client } = await bench()
    peer.onApi({ json: { ...sms, id: 'a\u202Eb' } })

    const error = await failure(readDevice(client, USER_ID, DEVICE_ID))

    expect(error).toMatchObject({ code: 'PINGONE_UNEXPECTED_RESPONSE' })
    expect(error.message).toContain('the field id')
  })
})

describe('the label of a device', () => {
  it.each([
    [{ type: 'SMS', phone: '+12025550150' }, 'SMS +1•••••••0150'],
    [{ type: 'SMS', phone: '+1.202.555.0150' }, 'SMS +1•••••••0150'],
    [{ type: 'VOICE', phone: '+447700900123' }, 'Voice +44•••••••0123'],
    [{ type: 'WHATSAPP', phone: '+491701234567' }, 'WhatsApp +49•••••••4567'],
    [{ type: 'SMS', phone: '0150' }, 'SMS •••••••'],
    [{ type: 'SMS' }, 'SMS'],
    [{ type: 'EMAIL', email: 'alice@example.com' }, 'Email a•••@example.com'],
    [{ type: 'TOTP' }, 'TOTP'],
    [{ type: 'FIDO2' }, 'FIDO2'],
    [{ type: 'MOBILE' }, 'Mobile app'],
    [{ type: 'OATH_TOKEN' }, 'OATH token'],
    [{ type: 'constructor' }, 'constructor'],
  ])('of %j is %j', (device, label) => {
    expect(deviceLabel(device)).toBe(label)
  })
})

describe('a nickname', () => {
  it.each([
    ['Work phone', 'Work phone'],
    ['Büro 2', 'Büro 2'],
    ['my +1 (202) 555-0150 phone', 'my +1•••••••0150 phone'],
    ['tel2025550150', 'tel•••••••0150'],
    ['+1\u200B202\u200B5550150', '+1•••••••0150'],
    ['alice@example.com', 'a•••@example.com'],
    ['alice\uFF20example.com', '•••'],
    ['\u0662\u0660\u0662\u0665\u0665\u0665\u0660\u0661\u0665\u0660', '•••••••'],
    ['bought 2026-11-24', 'bought 2026-11-24'],
    ['\u001B[2J\u202Eevil\r\nline', 'evil line'],
  ])('%j is shown as %j', (nickname, shown) => {
    expect(cleanNickname(nickname)).toBe(shown)
  })

  it('never shows the number of a phone, however it is written in it', () => {
    const separator = fc.constantFrom('', ' ', '-', '.', '/', ') ', '\u200B', '\u2011', ' - ')
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 8, maxLength: 15 }),
        fc.array(separator, { minLength: 15, maxLength: 15 }),
        fc.string({ unit: 'grapheme', maxLength: 10 }).filter((text) => !/\p{Nd}/u.test(text)),
        (digits, separators, around) => {
          const number = digits.map((digit, at) => `${digit}${separators[at]}`).join('')
          const shown = cleanNickname(`${around}${number}${around}`)
          // At most the last four digits, and a calling code of up to three.
          expect(shown.replaceAll(/\D/g, '').length).toBeLessThanOrEqual(7)
        },
      ),
    )
  })
})

describe('a changing call', () => {
  it('removes one device, not the order of them', () => {
    expect(removeDeviceCall(here, { userId: USER_ID, deviceId: DEVICE_ID })).toEqual({
      method: 'DELETE',
      path: DEVICE_PATH,
    })
  })

  it('creates an SMS device that still has to be activated', () => {
    expect(createSmsDeviceCall(here, { userId: USER_ID, phone: '+12025550150', nickname: 'Work' })).toEqual({
      method: 'POST',
      path: DEVICES_PATH,
      contentType: 'application/json',
      body: { type: 'SMS', phone: '+12025550150', status: 'ACTIVATION_REQUIRED', nickname: 'Work' },
    })
    expect(createSmsDeviceCall(here, { userId: USER_ID, phone: '+1' }).body).not.toHaveProperty('nickname')
  })

  it('activates by the media type, the code as a string', () => {
    expect(activateDeviceCall(here, { userId: USER_ID, deviceId: DEVICE_ID, otp: '012345' })).toEqual({
      method: 'POST',
      path: DEVICE_PATH,
      contentType: 'application/vnd.pingidentity.device.activate+json',
      body: { otp: '012345' },
    })
  })

  it('is sent as it stands, and its answer is a device', async () => {
    const { peer, client } = await bench()
    peer.onApi({ status: 201, json: { ...sms, status: 'ACTIVATION_REQUIRED' } })
    const call = createSmsDeviceCall(here, { userId: USER_ID, phone: '+12025550150' })

    const { data } = await client.request({ ...call, schema: deviceSchema() })

    expect(data).toMatchObject({ id: DEVICE_ID, status: 'ACTIVATION_REQUIRED' })
    expect(JSON.parse(peer.apiRequests()[0]!.body)).toEqual(call.body)
  })

  it('does not repeat the number where PingOne does not like it', async () => {
    const { peer, client, logged } = await bench()
    peer.onApi(
      problem(400, 'INVALID_DATA', [
        { code: 'INVALID_VALUE', target: 'phone', message: '12025550150 / +1 202 555 0150' },
      ]),
    )

    const error = await failure(client.request(createSmsDeviceCall(here, { userId: USER_ID, phone: '+12025550150' })))

    expect(`${inspect(error)}${logged.join()}`).not.toMatch(/202 ?555 ?0150/)
  })
})

describe('other resources', () => {
  it('reads the environment', async () => {
    const { peer, client } = await bench()
    peer.onApi({ json: { id: ENVIRONMENT_ID, name: 'Test\u202E', type: 'SANDBOX', region: 'EU', license: {} } })

    expect(await readEnvironment(client)).toEqual({ id: ENVIRONMENT_ID, name: 'Test', type: 'SANDBOX', region: 'EU' })
  })

  it('reads the roles of a user, the built-in ones by name', async () => {
    const { peer, client } = await bench()
    const assignment = (id: string, type: string) => ({ id: 'x', role: { id }, scope: { id: 'y', type } })
    const custom = 'dddddddd-0000-4000-8000-000000000001'
    const roleAssignments = [
      assignment('29ddce68-cd7f-4b2a-b6fc-f7a19553b496', 'ORGANIZATION'),
      assignment(custom, 'ENVIRONMENT'),
    ]
    peer.onApi({ json: { _embedded: { roleAssignments } } })

    expect(await listRoleAssignments(client, { userId: USER_ID })).toEqual([
      { roleId: '29ddce68-cd7f-4b2a-b6fc-f7a19553b496', roleName: 'Environment Admin', scopeType: 'ORGANIZATION' },
      { roleId: custom, scopeType: 'ENVIRONMENT' },
    ])
    expect(peer.apiRequests()[0]?.path).toBe(`/v1${ENVIRONMENT_PATH}/users/${USER_ID}/roleAssignments`)
  })
})
