import * as fc from 'fast-check'
import { beforeAll, expect, test } from 'vitest'
import { openCatalog } from '../../src/catalog/open-catalog.ts'
import { buildPath, pathParameters } from '../../src/pingone/paths.ts'
import { createEndpointNames } from '../../src/telemetry/endpoint-names.ts'

let templates: string[]
let nameOf: (path: string) => string
beforeAll(async () => {
  templates = [...new Set((await openCatalog()).endpoints.map(({ path }) => path))]
  nameOf = createEndpointNames(templates)
})

const sameBut = (template: string) => template.replace(/\{[^}]*\}/g, '{}')

test('every endpoint that is known goes by its own template, whatever stands in its path', () => {
  const values = fc.uuid()

  fc.assert(
    fc.property(fc.constantFrom(...templates), values, (template, value) => {
      const given = Object.fromEntries(pathParameters(template).map((name) => [name, value]))
      expect(sameBut(nameOf(buildPath(template, given)))).toBe(sameBut(template))
    }),
  )
})

test('there are as many names as templates, whatever a caller makes up', () => {
  const known = new Set([...templates, '/{environmentID}/as/token', 'other'])
  const words = fc.oneof(
    fc.string(),
    fc.constantFrom('environments', 'users', 'devices', 'as', 'token', 'alice@example.com'),
  )

  fc.assert(
    fc.property(fc.array(words, { maxLength: 9 }), (segments) => {
      expect(known).toContain(nameOf(`/${segments.join('/')}`))
    }),
  )
})

test.each([
  ['/0d8a3e6c-0000-4000-8000-000000000001/as/token', '/{environmentID}/as/token'],
  ['/environments/users/users/devices', '/environments/{environmentID}/users/{userID}'],
  ['/environments/1/nothing/alice@example.com', 'other'],
  ['', 'other'],
])('%j is called %s', (path, name) => {
  expect(nameOf(path)).toBe(name)
})
