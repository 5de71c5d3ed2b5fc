import { array, assert, boolean, constantFrom, dictionary, integer, property, record, string } from 'fast-check'
import { parse, stringify } from '@decimalturn/toml-patch'
import { describe, expect, test } from 'vitest'
import { tomlFormat } from '../../src/install/toml-format.ts'

const toml = tomlFormat('mcp_servers')
const ENTRY = { command: 'node', args: ['main.js', 'stdio'], env: { A: '1' } }

describe('an entry is put', () => {
  test('at the end, as a table of its own', () => {
    expect(toml.write('model = "o5" # large\n\n[tui]\nnotifications = true', ENTRY)).toMatchInlineSnapshot(`
      "model = "o5" # large

      [tui]
      notifications = true

      [mcp_servers.pingone-mfa]
      command = "node"
      args = ["main.js", "stdio"]

      [mcp_servers.pingone-mfa.env]
      A = "1"
      "
    `)
  })

  test('into servers that are written on one line', () => {
    expect(toml.write('mcp_servers = { a = { command = "x" } } # mine\nmodel = "o5"\n', ENTRY)).toMatchInlineSnapshot(`
      "mcp_servers = { a = { command = "x" }, pingone-mfa = { command = "node", args = [ "main.js", "stdio" ], env = { A = "1" } } } # mine
      model = "o5"
      "
    `)
  })

  test('beside servers that are written with dots', () => {
    expect(toml.write('mcp_servers.a.command = "x" # mine\n', ENTRY)).toMatchInlineSnapshot(`
      "mcp_servers.a.command = "x" # mine

      [mcp_servers.pingone-mfa]
      command = "node"
      args = ["main.js", "stdio"]

      [mcp_servers.pingone-mfa.env]
      A = "1"
      "
    `)
  })

  test('over its own older self, where comments and all else stay', () => {
    const old =
      '[mcp_servers.pingone-mfa]\n# why\ncommand = "old" # here\nargs = ["main.js", "stdio"]\nenabled = true\n\n[other]\nx = 1\n'

    expect(toml.write(old, ENTRY)).toMatchInlineSnapshot(`
      "[mcp_servers.pingone-mfa]
      # why
      command = "node" # here
      args = ["main.js", "stdio"]
      enabled = true
      env = {A = "1"}

      [other]
      x = 1
      "
    `)
  })
})

test.each([
  ['model = ', /^line 1 is not TOML/],
  ['[a]\nb = 1\n[a]\n', /is not TOML/],
  ['mcp_servers = []', /"mcp_servers" in it is not a table/],
  ['[[mcp_servers]]\nname = "a"', /"mcp_servers" in it is not a table/],
  ['mcp_servers.pingone-mfa = 1', /"pingone-mfa" in it is not a table/],
])('what is no configuration is a problem: %j', (text, problem) => {
  expect(toml.read(text)).toEqual({ problem: expect.stringMatching(problem) })
})

// Keys and texts of every kind; the library that writes them is not the one that is tried here.
const value = constantFrom<unknown>(true, 7, 1.5, 'text', 'quote " and \\ and \n', ['a', 'b'], [])
const table = dictionary(string(), value, { maxKeys: 3, noNullPrototype: true })
const configuration = record(
  {
    model: string(),
    mcp_servers: dictionary(string({ minLength: 1 }), table, { maxKeys: 3, noNullPrototype: true }),
    tui: table,
    list: array(integer(), { maxLength: 3 }),
  },
  { requiredKeys: [], noNullPrototype: true },
)

test('for any TOML, writing adds the entry and nothing else, keeps every line, and does nothing the second time', () => {
  assert(
    property(configuration, boolean(), constantFrom('\n', '\r\n'), (root, hasMark, lineBreak) => {
      const lines = stringify(root).split('\n')
      const before = `${hasMark ? '\uFEFF' : ''}${lines.map((line) => `${line}${line === '' ? '# note' : ''}`).join(lineBreak)}`
      if (!isToml(before) || 'problem' in toml.read(before)) return

      const after = toml.write(before, ENTRY)

      const existing = (parse(before) as Partial<typeof root>).mcp_servers?.['pingone-mfa']
      expect(parse(after)).toEqual({
        ...(parse(before) as object),
        mcp_servers: { ...(parse(before) as typeof root).mcp_servers, 'pingone-mfa': { ...existing, ...ENTRY } },
      })
      expect(before.split(lineBreak).filter((line) => !after.includes(line))).toEqual([])
      expect(toml.write(after, ENTRY)).toBe(after)
    }),
  )
})

function isToml(text: string): boolean {
  try {
    parse(text)
    return true
  } catch {
    return false
  }
}
