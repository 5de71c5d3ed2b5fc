import { describe, expect, test } from 'vitest'
import { actions, detail, openTenant, populationId } from './tenant.ts'

describe('the environment', () => {
  const body = { name: 'Renamed', type: 'PRODUCTION', region: 'EU', license: { id: 'license' } }

  test('takes another name, type and description', async () => {
    const tenant = await openTenant()

    const put = await tenant.ask('PUT', '', { body: { ...body, description: 'For tests', region: 'NA' } })

    expect(put.body).toMatchObject({ name: 'Renamed', type: 'PRODUCTION', description: 'For tests', region: 'EU' })
    expect(tenant.sandbox.tenant).toMatchObject({ environmentName: 'Renamed', environmentType: 'PRODUCTION' })
    expect(actions(tenant)).toEqual(['environment.update'])
  })

  test('loses a description that is left out', async () => {
    const tenant = await openTenant()

    const put = await tenant.ask('PUT', '', { body })

    expect(put.body).not.toHaveProperty('description')
  })

  test('changes its type at an address of its own', async () => {
    const tenant = await openTenant()

    const put = await tenant.ask('PUT', '/type', { body: { type: 'PRODUCTION' } })

    expect([put.status, tenant.sandbox.tenant.environmentType]).toEqual([200, 'PRODUCTION'])
  })

  test.each(['name', 'type', 'region', 'license'])('stays as it is without %s', async (missing) => {
    const tenant = await openTenant()

    const put = await tenant.ask('PUT', '', { body: { ...body, [missing]: undefined } })

    expect(detail(put)).toMatchObject({ status: 400, code: 'INVALID_DATA', target: missing })
    expect(tenant.sandbox.changes).toEqual([])
  })
})

describe('a population', () => {
  test('is made, replaced and deleted', async () => {
    const tenant = await openTenant()

    const made = await tenant.ask('POST', '/populations', { body: { name: 'Alumni', description: 'Have left' } })
    const path = `/populations/${made.body.id}`
    const put = await tenant.ask('PUT', path, { body: { name: 'Former staff' } })
    const read = await tenant.ask('GET', path)
    const deleted = await tenant.ask('DELETE', path)

    expect([made.status, made.body]).toMatchObject([201, { name: 'Alumni', userCount: 0, default: false }])
    expect(put.body).not.toHaveProperty('description')
    expect([read.body.name, deleted.status]).toEqual(['Former staff', 204])
    expect(tenant.sandbox.state.populations()).toHaveLength(3)
    expect(actions(tenant)).toEqual(['population.create', 'population.update', 'population.remove'])
  })

  test('with users in it cannot be deleted, nor the default one', async () => {
    const tenant = await openTenant()
    const { body: empty } = await tenant.ask('POST', '/populations', { body: { name: 'Alumni', default: true } })

    const full = await tenant.ask('DELETE', `/populations/${populationId(tenant, 'Partners')}`)
    const standard = await tenant.ask('DELETE', `/populations/${empty.id}`)

    expect(detail(full)).toMatchObject({ status: 400, detail: 'CONSTRAINT_VIOLATION' })
    expect(detail(standard)).toMatchObject({ status: 400, detail: 'CONSTRAINT_VIOLATION', target: 'default' })
  })

  test('becomes the default in the place of another', async () => {
    const tenant = await openTenant()
    const path = `/populations/${populationId(tenant, 'Partners')}`

    await tenant.ask('PUT', path, { body: { name: 'Partners', default: true } })

    const defaults = tenant.sandbox.state.populations().filter(({ isDefault }) => isDefault)
    expect(defaults.map(({ name }) => name)).toEqual(['Partners'])
  })

  test('is named once', async () => {
    const tenant = await openTenant()

    const made = await tenant.ask('POST', '/populations', { body: { name: 'Partners' } })

    expect(detail(made)).toMatchObject({ status: 400, detail: 'UNIQUENESS_VIOLATION', target: 'name' })
  })

  test.each([
    ['name sw "P"', ['Partners']],
    ['name sw "c"', ['Contractors']],
    ['id eq "nothing"', []],
  ])('is found by %s', async (filter, expected) => {
    const tenant = await openTenant()

    const answer = await tenant.ask('GET', `/populations?filter=${encodeURIComponent(filter)}`)

    expect(answer.body._embedded.populations.map(({ name }) => name)).toEqual(expected)
  })

  test('is listed page by page', async () => {
    const tenant = await openTenant()

    const answer = await tenant.ask('GET', '/populations?limit=2')

    expect([answer.body.count, answer.body.size]).toEqual([3, 2])
    expect(answer.body._links.next.href).toContain('cursor=')
  })
})
