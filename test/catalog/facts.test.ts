import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { COMPILED_SERVICES } from '../../scripts/catalog/catalogs.ts'
import { SPECIFICATIONS } from '../../scripts/catalog/fetch-specifications.ts'
import { readSpecification, type Specification } from '../../scripts/catalog/specification.ts'
import { DEFAULT_DENIALS } from '../../src/approval/policy.ts'
import { openCatalogFiles } from '../../src/catalog/load.ts'
import { type EndpointRecord, SERVICES } from '../../src/catalog/record.ts'

const folder = join(import.meta.dirname, '../..', SPECIFICATIONS)
let specifications: Specification[]
let endpoints: readonly EndpointRecord[]

beforeAll(async () => {
  specifications = await Promise.all(SERVICES.map((service) => readSpecification(folder, service)))
  endpoints = await openCatalogFiles().endpoints()
})

const callOf = ({ method, path }: { method: string; path: string }) => `${method} ${path}`
const distinct = (values: readonly string[]) => [...new Set(values)].toSorted()
const callsOf = (service: string) => distinct(endpoints.filter((each) => each.service === service).map(callOf))

describe('nothing is lost and nothing invented', () => {
  test('the specifications have 508 rows, which are 500 different calls', () => {
    const rows = specifications.flatMap(({ operations }) => operations.map(callOf))

    expect(rows).toHaveLength(508)
    expect(distinct(rows)).toHaveLength(500)
    expect(rows.filter((row) => !endpoints.some((endpoint) => callOf(endpoint) === row))).toEqual([])
  })

  test.each([
    ['management', 367],
    ['authorize', 34],
    ['credentials', 36],
    ['risk', 14],
    ['verify', 16],
  ])('%s has the %i calls of its specification and no other', (service, count) => {
    const specification = specifications.find((each) => each.service === service)

    expect(callsOf(service)).toEqual(distinct((specification?.operations ?? []).map(callOf)))
    expect(callsOf(service)).toHaveLength(count)
  })

  test('of calls that several specifications have, one stands for all', () => {
    const overlapping = Map.groupBy(endpoints, callOf)
    const standing = [...overlapping.values()].map(
      (alike) => new Set(alike.filter(({ sameAs }) => sameAs === undefined).map(({ service }) => service)).size,
    )
    const marked = endpoints.filter(({ sameAs }) => sameAs !== undefined)

    expect(standing.filter((services) => services !== 1)).toEqual([])
    expect(marked).toHaveLength(8)
    for (const endpoint of marked) {
      const other = endpoints.find(({ id }) => id === endpoint.sameAs)
      expect(other && callOf(other)).toBe(callOf(endpoint))
      expect(other?.sameAs).toBeUndefined()
    }
  })

  test('operation ids, tags and queries are the specification’s', () => {
    for (const { service, operations } of specifications.filter((each) => each.service !== 'mfa')) {
      for (const operation of operations) {
        const query = operation.parameters.filter(({ in: place }) => place === 'query').map(({ name }) => name)
        const records = endpoints.filter((each) => each.service === service && callOf(each) === callOf(operation))
        for (const record of records) {
          expect(record.operationId).toBe(operation.operationId)
          expect(record.tag).toBe(operation.tags?.[0])
          expect(record.parameters.query.map(({ name }) => name)).toEqual(query)
        }
      }
    }
  })

  test('parameters are those in the path, and a media type is not one of them', () => {
    const wrong = endpoints.filter(({ path, parameters }) => {
      const inPath = [...path.matchAll(/\{([^}]+)\}/g)].map(([, name]) => name ?? '').toSorted()
      const names = parameters.path.map(({ name }) => name).toSorted()
      return inPath.join() !== names.join() || parameters.query.some(({ name }) => /content-type/i.test(name))
    })

    expect(wrong.map(({ id }) => id)).toEqual([])
  })
})

describe('ids', () => {
  test('are unique and readable', () => {
    const ids = endpoints.map(({ id }) => id)

    expect(distinct(ids)).toHaveLength(ids.length)
    for (const { id, service } of endpoints) {
      expect(id).toMatch(/^[a-z]+(\.[a-z][A-Za-z0-9]*){2,}$/)
      expect(id.split('.')[0]).toBe(service)
    }
  })

  test('stay what they are: policies and scripts name them', async () => {
    const lines = endpoints
      .filter(({ service }) => (COMPILED_SERVICES as readonly string[]).includes(service))
      .map(({ id, method, path, contentType }) => [id, method, path, contentType].filter(Boolean).join(' '))

    await expect(`${lines.toSorted().join('\n')}\n`).toMatchFileSnapshot('ids.txt')
  })

  test('of all that is denied by default exist', () => {
    expect(DEFAULT_DENIALS.filter((denied) => !endpoints.some(({ id }) => id === denied))).toEqual([])
  })

  test('tell actions of one call apart by their media type', () => {
    const variants = [...Map.groupBy(endpoints, (each) => `${each.service} ${callOf(each)}`).values()]

    for (const actions of variants) {
      expect(distinct(actions.map(({ contentType = '' }) => contentType))).toHaveLength(actions.length)
    }
  })
})

describe('titles and notes', () => {
  test('a title stands for one endpoint', () => {
    const titles = endpoints.filter(({ sameAs }) => sameAs === undefined).map(({ title }) => title)

    expect(titles.filter((title, index) => titles.indexOf(title) !== index)).toEqual([])
  })

  test('begin with a verb: lists list, and what reads one thing reads', () => {
    const reading = endpoints.filter(({ method, service }) => method === 'GET' && service !== 'mfa')

    for (const { id, title } of reading) {
      expect(title).toMatch(id.endsWith('.list') ? /^List / : /^(Read|Export|Download) /)
    }
  })

  test('name other endpoints by ids that exist', () => {
    const named = endpoints.flatMap(({ notes }) =>
      notes.flatMap((note) => [...note.matchAll(/`([a-z]+\.[A-Za-z]+\.[A-Za-z.]+)`/g)].map(([, id]) => id)),
    )
    const services = new RegExp(`^(${SERVICES.join('|')})\\.`)
    const unknown = named.filter((id) => services.test(id ?? '') && !endpoints.some((endpoint) => endpoint.id === id))

    expect(named.length).toBeGreaterThan(5)
    expect(unknown).toEqual([])
  })
})
