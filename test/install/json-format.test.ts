import { array, assert, constantFrom, dictionary, integer, jsonValue, property, record, string } from 'fast-check'
import { parse, type ParseError, parseTree } from 'jsonc-parser'
import { describe, expect, test } from 'vitest'
import { SERVER_NAME } from '../../src/install/config-format.ts'
import { jsonFormat } from '../../src/install/json-format.ts'

const jsonc = jsonFormat('servers', { reader: 'VS Code', allowsComments: true, allowsTrailingCommas: true })
const withComments = jsonFormat('servers', { reader: 'Cursor', allowsComments: true, allowsTrailingCommas: false })
const strict = jsonFormat('servers', { reader: 'Claude Code', allowsComments: false, allowsTrailingCommas: false })
const ENTRY = { command: 'node', args: ['main.js', 'stdio'] }

describe('an entry is put into', () => {
  test('a table, behind the comment of its last member', () => {
    expect(jsonc.write('{\n  "servers": {\n    "a": {} // mine\n    // the end\n  }\n}\n', ENTRY))
      .toMatchInlineSnapshot(`
      "{
        "servers": {
          "a": {}, // mine
          "pingone-mfa": {
            "command": "node",
            "args": [
              "main.js",
              "stdio"
            ]
          }
          // the end
        }
      }
      "
    `)
  })

  test('a table whose last member has a comma', () => {
    expect(jsonc.write('{\n\t"servers": {\n\t\t"a": {} /* x */ , // mine\n\t},\n}', ENTRY)).toMatchInlineSnapshot(`
      "{
      	"servers": {
      		"a": {} /* x */ , // mine
      		"pingone-mfa": {
      			"command": "node",
      			"args": [
      				"main.js",
      				"stdio"
      			]
      		},
      	},
      }"
    `)
  })

  test('a table that holds nothing but a comment', () => {
    expect(jsonc.write('{\n  "servers": {\n    // none\n  }\n}', ENTRY)).toMatchInlineSnapshot(`
      "{
        "servers": {
          // none
          "pingone-mfa": {
            "command": "node",
            "args": [
              "main.js",
              "stdio"
            ]
          }
        }
      }"
    `)
  })

  test('a file without a table, and without a line break', () => {
    expect(strict.write('{"numStartups":3,"a":{"b":[]}}', ENTRY)).toBe(
      '{"numStartups":3,"a":{"b":[]},"servers":{"pingone-mfa":{"command":"node","args":["main.js","stdio"]}}}',
    )
  })

  test('one line that has blanks', () => {
    expect(strict.write('{ "a": 1, "servers": {} }', ENTRY)).toBe(
      '{ "a": 1, "servers": {"pingone-mfa": { "command": "node", "args": [ "main.js", "stdio" ] }} }',
    )
  })

  test('a table whose last member is followed by comments inside and outside', () => {
    const text = '{ /* 1 */ "servers": { "a": {} /* 2 */ } /* 3\n */ , "other": 1 }'

    expect(jsonc.read(jsonc.write(text, ENTRY))).toEqual({ entry: ENTRY })
  })

  test('a file of comments', () => {
    expect(jsonc.write('// mine\n', ENTRY)).toMatch(/^\/\/ mine\n\{\n {2}"servers": \{/)
  })

  test('its own older self, member by member, where comments stay', () => {
    const old =
      '{\n  "servers": {\n    "pingone-mfa": {\n      "command": "old", // why\n      "args": ["main.js", "stdio"],\n      "timeout": 9\n    }\n  }\n}'

    expect(jsonc.write(old, { ...ENTRY, env: { A: '1' } })).toMatchInlineSnapshot(`
      "{
        "servers": {
          "pingone-mfa": {
            "command": "node", // why
            "args": ["main.js", "stdio"],
            "timeout": 9,
            "env": {
              "A": "1"
            }
          }
        }
      }"
    `)
  })
})

describe('what a client could not read is a problem', () => {
  test.each([
    [
      'a comment, for a client that reads none',
      strict,
      '{\n  // mine\n}',
      /^line 2 is not JSON as Claude Code reads it/,
    ],
    ['only a comment, likewise', strict, '// mine', /^line 1 is not JSON/],
    ['a comma at the end, for a client that reads none', strict, '{ "a": 1, }', /^line 1 is not JSON/],
    [
      'a comma at the end, where comments are read',
      withComments,
      '{\n"a": 1,\n}',
      /^line 3 .* trailing commas are not\)$/,
    ],
    ['no object', jsonc, '[]', /no JSON object/],
    ['more than one value', jsonc, '{} {}', /^line 1/],
    ['a table that is a list', jsonc, '{"servers":[]}', /"servers" in it is not an object/],
    ['an entry that is a text', jsonc, '{"servers":{"pingone-mfa":""}}', /"pingone-mfa" in it is not an object/],
    ['an entry that stands there twice', jsonc, '{"servers":{"pingone-mfa":{},"pingone-mfa":{}}}', /twice/],
  ])('%s', (_what, format, text, problem) => {
    expect(format.read(text)).toEqual({ problem: expect.stringMatching(problem) })
  })
})

// Any JSON with comments, in any layout: what stands between two tokens is drawn anew each time.
const trivia = constantFrom('', ' ', '\n', '\t', '\r\n', ' // note\n', '/* a */', '/* a\n b */ ', '\n\n  ')
const servers = dictionary(string(), jsonValue({ maxDepth: 2 }), { maxKeys: 3 })
const configuration = record(
  { servers, name: string(), list: array(integer(), { maxLength: 3 }), other: jsonValue({ maxDepth: 3 }) },
  { requiredKeys: [], noNullPrototype: true },
)

describe('for any JSON with comments, writing', () => {
  const laidOut = (value: unknown, gaps: readonly string[], comma: boolean) => {
    let index = 0
    const gap = () => gaps[index++ % gaps.length] ?? ''
    const closing = (parts: string[]) => (comma && parts.length > 0 ? `,${gap()}` : '')
    const text = (part: unknown): string => {
      if (Array.isArray(part)) {
        const items = part.map((item) => `${gap()}${text(item)}${gap()}`)
        return `[${items.join(',')}${closing(items)}]`
      }
      if (typeof part === 'object' && part !== null) {
        const members = Object.entries(part).map(
          ([key, member]) => `${gap()}${JSON.stringify(key)}${gap()}:${gap()}${text(member)}${gap()}`,
        )
        return `{${members.join(',')}${closing(members)}${members.length === 0 ? gap() : ''}}`
      }
      return JSON.stringify(part)
    }
    return `${gap()}${text(value)}${gap()}`
  }
  const layout = record({ gaps: array(trivia, { minLength: 1, maxLength: 40 }), comma: constantFrom(true, false) })

  test('adds the entry and nothing else, keeps every comment, and does nothing the second time', () => {
    assert(
      property(configuration, layout, (value, { gaps, comma }) => {
        const before = laidOut(value, gaps, comma)
        if ('problem' in jsonc.read(before)) return

        const after = jsonc.write(before, ENTRY)

        const errors: ParseError[] = []
        const read = parse(after, errors, { allowTrailingComma: true }) as Record<string, Record<string, unknown>>
        expect(errors).toEqual([])
        const existing = value.servers?.[SERVER_NAME]
        // oxlint-disable-next-line typescript/no-misused-spread -- a list never gets here: it is a problem when it is read
        const entry = typeof existing === 'object' ? { ...existing, ...ENTRY } : ENTRY
        expect(read).toEqual(asParsed({ ...value, servers: { ...value.servers, [SERVER_NAME]: entry } }))
        expect(commentsOf(after)).toEqual(commentsOf(before))
        expect(jsonc.write(after, ENTRY)).toBe(after)
        expect(jsonc.read(after)).toEqual({ entry })
      }),
    )
  })

  test('leaves no JSON behind that a client without comments could not read', () => {
    assert(
      property(
        configuration,
        constantFrom(0, 1, 2, 4, '\t'),
        constantFrom('\n', '\r\n'),
        (value, indent, lineBreak) => {
          const before = JSON.stringify(value, null, indent).replaceAll('\n', lineBreak)
          if ('problem' in strict.read(before)) return

          const after = strict.write(before, ENTRY)

          expect(() => JSON.parse(after) as unknown).not.toThrow()
          expect(strict.write(after, ENTRY)).toBe(after)
          if (before.includes(lineBreak)) expect(after.replaceAll(lineBreak, '')).not.toMatch(/[\r\n]/)
        },
      ),
    )
  })
})

function commentsOf(text: string): string[] {
  const tree = parseTree(text, [], { allowTrailingComma: true })
  const strings: [number, number][] = []
  const collect = (node: typeof tree) => {
    if (node?.type === 'string') strings.push([node.offset, node.offset + node.length])
    for (const child of node?.children ?? []) collect(child)
  }
  collect(tree)
  const isInString = (offset: number) => strings.some(([start, end]) => start <= offset && offset < end)
  return [...text.matchAll(/\/\/ note|\/\* a(?:\n b)? \*\//g)]
    .filter(({ index }) => !isInString(index))
    .map(([match]) => match)
}

/** As JSON has it: no -0, and a member called __proto__ is a member. */
function asParsed(value: unknown): unknown {
  return parse(JSON.stringify(value)) as unknown
}
