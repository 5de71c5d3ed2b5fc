import { describe, expect, test } from 'vitest'
import { exampleOf } from '../../src/catalog/example.ts'
import type { Definitions, JsonSchema } from '../../src/catalog/record.ts'

const text: JsonSchema = { type: 'string' }

describe('an example has', () => {
  test.each<[what: string, schema: JsonSchema, example: unknown]>([
    ['what is required, and nothing else', object({ a: text, b: text }, ['b']), { b: 'example' }],
    [
      'some fields, where none is required',
      object({ a: text, b: text, c: text, d: text }),
      {
        a: 'example',
        b: 'example',
        c: 'example',
      },
    ],
    ['nothing that only PingOne writes', object({ id: { ...text, readOnly: true }, name: text }), { name: 'Example' }],
    ['the one value that is allowed', { const: 'SMS' }, 'SMS'],
    ['the first of several values', { enum: ['A', 'B'] }, 'A'],
    ['the default', { type: 'integer', default: 30 }, 30],
    ['a number in its range', { type: 'integer', minimum: 6, maximum: 10 }, 6],
    ['a number below its limit', { type: 'integer', maximum: 0 }, 0],
    ['a list of as many as there must be', { type: 'array', items: { type: 'boolean' }, minItems: 2 }, [true, true]],
    ['a text as long as it must be', { type: 'string', minLength: 10 }, 'examplexxx'],
    ['a text no longer than it may be', { type: 'string', maxLength: 3 }, 'exa'],
    ['a time where it must be one', { type: 'string', format: 'date-time' }, '2026-11-30T00:00:00.000Z'],
    ['the first alternative', { oneOf: [object({ x: text }, ['x']), object({ y: text }, ['y'])] }, { x: 'example' }],
    [
      'all parts of a whole',
      { allOf: [object({ x: text }, ['x']), object({ y: text }, ['y'])] },
      {
        x: 'example',
        y: 'example',
      },
    ],
    ['a type of several', { type: ['null', 'boolean'] }, true],
  ])('%s', (_, schema, example) => {
    expect(exampleOf(schema, {})).toEqual(example)
  })
})

test('references are followed, and what refers to itself ends', () => {
  const definitions: Definitions = {
    Tree: object({ name: text, child: { $ref: '#/$defs/Tree' } }, ['name', 'child']),
  }

  const example = exampleOf({ $ref: '#/$defs/Tree' }, definitions)

  expect(JSON.stringify(example).length).toBeLessThan(500)
  expect(example).toMatchObject({ name: 'Example', child: { name: 'Example' } })
})

test('the same schema has always the same example', () => {
  const schema = object({ id: text, email: text })

  expect(exampleOf(schema, {})).toEqual(exampleOf(structuredClone(schema), {}))
})

function object(properties: Record<string, JsonSchema>, required?: string[]): JsonSchema {
  return { type: 'object', properties, ...(required === undefined ? {} : { required }) }
}
