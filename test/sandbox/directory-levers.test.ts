import { describe, expect, test } from 'vitest'
import { DIRECTORY_IDS } from '../../src/sandbox/directory-seed.ts'
import { FIXED_IDS } from '../../src/sandbox/people.ts'
import { createSandbox } from '../../src/sandbox/sandbox.ts'
import { openTenant } from './tenant.ts'

describe('the seeded directory', () => {
  test('is the same for the same seed, secrets included', () => {
    const [one, two, other] = [createSandbox({ seed: 7 }), createSandbox({ seed: 7 }), createSandbox({ seed: 8 })]

    const secret = ({ state }: typeof one) => state.application('Staff portal')?.secret
    expect(two.state.groups()).toEqual(one.state.groups())
    expect(secret(two)).toBe(secret(one))
    expect(secret(other)).not.toBe(secret(one))
  })

  test('has groups with people in them, one of them with a role', () => {
    const { state } = createSandbox()

    expect(state.group(DIRECTORY_IDS.engineering)?.userIds).toContain(FIXED_IDS.alice)
    expect(state.group('Help desk')).toMatchObject({
      userIds: [FIXED_IDS.erin, FIXED_IDS.opsManager],
      roleAssignments: [{ role: 'IDENTITY_DATA_ADMIN' }],
    })
    expect(state.groups().filter(({ userIds }) => userIds.length === 0)).toHaveLength(1)
  })

  test('gives out copies, which change nothing', () => {
    const { state } = createSandbox()

    state.group('Engineering')?.userIds.pop()
    state.applications()[0]?.roleAssignments.pop()

    expect(state.group('Engineering')?.userIds).toHaveLength(3)
    expect(state.applications()[0]?.roleAssignments).toHaveLength(2)
  })

  test('is seen through the back door without its secrets', async () => {
    const tenant = await openTenant()

    const answer = await tenant.send('GET', '/_sandbox/state')

    expect(answer.body).toMatchObject({
      groups: expect.arrayContaining([expect.objectContaining({ name: 'On call' })]),
    })
    for (const { secret } of tenant.sandbox.state.applications()) {
      if (secret !== undefined) expect(answer.text).not.toContain(secret)
    }
    const password = tenant.sandbox.state.passwordOf('alice@example.com')
    expect(answer.text).not.toContain(password?.value)
  })
})

describe('levers', () => {
  test('add, change and remove groups and who is in them', () => {
    const { levers, state, changes } = createSandbox()

    levers.addGroup({ name: 'Design' })
    levers.addMember('Design', 'carol@example.com')
    levers.addMember('Design', 'carol@example.com')
    levers.changeGroup('Design', { description: 'Colours' })
    const design = state.group('Design')
    levers.removeMember('Design', 'carol@example.com')

    expect(design).toMatchObject({ description: 'Colours', userIds: [FIXED_IDS.carol] })
    expect(state.groupsOf('carol@example.com')).toEqual([])
    levers.removeGroup('Design')
    expect([state.group('Design'), changes]).toEqual([undefined, []])
  })

  test('add, change and remove applications', () => {
    const { levers, state } = createSandbox()
    const config = { name: 'Canteen', protocol: 'EXTERNAL_LINK', type: 'PORTAL_LINK_APP', enabled: true }

    const { id } = levers.addApplication({ config })
    levers.changeApplication(id, { config: { enabled: false }, secret: 'canary' })
    const canteen = state.application('Canteen')
    levers.removeApplication('Canteen')

    expect(canteen).toMatchObject({ id, config: { ...config, enabled: false }, secret: 'canary' })
    expect(state.application(id)).toBeUndefined()
  })

  test('change the worker’s secret where it is kept', () => {
    const { levers, state, tenant: before } = createSandbox()
    const sandbox = createSandbox()

    levers.changeApplication(before.clientId, { secret: 'canary' })
    sandbox.levers.changeApplication(sandbox.tenant.clientId, { secret: 'canary' })

    expect(state.application(before.clientId)?.secret).toBe('canary')
    expect(sandbox.tenant.clientSecret).toBe('canary')
  })

  test('say so where there is no such thing', () => {
    const { levers } = createSandbox()

    expect(() => levers.removeGroup('Nothing')).toThrow('no group Nothing')
    expect(() => levers.removeApplication('Nothing')).toThrow('no application Nothing')
    expect(() => levers.addMember('Engineering', 'nobody@example.com')).toThrow('no user nobody@example.com')
  })

  test('make lists that are long', async () => {
    const tenant = await openTenant()
    const before = tenant.sandbox.state.users().length

    const added = tenant.sandbox.levers.addPeople(500)
    const more = tenant.sandbox.levers.addPeople(1)
    const page = await tenant.ask('GET', '/users?limit=200')

    expect(new Set([...added, ...more].map(({ email }) => email)).size).toBe(501)
    expect(added[0]?.email).toBe('person.0001@example.com')
    expect([page.body.count, page.body.size]).toEqual([before + 501, 200])
    expect(page.text.length).toBeGreaterThan(100_000)
  })
})
