import { describe, expect, test } from 'vitest'
import { FIXED_IDS } from '../../src/sandbox/people.ts'
import { actions, detail, openTenant, vendor } from './tenant.ts'

const PASSWORD = `/users/${FIXED_IDS.alice}/password`
const GOOD = 'Correct-Horse-1'

const set = vendor('password.set')
const check = vendor('password.check')

describe('a password', () => {
  test.each([set, vendor('password.setValue')])('is set as %s, and its state alone is shown', async (contentType) => {
    const tenant = await openTenant()

    const put = await tenant.ask('PUT', PASSWORD, { contentType, body: { value: GOOD, forceChange: true } })
    const read = await tenant.ask('GET', PASSWORD)

    expect([put.status, read.body.status]).toEqual([200, 'MUST_CHANGE_PASSWORD'])
    expect(`${put.text}${read.text}`).not.toContain(GOOD)
    expect(tenant.sandbox.state.passwordOf('alice@example.com')).toMatchObject({ value: GOOD, mustChange: true })
    expect(tenant.sandbox.changes).toMatchObject([{ action: 'password.set', userId: FIXED_IDS.alice }])
  })

  test('is taken away by a setValue without a value', async () => {
    const tenant = await openTenant()

    const put = await tenant.ask('PUT', PASSWORD, { contentType: vendor('password.setValue'), body: {} })

    expect(put.body.status).toBe('NO_PASSWORD')
  })

  test.each<[string, unknown, number]>([
    [set, { value: 'short' }, 400],
    [set, { value: 'short', bypassPolicy: true }, 200],
    [set, { value: '{BCRYPT}' }, 200],
    [set, {}, 400],
    ['application/json', { value: GOOD }, 415],
    [vendor('password.reset'), { currentPassword: 'wrong', newPassword: GOOD }, 400],
  ])('put as %s with %j is answered with %i', async (contentType, body, status) => {
    const tenant = await openTenant()
    const before = tenant.sandbox.state.passwordOf(FIXED_IDS.alice)?.value

    const answer = await tenant.ask('PUT', PASSWORD, { contentType, body })

    expect(answer.status).toBe(status)
    expect(tenant.sandbox.state.passwordOf(FIXED_IDS.alice)?.value === before).toBe(status !== 200)
  })

  test('is changed by its owner, who knows the present one', async () => {
    const tenant = await openTenant()
    await tenant.ask('PUT', PASSWORD, { contentType: set, body: { value: GOOD } })

    const body = { currentPassword: GOOD, newPassword: 'Battery-Staple-2' }
    const answer = await tenant.ask('PUT', PASSWORD, { contentType: vendor('password.reset'), body })

    expect(answer.status).toBe(200)
    expect(tenant.sandbox.state.passwordOf(FIXED_IDS.alice)?.value).toBe('Battery-Staple-2')
  })

  test('is locked by five wrong ones, the right one included, until it is unlocked', async () => {
    const tenant = await openTenant()
    await tenant.ask('PUT', PASSWORD, { contentType: set, body: { value: GOOD } })
    const attempt = (password: string) => tenant.ask('POST', PASSWORD, { contentType: check, body: { password } })

    for (let wrong = 0; wrong < 5; wrong += 1) expect((await attempt('wrong')).status).toBe(400)
    const locked = await attempt(GOOD)
    const unlocked = await tenant.ask('POST', PASSWORD, { contentType: vendor('password.unlock') })
    const right = await attempt(GOOD)

    expect(detail(locked)).toMatchObject({ status: 400, detail: 'INVALID_VALUE', target: 'password' })
    expect([unlocked.body.status, right.status]).toEqual(['OK', 200])
    expect(actions(tenant)).toHaveLength(9)
  })

  test('must be changed where that is demanded, and where there is one', async () => {
    const tenant = await openTenant()
    const contentType = 'application/vnd.pingidentity.password.forceChange'
    const { id } = tenant.sandbox.levers.addUser({ email: 'nobody@example.com' })

    const forced = await tenant.ask('POST', PASSWORD, { contentType })
    const none = await tenant.ask('POST', `/users/${id}/password`, { contentType })

    expect(forced.body.status).toBe('MUST_CHANGE_PASSWORD')
    expect(detail(none)).toMatchObject({ status: 400, detail: 'NO_PASSWORD' })
  })
})
