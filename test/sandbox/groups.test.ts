import { describe, expect, test } from 'vitest'
import { DIRECTORY_IDS } from '../../src/sandbox/directory-seed.ts'
import { FIXED_IDS } from '../../src/sandbox/people.ts'
import { actions, detail, openTenant, populationId } from './tenant.ts'

const { engineering, platform, helpDesk, migration } = DIRECTORY_IDS
const names = (items: { name: string }[]) => items.map(({ name }) => name)
const ids = (items: { id: string }[]) => items.map(({ id }) => id)

describe('the list of groups', () => {
  test.each([
    ['', ['Engineering', 'Platform team', 'Help desk', 'Migration project', 'On call']],
    ['name eq "help DESK"', ['Help desk']],
    ['name sw "P"', ['Platform team']],
    [`id eq "${engineering}"`, ['Engineering']],
    ['name eq "nothing"', []],
  ])('answers "%s"', async (filter, expected) => {
    const tenant = await openTenant()

    const query = filter === '' ? '' : `?filter=${encodeURIComponent(filter)}`
    const answer = await tenant.ask('GET', `/groups${query}`)

    expect(names(answer.body._embedded.groups)).toEqual(expected)
  })

  test('has pages', async () => {
    const tenant = await openTenant()

    const first = await tenant.ask('GET', '/groups?limit=3')
    const authorization = `Bearer ${await tenant.token()}`
    const next = first.body._links.next.href.replace(tenant.server.url, '')
    const second = await tenant.send('GET', next, { headers: { authorization } })

    expect([first.body.count, first.body.size, second.body.size]).toEqual([5, 3, 2])
    expect(second.body._links).not.toHaveProperty('next')
  })

  test('refuses other filters', async () => {
    const tenant = await openTenant()

    const answer = await tenant.ask('GET', `/groups?filter=${encodeURIComponent('description eq "x"')}`)

    expect(detail(answer)).toMatchObject({ status: 400, detail: 'INVALID_FILTER' })
  })
})

describe('a group', () => {
  test('is made, replaced and deleted', async () => {
    const tenant = await openTenant()

    const made = await tenant.ask('POST', '/groups', { body: { name: 'Design', description: 'Colours' } })
    const path = `/groups/${made.body.id}`
    const put = await tenant.ask('PUT', path, { body: { name: 'Design team', unknown: 1 } })
    const state = tenant.sandbox.state.group(made.body.id)
    const deleted = await tenant.ask('DELETE', path)

    expect([made.status, made.headers.get('location')]).toEqual([201, expect.stringContaining(path)])
    expect(put.body).toMatchObject({ name: 'Design team', directMemberCounts: { users: 0 } })
    expect(put.body).not.toHaveProperty('description')
    expect(state).toMatchObject({ name: 'Design team', description: undefined })
    expect([deleted.status, tenant.sandbox.state.group(made.body.id)]).toEqual([204, undefined])
    expect(actions(tenant)).toEqual(['group.create', 'group.update', 'group.remove'])
  })

  test('counts its members, and those of the groups in it where that is asked for', async () => {
    const tenant = await openTenant()

    const plain = await tenant.ask('GET', `/groups/${engineering}`)
    const whole = await tenant.ask('GET', `/groups/${engineering}?include=totalMemberCounts`)

    expect(plain.body).toMatchObject({ directMemberCounts: { users: 3 } })
    expect(plain.body).not.toHaveProperty('totalMemberCounts')
    expect(whole.body).toMatchObject({ totalMemberCounts: { users: 5 } })
  })

  test.each<[unknown, string, string]>([
    [{}, 'REQUIRED_VALUE', 'name'],
    [{ name: 'Engineering' }, 'UNIQUENESS_VIOLATION', 'name'],
    [{ name: 'New', population: { id: 'nowhere' } }, 'INVALID_VALUE', 'population.id'],
    [{ name: '' }, 'OUT_OF_RANGE', 'name'],
  ])('is not made of %j', async (body, code, target) => {
    const tenant = await openTenant()

    const answer = await tenant.ask('POST', '/groups', { body })

    expect(detail(answer)).toEqual({ status: 400, code: 'INVALID_DATA', detail: code, target })
    expect(tenant.sandbox.changes).toEqual([])
  })

  test('shares its name with a group of another population, and with none of the environment', async () => {
    const tenant = await openTenant()
    const body = { name: 'Migration project' }

    const wide = await tenant.ask('POST', '/groups', { body })
    const population = { id: populationId(tenant, 'Partners') }
    const other = await tenant.ask('POST', '/groups', { body: { ...body, population } })

    expect([wide.status, other.status]).toEqual([400, 201])
  })

  test('of no population is beyond a worker who administers one', async () => {
    const tenant = await openTenant()
    const contractors = populationId(tenant, 'Contractors')
    tenant.sandbox.levers.setWorkerRoles([{ role: 'IDENTITY_DATA_ADMIN', populationId: contractors }])

    const all = await tenant.ask('GET', '/groups')
    const one = await tenant.ask('GET', `/groups/${engineering}`)
    const made = await tenant.ask('POST', '/groups', { body: { name: 'Design' } })

    expect(names(all.body._embedded.groups)).toEqual(['Migration project'])
    expect([one.status, made.status]).toEqual([404, 403])
  })
})

describe('a member', () => {
  const CAROL = `/users/${FIXED_IDS.carol}/memberOfGroups`

  test('is added once, and leaves', async () => {
    const tenant = await openTenant()

    const added = await tenant.ask('POST', CAROL, { body: { id: engineering } })
    const twice = await tenant.ask('POST', CAROL, { body: { id: engineering } })
    const there = tenant.sandbox.state.groupsOf('carol@example.com')
    const removed = await tenant.ask('DELETE', `${CAROL}/${engineering}`)
    const again = await tenant.ask('DELETE', `${CAROL}/${engineering}`)

    expect(added.status).toBe(201)
    expect(added.body).toMatchObject({ id: engineering, name: 'Engineering', type: 'DIRECT' })
    expect(detail(twice)).toMatchObject({ status: 400, detail: 'UNIQUENESS_VIOLATION' })
    expect(names(there)).toEqual(['Engineering'])
    expect([removed.status, again.status]).toEqual([204, 404])
    expect(tenant.sandbox.state.groupsOf('carol@example.com')).toEqual([])
    expect(tenant.sandbox.changes).toMatchObject([
      { action: 'membership.add', userId: FIXED_IDS.carol, groupId: engineering },
      { action: 'membership.remove', userId: FIXED_IDS.carol, groupId: engineering },
    ])
  })

  test('is one of the group above too, indirectly, and does not leave that one', async () => {
    const tenant = await openTenant()
    const path = `/users/${FIXED_IDS.dave}/memberOfGroups`

    const all = await tenant.ask('GET', path)
    const one = await tenant.ask('GET', `${path}/${engineering}`)
    const removed = await tenant.ask('DELETE', `${path}/${engineering}`)

    expect(all.body._embedded.groupMemberships).toMatchObject([
      { id: platform, type: 'DIRECT' },
      { id: engineering, type: 'INDIRECT' },
    ])
    expect([one.status, removed.status]).toEqual([200, 404])
  })

  test('is shown with the group where that is asked for', async () => {
    const tenant = await openTenant()

    const answer = await tenant.ask('GET', `/users/${FIXED_IDS.alice}/memberOfGroups?expand=group`)

    expect(answer.body._embedded.groupMemberships).toMatchObject([
      { _embedded: { group: { id: engineering, description: 'Everybody who builds the product' } } },
    ])
  })

  test('names the groups in the user, and is found by them', async () => {
    const tenant = await openTenant()
    const filter = `(memberOfGroups[id eq "${engineering}"]) and enabled eq true`

    const user = await tenant.ask('GET', `/users/${FIXED_IDS.dave}?include=memberOfGroupIDs,memberOfGroupNames`)
    const found = await tenant.ask('GET', `/users?filter=${encodeURIComponent(filter)}`)

    expect(user.body).toMatchObject({
      memberOfGroupIDs: [platform, engineering],
      memberOfGroupNames: ['Platform team', 'Engineering'],
    })
    expect(ids(found.body._embedded.users)).toEqual(expect.arrayContaining([FIXED_IDS.alice, FIXED_IDS.dave]))
    expect(found.body.size).toBe(5)
  })

  test.each<[unknown, string]>([
    [{}, 'REQUIRED_VALUE'],
    [{ id: 'nothing' }, 'INVALID_VALUE'],
    [{ id: migration }, 'CONSTRAINT_VIOLATION'],
  ])('is not added by %j', async (body, code) => {
    const tenant = await openTenant()

    const answer = await tenant.ask('POST', CAROL, { body })

    expect(detail(answer)).toEqual({ status: 400, code: 'INVALID_DATA', detail: code, target: 'id' })
  })
})

describe('a group in a group', () => {
  const path = `/groups/${helpDesk}/memberOfGroups`

  test('is put there, seen, and taken out', async () => {
    const tenant = await openTenant()

    const added = await tenant.ask('POST', path, { body: { id: platform } })
    const all = await tenant.ask('GET', path)
    const one = await tenant.ask('GET', `${path}/${engineering}`)
    const removed = await tenant.ask('DELETE', `${path}/${platform}`)

    expect(added.body).toMatchObject({ id: platform, type: 'DIRECT' })
    expect(all.body._embedded.groupMemberships).toMatchObject([
      { id: platform, type: 'DIRECT' },
      { id: engineering, type: 'INDIRECT' },
    ])
    expect([added.status, one.status, removed.status]).toEqual([201, 200, 204])
    expect(tenant.sandbox.state.group('Help desk')?.memberOfGroups).toEqual([])
    expect(actions(tenant)).toEqual(['membership.add', 'membership.remove'])
  })

  test.each([
    [engineering, platform, 'CONSTRAINT_VIOLATION'],
    [engineering, engineering, 'CONSTRAINT_VIOLATION'],
    [platform, engineering, 'UNIQUENESS_VIOLATION'],
    [platform, 'nothing', 'INVALID_VALUE'],
  ])('is refused for %s in %s', async (inner, outer, code) => {
    const tenant = await openTenant()

    const answer = await tenant.ask('POST', `/groups/${inner}/memberOfGroups`, { body: { id: outer } })

    expect(detail(answer)).toMatchObject({ status: 400, detail: code, target: 'id' })
  })

  test('is none any more where the outer one is deleted', async () => {
    const tenant = await openTenant()

    await tenant.ask('DELETE', `/groups/${engineering}`)

    expect(tenant.sandbox.state.group(platform)?.memberOfGroups).toEqual([])
  })
})
