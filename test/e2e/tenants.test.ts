import { describe, expect, onTestFinished, test } from 'vitest'
import { sheetOf } from '../../src/approval/sheet.ts'
import { FIXED_IDS } from '../../src/sandbox/people.ts'
import { createSandbox, type Sandbox } from '../../src/sandbox/sandbox.ts'
import { serveSandbox } from '../../src/sandbox/serve.ts'
import { saveConnection } from '../../src/saved-connection.ts'
import { openCanaryListener } from './canary-listener.ts'
import { type Rehearsal, rehearse } from './rehearsal.ts'

const BOB = { email: 'bob@example.com' }
const PHONE = '+46701740605'
const KEY = { ...BOB, deviceId: FIXED_IDS.bobKey }

interface Two {
  here: Rehearsal
  /** Equal environment, users, devices and credentials, on other URLs; the same home folder. */
  there: Rehearsal
  sandboxThere: Sandbox
}

async function openTwo(): Promise<Two> {
  const here = await rehearse()
  await here.enrol()
  const sandboxThere = createSandbox({ clock: here.clock })
  const server = await serveSandbox(sandboxThere)
  onTestFinished(() => server.close())
  const there = await here.again({ PINGONE_API_URL: server.apiUrl, PINGONE_AUTH_URL: server.authUrl })
  expect(sandboxThere.tenant).toEqual(here.sandbox.tenant)
  return { here, there, sandboxThere }
}

async function approved(play: Rehearsal, tool: string, args: Record<string, unknown>) {
  const { approval } = (await play.call(tool, args)).structured
  expect(await play.approve(approval.id)).toMatchObject({ approved: true })
  return approval
}

describe('two tenants with equal ids on one home', () => {
  test("the other tenant's token is unknown, approved or not, run or not", async () => {
    const { here, there, sandboxThere } = await openTwo()
    const { token } = await approved(here, 'unpair_mfa_device', KEY)
    const ask = async () => [
      (await there.call('check_approval', { token })).code,
      (await there.call('execute_approved_action', { token })).code,
    ]

    const before = await ask()
    await here.call('execute_approved_action', { token })
    const after = await ask()

    expect([...before, ...after]).toEqual(Array.from({ length: 4 }, () => 'APPROVAL_UNKNOWN'))
    expect(sandboxThere.changes).toEqual([])
    expect(here.sandbox.changes).toHaveLength(1)
  })

  test.each(['PINGONE_API_URL', 'PINGONE_AUTH_URL'])('another %s alone is another tenant', async (variable) => {
    const { here, there } = await openTwo()
    const { token } = await approved(here, 'unpair_mfa_device', KEY)
    const half = await here.again({ [variable]: there.env[variable] ?? '' })

    const answer = await half.call('execute_approved_action', { token })

    expect(answer.code).toBe('APPROVAL_UNKNOWN')
  })

  test('another environment id alone is another tenant', async () => {
    const { here } = await openTwo()
    const { token } = await approved(here, 'unpair_mfa_device', KEY)
    const elsewhere = await here.again({ PINGONE_ENVIRONMENT_ID: FIXED_IDS.carol })

    const answer = await elsewhere.call('execute_approved_action', { token })

    expect(answer.code).toBe('APPROVAL_UNKNOWN')
  })

  test('the same request is another approval there, and is approved and carried out there alone', async () => {
    const { here, there, sandboxThere } = await openTwo()
    const first = (await here.call('unpair_mfa_device', KEY)).structured.approval
    const second = await approved(there, 'unpair_mfa_device', KEY)
    expect(second.id).not.toBe(first.id)

    await there.call('execute_approved_action', { token: second.token })

    expect((await here.call('execute_approved_action', { token: first.token })).structured.status).toBe(
      'approval_pending',
    )
    expect([here.sandbox.changes.length, sandboxThere.changes.length]).toEqual([0, 1])
  })

  test('a denial and waiting requests here do not count there', async () => {
    const { here, there } = await openTwo()
    await here.deny((await here.call('unpair_mfa_device', KEY)).structured.approval.id)
    for (const n of [5, 6, 7]) await here.call('add_sms_device', { ...BOB, phone: `+4670174060${n}` })
    expect((await here.call('unpair_mfa_device', KEY)).code).toBe('APPROVAL_DENIED')

    const answer = await there.call('unpair_mfa_device', KEY)

    expect(answer.structured.status).toBe('approval_required')
  })

  test('an addition here covers no device there, though it has the same id', async () => {
    const { here, there, sandboxThere } = await openTwo()
    const { token } = await approved(here, 'add_sms_device', { ...BOB, phone: PHONE })
    const added = await here.call('execute_approved_action', { token })
    const deviceId = added.structured.outcome.devices[0]?.id ?? ''
    sandboxThere.levers.addDevice(FIXED_IDS.bob, {
      id: deviceId,
      type: 'SMS',
      phone: PHONE,
      status: 'ACTIVATION_REQUIRED',
    })
    const otp = sandboxThere.levers.otpOf(deviceId) ?? ''

    const answer = await there.call('activate_mfa_device', { ...BOB, deviceId, otp })

    expect(answer.structured.status).toBe('approval_required')
    expect(sandboxThere.changes).toEqual([])
  })

  test('a factor that was removed here is no warning there', async () => {
    const { here, there } = await openTwo()
    const { token } = await approved(here, 'unpair_mfa_device', KEY)
    await here.call('execute_approved_action', { token })
    const warningsOf = async (play: Rehearsal) => {
      const { id } = (await play.call('add_sms_device', { ...BOB, phone: PHONE })).structured.approval
      const row = await (await play.app.approvals()).find(id)
      return sheetOf(row!, { full: true }).warnings.join('\n')
    }

    expect(await warningsOf(here)).toContain('removed here within the last 24 hours')
    expect(await warningsOf(there)).not.toContain('24 hours')
  })
})

describe('a saved secret', () => {
  test.each(['PINGONE_API_URL', 'PINGONE_AUTH_URL'])(
    'does not go anywhere else: another %s gets no connection at all',
    async (variable) => {
      const canary = await openCanaryListener()
      const play = await rehearse()
      const { apiUrl, authUrl } = play.server
      const { environmentId, clientId, clientSecret } = play.sandbox.tenant
      saveConnection(play.home, { version: 1, apiUrl, authUrl, environmentId, clientId, clientSecret })
      const unset = {
        PINGONE_API_URL: '',
        PINGONE_AUTH_URL: '',
        PINGONE_ENVIRONMENT_ID: '',
        PINGONE_CLIENT_ID: '',
        PINGONE_CLIENT_SECRET: '',
      }
      const saved = await play.again(unset)
      const elsewhere = await play.again({ ...unset, [variable]: canary.url })

      const [right, wrong] = [await saved.call('list_mfa_devices', BOB), await elsewhere.call('list_mfa_devices', BOB)]

      expect(right.structured.status).toBe('ok')
      expect(wrong.code).toBe('NOT_CONFIGURED')
      expect(wrong.text).toContain('PINGONE_CLIENT_SECRET')
      expect(canary.connections()).toBe(0)
    },
  )
})
