import { describe, expect, test } from 'vitest'
import { DIRECTORY_IDS } from '../../src/sandbox/directory-seed.ts'
import { FIXED_IDS } from '../../src/sandbox/people.ts'
import { ROLE_IDS } from '../../src/sandbox/roles.ts'
import { detail, openTenant } from './tenant.ts'

const { engineering, helpDesk } = DIRECTORY_IDS

describe('roles', () => {
  const role = { id: ROLE_IDS.IDENTITY_DATA_ADMIN }

  test.each([
    [`/users/${FIXED_IDS.alice}`, { userId: FIXED_IDS.alice }],
    [`/groups/${engineering}`, { groupId: engineering }],
    [`/applications/${DIRECTORY_IDS.portal}`, { applicationId: DIRECTORY_IDS.portal }],
  ])('are granted to %s, read and revoked', async (holder, subject) => {
    const tenant = await openTenant()
    const path = `${holder}/roleAssignments`
    const scope = { id: tenant.sandbox.tenant.environmentId, type: 'ENVIRONMENT' }

    const granted = await tenant.ask('POST', path, { body: { role, scope } })
    const twice = await tenant.ask('POST', path, { body: { role, scope } })
    const one = await tenant.ask('GET', `${path}/${granted.body.id}`)
    const revoked = await tenant.ask('DELETE', `${path}/${granted.body.id}`)
    const all = await tenant.ask('GET', path)

    expect([granted.status, granted.body]).toMatchObject([201, { role, scope }])
    expect(detail(twice).detail).toBe('UNIQUENESS_VIOLATION')
    expect(one.body).toEqual(granted.body)
    expect([revoked.status, all.body._embedded.roleAssignments]).toEqual([204, []])
    expect(tenant.sandbox.changes).toMatchObject([
      { action: 'role.grant', ...subject },
      { action: 'role.revoke', ...subject },
    ])
  })

  test('of the seeded help desk are those of an identity data admin', async () => {
    const tenant = await openTenant()

    const answer = await tenant.ask('GET', `/groups/${helpDesk}/roleAssignments`)

    expect(answer.body._embedded.roleAssignments).toMatchObject([{ role, group: { id: helpDesk } }])
  })

  test('that the worker does not hold it cannot give away', async () => {
    const tenant = await openTenant()
    const { environmentId } = tenant.sandbox.tenant
    const body = { role: { id: ROLE_IDS.ORGANIZATION_ADMIN }, scope: { id: environmentId, type: 'ENVIRONMENT' } }
    const path = `/users/${FIXED_IDS.alice}/roleAssignments`

    const refused = await tenant.ask('POST', path, { body })
    tenant.sandbox.levers.setKnobs({ grantsOfRolesNotHeld: 'allowed' })
    const taken = await tenant.ask('POST', path, { body })

    expect([refused.status, taken.status]).toEqual([403, 201])
  })

  test.each([
    [{ role: { id: 'nothing' } }, 'INVALID_VALUE', 'role.id'],
    [{ scope: { id: 'elsewhere', type: 'ENVIRONMENT' } }, 'INVALID_VALUE', 'scope.id'],
    [{ scope: { id: 'x', type: 'PLANET' } }, 'INVALID_VALUE', 'scope.type'],
    [{ scope: undefined }, 'REQUIRED_VALUE', 'scope'],
  ])('are not granted by %j', async (change, code, target) => {
    const tenant = await openTenant()
    const scope = { id: tenant.sandbox.tenant.environmentId, type: 'ENVIRONMENT' }

    const body = { role, scope, ...change }
    const answer = await tenant.ask('POST', `/groups/${engineering}/roleAssignments`, { body })

    expect(detail(answer)).toEqual({ status: 400, code: 'INVALID_DATA', detail: code, target })
  })

  test('of identity data are not held in an organization', async () => {
    const tenant = await openTenant()
    const scope = { id: tenant.sandbox.tenant.organizationId, type: 'ORGANIZATION' }

    const answer = await tenant.ask('POST', `/groups/${engineering}/roleAssignments`, { body: { role, scope } })

    expect(detail(answer)).toMatchObject({ status: 400, detail: 'CONSTRAINT_VIOLATION', target: 'scope.type' })
  })
})
