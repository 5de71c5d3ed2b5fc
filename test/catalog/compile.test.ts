import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { readAuthored } from '../../scripts/catalog/authored.ts'
import { COMPILED_SERVICES, compileCatalogs } from '../../scripts/catalog/catalogs.ts'
import { compileService } from '../../scripts/catalog/compile.ts'
import type { Operation, Schema } from '../../scripts/catalog/specification.ts'
import { type Service, SERVICES } from '../../src/catalog/record.ts'

const root = join(import.meta.dirname, '../..')
let compiled: Map<Service, string>

beforeAll(async () => {
  compiled = await compileCatalogs(root)
})

const operation = (facts: Partial<Operation>): Operation => ({
  method: 'POST',
  path: '/things',
  parameters: [],
  ...facts,
})
const contentType = (value: string) => ({
  name: 'Content-Type',
  in: 'header',
  schema: { type: 'string' },
  example: value,
})

/** What becomes of one body, which may refer to the schemas. */
function compileBody(body: Schema, schemas: Record<string, Schema> = {}) {
  const content = { 'application/json': { schema: body } }
  const authored = new Map([['POST /things', [{ id: 'things.create', title: 'Create a thing', notes: [] }]]])
  const specification = { service: 'risk' as const, schemas, operations: [operation({ requestBody: { content } })] }
  const { endpoints, $defs } = compileService(specification, authored)
  return { body: endpoints[0]?.body, typed: endpoints[0]?.typed, $defs }
}

async function authoredFrom(yaml: string) {
  const folder = await mkdtemp(join(tmpdir(), 'authored-'))
  onTestFinished(() => rm(folder, { recursive: true }))
  await writeFile(join(folder, 'risk.yaml'), yaml)
  return readAuthored(folder, 'risk')
}

describe('the files', () => {
  test.each(SERVICES)('catalog/%s.json is what the specification and our words give', async (service) => {
    const committed = await readFile(join(root, 'catalog', `${service}.json`), 'utf8')

    expect(committed === compiled.get(service), 'run npm run catalog').toBe(true)
  })

  test('have an endpoint a line and weigh less than 900 kB', () => {
    const sizes = [...compiled.values()].map((text) => Buffer.byteLength(text))

    for (const text of compiled.values()) {
      const lines = text.split('\n').filter((line) => line.startsWith('{"id":'))
      expect(lines).toHaveLength((JSON.parse(text) as { endpoints: unknown[] }).endpoints.length)
    }
    expect(sizes.reduce((sum, size) => sum + size)).toBeLessThan(900_000)
  })

  test('hold none of the specifications’ prose', () => {
    const text = COMPILED_SERVICES.map((service) => compiled.get(service)).join('')
    const prose = text.match(/"(?:description|examples?|summary|externalDocs)":["[]|\{\{/g) ?? []

    expect(prose).toEqual([])
  })
})

describe('a body', () => {
  test('leaves out what only PingOne writes, even where it is demanded', () => {
    const { body } = compileBody({
      type: 'object',
      required: ['id', 'name'],
      properties: { id: { type: 'string', readOnly: true }, name: { type: 'string' }, _links: { type: 'object' } },
    })

    expect(body).toEqual({ type: 'object', required: ['name'], properties: { name: { type: 'string' } } })
  })

  test('keeps a shared read-only schema that it demands', () => {
    const schemas = { Owner: { type: 'object', readOnly: true, properties: { id: { type: 'string' } } } }
    const owner = { $ref: '#/components/schemas/Owner' }

    const demanded = compileBody({ type: 'object', required: ['owner'], properties: { owner } }, schemas)
    const optional = compileBody({ type: 'object', properties: { owner, name: { type: 'string' } } }, schemas)

    expect(demanded.body?.['properties']).toEqual({ owner: { $ref: '#/$defs/Owner' } })
    expect(optional.body?.['properties']).toEqual({ name: { type: 'string' } })
  })

  test('refers to definitions, of which those in use are kept, recursive ones too', () => {
    const node = { type: 'object', properties: { child: { $ref: '#/components/schemas/Node' } } }

    const { body, $defs } = compileBody({ $ref: '#/components/schemas/Node' }, { Node: node, Unused: node })

    expect(body).toEqual({ $ref: '#/$defs/Node' })
    expect($defs).toEqual({ Node: { type: 'object', properties: { child: { $ref: '#/$defs/Node' } } } })
  })

  test('is told apart by what is known to tell its branches apart', () => {
    const branch = { type: 'object', properties: { url: { type: 'string' } } }
    const gateways = ['Gateway', 'GatewayTypeLDAP'].map((name) => ({ $ref: `#/components/schemas/${name}` }))

    const { body } = compileBody({ oneOf: gateways }, { Gateway: branch, GatewayTypeLDAP: branch })

    expect(body).toMatchObject({ discriminator: { propertyName: 'type' }, required: ['type'] })
    expect(body?.['oneOf']).toEqual([
      {
        properties: { type: { enum: ['PING_FEDERATE', 'PING_INTELLIGENCE', 'API_GATEWAY_INTEGRATION'] } },
        required: ['type'],
        $ref: '#/$defs/Gateway',
      },
      { properties: { type: { enum: ['LDAP'] } }, required: ['type'], $ref: '#/$defs/GatewayTypeLDAP' },
    ])
  })

  test('with branches that nothing tells apart may match several', () => {
    const value = { oneOf: [{ type: 'string' }, { type: 'boolean' }] }

    const { body } = compileBody({ type: 'object', properties: { value } })

    expect(body?.['properties']).toEqual({ value: { anyOf: [{ type: 'string' }, { type: 'boolean' }] } })
  })

  test('of a PATCH demands nothing, and null clears what it names', () => {
    const thing = { type: 'object', required: ['name'], properties: { name: { type: 'string' } } }
    const content = { 'application/json': { schema: thing } }
    const operations = [operation({ method: 'PATCH', requestBody: { content } })]
    const authored = new Map([['PATCH /things', [{ id: 'things.update', title: 'Update a thing', notes: [] }]]])

    const { endpoints } = compileService({ service: 'risk', schemas: {}, operations }, authored)

    expect(endpoints[0]?.body).toEqual({
      type: 'object',
      properties: { name: { anyOf: [{ type: 'string' }, { type: 'null' }] } },
    })
  })

  test('that the specification leaves open is untyped, with the names of its example and without its values', () => {
    const { body, typed } = compileBody({ type: 'object', example: { recoveryCode: 'X1Y2', user: { id: 'u' } } })

    expect(typed).toBe(false)
    expect(body).toEqual({
      type: 'object',
      properties: {
        recoveryCode: { type: 'string' },
        user: { type: 'object', properties: { id: { type: 'string' } } },
      },
    })
  })
})

describe('a media type', () => {
  const body = { content: { 'application/json': { schema: { type: 'object' } } } }
  const one = { id: 'things.do', title: 'Do a thing', notes: [] }
  const compile = (facts: Partial<Operation>, actions: object[]) =>
    compileService(
      { service: 'risk', schemas: {}, operations: [operation(facts)] },
      new Map([['POST /things', actions.map((action) => ({ ...one, ...action }))]]),
    ).endpoints.map(({ contentType: type }) => type)

  test.each<[string, Partial<Operation>, string[]]>([
    [
      'that a header names is sent instead of plain JSON',
      { requestBody: body, parameters: [contentType('application/vnd.x+json')] },
      ['application/vnd.x+json'],
    ],
    [
      'of a file part is not that of the request',
      { requestBody: body, parameters: [contentType('application/x-pkcs7-certificates')] },
      ['application/json'],
    ],
    ['is sent without a body too', { parameters: [contentType('application/vnd.x+json')] }, ['application/vnd.x+json']],
  ])('%s', (_, facts, expected) => {
    expect(compile(facts, [{}])).toEqual(expected)
  })

  test('is not sent where nothing is', () => {
    expect(compile({}, [{}])).toEqual([undefined])
  })

  test('that nothing is written about is missed', () => {
    const types = { ...contentType(''), schema: { enum: ['application/vnd.lock+json', 'application/vnd.unlock+json'] } }

    expect(() => compile({ parameters: [types] }, [{ contentType: 'application/vnd.lock+json' }])).toThrow(
      'Nothing is written about POST /things application/vnd.unlock+json',
    )
  })

  test('that the specification lacks has to say so', () => {
    const actions = [{ contentType: 'application/json' }, { contentType: 'application/vnd.other+json' }]

    expect(() => compile({ requestBody: body }, actions)).toThrow(
      'POST /things has no media type application/vnd.other+json',
    )
  })
})

describe('our words', () => {
  test('about an operation that is not in the specification are refused', async () => {
    const authored = await authoredFrom("GET ~/nowhere: { id: nowhere.read, title: 'Read nowhere' }")

    expect(() => compileService({ service: 'risk', schemas: {}, operations: [] }, authored)).toThrow(
      'risk.yaml: GET /environments/{environmentID}/nowhere is not in the specification',
    )
  })

  test('that are missing are missed', () => {
    expect(() => compileService({ service: 'risk', schemas: {}, operations: [operation({})] }, new Map())).toThrow(
      'Nothing is written about POST /things',
    )
  })

  test.each([
    ['an unknown key', "GET ~/x: { id: x.read, title: 'Read x', efect: read }"],
    ['an id without a verb', "GET ~/x: { id: x, title: 'Read x' }"],
    ['a title with a full stop', "GET ~/x: { id: x.read, title: 'Read x.' }"],
    ['a note without one', "GET ~/x: { id: x.read, title: 'Read x', notes: ['Beware'] }"],
    ['a method that there is not', "FETCH ~/x: { id: x.read, title: 'Read x' }"],
  ])('with %s are refused', async (_, yaml) => {
    await expect(authoredFrom(yaml)).rejects.toThrow()
  })
})
