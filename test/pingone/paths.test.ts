import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { AppError } from '../../src/lib/errors.ts'
import { hasInvisible } from '../../src/lib/text.ts'
import { scimEquals } from '../../src/pingone/filter.ts'
import { buildPath, buildQuery, isBuiltPath, pathParameters } from '../../src/pingone/paths.ts'

const TEMPLATE = '/environments/{environmentID}/users/{userID}/devices'

function problemOf(run: () => unknown): string {
  try {
    run()
  } catch (error) {
    if (error instanceof AppError) return `${error.code}: ${error.message}`
    throw error
  }
  return 'none'
}

describe('the path builder', () => {
  it('puts each value into its place', () => {
    expect(buildPath(TEMPLATE, { environmentID: 'e1', userID: 'u1' })).toBe('/environments/e1/users/u1/devices')
  })

  it('encodes what would end a segment', () => {
    expect(buildPath('/users/{userID}', { userID: 'a/../b?c#d%2e' })).toBe('/users/a%2F..%2Fb%3Fc%23d%252e')
  })

  it.each([
    ['missing', {}, 'is missing'],
    ['empty', { userID: '' }, 'must not be empty'],
    ['blank', { userID: '  ' }, 'must not be empty'],
    ['a dot', { userID: '.' }, 'must not be a dot segment'],
    ['two dots', { userID: '..' }, 'must not be a dot segment'],
    ['with a zero-width space', { userID: 'a\u200Bb' }, 'has characters that cannot be seen'],
    ['with a right-to-left override', { userID: 'a\u202Eb' }, 'has characters that cannot be seen'],
    ['with a line break', { userID: 'a\nb' }, 'has characters that cannot be seen'],
    ['with half a surrogate pair', { userID: 'a\uD800' }, 'has characters that cannot be seen'],
  ])('refuses a value that is %s', (_, values, problem) => {
    expect(problemOf(() => buildPath('/users/{userID}', values as Record<string, string>))).toBe(
      `INVALID_INPUT: The path parameter userID ${problem}`,
    )
  })

  it('refuses a parameter that the path does not have', () => {
    expect(problemOf(() => buildPath('/users/{userID}', { userID: 'u', deviceID: 'd' }))).toBe(
      'INVALID_INPUT: The path has no parameter deviceID',
    )
  })

  it('does not take a value from the prototype', () => {
    expect(problemOf(() => buildPath('/users/{constructor}', {}))).toContain('is missing')
  })

  it('names the parameters of a template', () => {
    expect(pathParameters(TEMPLATE)).toEqual(['environmentID', 'userID'])
  })

  it('lets no value leave its segment', () => {
    const value = fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom('.', '..', '/', '%2e%2e', '..;', '\\', 'a/b'))

    fc.assert(
      fc.property(value, value, (environmentID, userID) => {
        let path: string
        try {
          path = buildPath(TEMPLATE, { environmentID, userID })
        } catch (error) {
          return error instanceof AppError && error.code === 'INVALID_INPUT'
        }
        const segments = new URL(`http://127.0.0.1/v1${path}`).pathname.split('/')
        expect(segments.map(decodeURIComponent)).toEqual([
          '',
          'v1',
          'environments',
          environmentID,
          'users',
          userID,
          'devices',
        ])
        expect(isBuiltPath(path)).toBe(true)
        return true
      }),
      { numRuns: 1_000 },
    )
  })

  it.each(['users', '/users?x=1', '/users#x', '/a/../b', '/a/%2E%2e/b', '/a/.', '/a b', '/ü', '//', '/'])(
    'does not recognise %j as its own',
    (path) => {
      expect(isBuiltPath(path)).toBe(false)
    },
  )

  it('encodes a query and leaves out what is undefined', () => {
    expect(buildQuery({ filter: 'email eq "a&b+c"', limit: 5, cursor: undefined })).toBe(
      'filter=email%20eq%20%22a%26b%2Bc%22&limit=5',
    )
  })
})

describe('the filter', () => {
  it('escapes quotation marks and backslashes', () => {
    expect(scimEquals('email', 'a"b\\c')).toBe('email eq "a\\"b\\\\c"')
  })

  it('refuses what cannot be seen', () => {
    expect(problemOf(() => scimEquals('email', 'a\u0000b'))).toContain('INVALID_INPUT')
  })

  it('keeps every value inside its literal, which reads back as the value', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'grapheme' }).filter((value) => !hasInvisible(value)),
        (value) => {
          const literal = scimEquals('email', value).slice('email eq '.length)
          expect(JSON.parse(literal)).toBe(value)
        },
      ),
    )
  })
})
