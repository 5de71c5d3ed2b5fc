import { sample, string } from 'fast-check'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { programAtTerminal, runProgram, startProgram } from './run.ts'

let home: string
beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'search-'))
})
afterAll(() => rm(home, { recursive: true }))

const env = () => ({ PINGONE_MFA_HOME: join(home, 'unused') })
const run = (args: string[], input?: string) =>
  runProgram(args, { env: env(), ...(input === undefined ? {} : { input }) })

interface Answer {
  id: unknown
  confident: boolean
  results: { method: string; path: string; contentType?: string; id: string; score: number }[]
  latencyMs: number
  error?: string
}

const linesOf = (stdout: string) =>
  stdout
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as Answer)

describe('search', () => {
  test('finds an endpoint by plain words, in a table that can be read', async () => {
    const { code, stdout, stderr } = await run(['search', 'unpair', 'a', 'phone', '--limit', '2'])

    expect(code).toBe(0)
    const [head, first, ...rest] = stdout.split('\n')
    expect(head).toMatch(/^ID +EFFECT +TITLE$/)
    expect(first).toMatch(/^mfa\.devices\.delete +destructive +Remove/)
    expect(rest).toContain('  DELETE /environments/{environmentID}/users/{userID}/devices/{deviceID}')
    expect(rest).toContain('  tool: unpair_mfa_device')
    expect(stderr).toBe('Next: pingone-mfa-mcp describe mfa.devices.delete\n')
  })

  test('takes one argument with blanks, and prints JSON', async () => {
    const { code, stdout } = await run(['search', 'list all users', '--json', '--limit', '3'])

    expect(code).toBe(0)
    expect(JSON.parse(stdout)).toMatchObject({
      status: 'ok',
      confident: true,
      results: [
        { id: 'management.users.list', method: 'GET', service: 'management', effect: 'read', typed: true },
        {},
        {},
      ],
    })
  })

  test('ends with 1 where nothing fits, and shows what comes nearest', async () => {
    const { code, stdout, stderr } = await run(['search', 'weather forecast for Denver'])

    expect(code).toBe(1)
    expect(stdout).toMatch(/^ID +EFFECT +TITLE\n/)
    expect(stderr).toMatch(/^Nothing fits well; these come nearest\.\n/)
  })

  test('ends with 1 and prints no table where there is nothing at all', async () => {
    const { code, stdout } = await run(['search', '🙈'])

    expect([code, stdout]).toEqual([1, ''])
  })

  test('looks in one service and for one method, in any case', async () => {
    const { stdout } = await run(['search', 'policy', '--service', 'MFA', '--method', 'delete', '--json'])

    const { results } = JSON.parse(stdout) as { results: { id: string; method: string }[] }
    expect(results.length).toBeGreaterThan(0)
    expect(results.filter(({ id, method }) => !id.startsWith('mfa.') || method !== 'DELETE')).toEqual([])
  })

  test('needs no connection and leaves nothing behind', async () => {
    await run(['search', 'users'])

    expect(await readdir(home)).toEqual([])
  })

  test('at a terminal it is in colour, and no line is longer than it is wide', async () => {
    const terminal = programAtTerminal(['search', 'sms', 'sender', 'account'], { ...env(), TERM: 'xterm' })
    const code = await terminal.exit

    const lines = terminal.screen.split(/\r?\n/)
    expect(code).toBe(0)
    expect(terminal.raw).toContain('\u001B[1mmanagement.')
    expect(lines.filter((line) => line.length > 100)).toEqual([])
  })

  test.each([
    [['search'], '"search" needs <words…>: what the endpoint does'],
    [['search', '--json'], '"search" needs <words…>: what the endpoint does'],
    [['search', 'x', '--limit', '0'], '--limit takes a whole number from 1 to 50'],
    [['search', 'x', '--limit', 'ten'], '--limit takes a whole number from 1 to 50'],
    [['search', 'x', '--service', 'davinci'], /^--service takes one of management, mfa, /],
    [['search', 'x', '--method', 'HEAD'], '--method takes one of GET, POST, PUT, PATCH, DELETE'],
    [['search', 'x', '--jsonl'], '--jsonl takes its queries from stdin, and no words'],
    [['search', '--jsonl', '--json'], '--jsonl takes its queries from stdin, and no words'],
    [['search', 'x', '--limti', '3'], 'unknown flag "--limti"; did you mean "--limit"?'],
  ])('refuses %j', async (args, sentence) => {
    const { code, stdout, stderr } = await run(args)

    expect([code, stdout]).toEqual([2, ''])
    expect(stderr.trim()).toMatch(sentence)
  })
})

describe('search --jsonl', () => {
  test('answers each line in its order, with up to ten results', async () => {
    const lines = [
      { id: 1, query: 'list users' },
      { id: 'two', query: 'reset the password of a user' },
      { id: 3, query: 'weather forecast for Denver' },
    ]

    const { code, stdout } = await run(['search', '--jsonl'], lines.map((line) => JSON.stringify(line)).join('\n'))

    const answers = linesOf(stdout)
    expect(code).toBe(0)
    expect(answers.map(({ id, confident }) => [id, confident])).toEqual([
      [1, true],
      ['two', true],
      [3, false],
    ])
    expect(answers[0]?.results[0]).toMatchObject({ id: 'management.users.list', method: 'GET' })
    expect(answers.every(({ results }) => results.length <= 10)).toBe(true)
    expect(answers.every(({ latencyMs }) => latencyMs >= 0)).toBe(true)
    const typed = answers.flatMap(({ results }) => results).filter(({ contentType }) => contentType !== undefined)
    expect(typed.length).toBeGreaterThan(0)
  })

  test('answers before the next line comes', async () => {
    const program = startProgram(['search', '--jsonl'], env())

    program.process.stdin.write('{"id":"a","query":"list users"}\n')
    await program.sees('stdout', /^\{"id":"a".*\}\n/)
    program.process.stdin.write('{"id":"b","query":"list groups"}\n')
    await program.sees('stdout', /\n\{"id":"b".*\}\n$/)
    program.process.stdin.end()

    expect((await program.finished).code).toBe(0)
  })

  test('goes on after lines that are none, and names them on stderr', async () => {
    const lines = [
      'not JSON',
      '',
      '[]',
      'null',
      '7',
      '{"query":"no id"}',
      '{"id":"no query"}',
      '{"id":"no text","query":7}',
      '{"id":"\u2028","query":"list\u2028users"}\r',
      '{"id":"last","query":"list users"',
      '{"id":"end","query":"list users"}',
    ]

    const { code, stdout, stderr } = await run(['search', '--jsonl'], lines.join('\n'))

    const answers = linesOf(stdout)
    expect(code).toBe(0)
    expect(answers.map(({ id, error }) => [id, error])).toEqual([
      ['no query', 'query: must be a string'],
      ['no text', 'query: must be a string'],
      ['\u2028', undefined],
      ['end', undefined],
    ])
    expect(stderr.split('\n').filter(Boolean)).toHaveLength(8)
    expect(stderr).toContain('line 1: is not {"id","query"}')
  })

  test('bears 300 queries of any kind', async () => {
    const odd = [
      '',
      ' ',
      'a'.repeat(10_000),
      '🙈'.repeat(500),
      'パスワードをリセットする',
      'سجل',
      '{{',
      '/',
      '\u0000',
      '\uD800',
    ]
    const queries = [...odd, ...sample(string({ unit: 'grapheme', maxLength: 60 }), 290)]

    const input = queries.map((query, id) => JSON.stringify({ id, query })).join('\n')
    const { code, stdout, stderr } = await run(['search', '--jsonl'], input)

    const answers = linesOf(stdout)
    expect([code, stderr]).toEqual([0, ''])
    expect(answers.map(({ id }) => id)).toEqual(queries.map((_, id) => id))
    const scores = answers.flatMap(({ results }) => results.map(({ score }) => score))
    expect(scores.filter((score) => !(score >= 0 && score <= 1))).toEqual([])
  })
})

describe('describe', () => {
  test('tells what is needed to call an endpoint', async () => {
    const { code, stdout, stderr } = await run(['describe', 'management.users.enabled.update'])

    expect([code, stderr]).toEqual([0, ''])
    expect(stdout).toMatchInlineSnapshot(`
      "Enable or disable a user
      Id            management.users.enabled.update
      Call          PUT /environments/{environmentID}/users/{userID}/enabled
      Content-Type  application/json
      Effect        destructive
      Role          Identity Data Admin
      Path          environmentID, which the tools fill in
                    userID: string

      Notes
        · A disabled user cannot sign on.

      Body
        enabled?: boolean, by default true

      Example
        {
          "enabled": true
        }

      With curl
        curl -X PUT "\${PINGONE_API_URL%/v1}/v1/environments/$PINGONE_ENVIRONMENT_ID/users/{userID}/enabled" \\
          -H "Authorization: Bearer $PINGONE_ACCESS_TOKEN" \\
          -H 'Content-Type: application/json' \\
          -d '{"enabled":true}'

      With a tool
        change_endpoint {
          "endpoint": "management.users.enabled.update",
          "path": {
            "userID": "…"
          },
          "body": {
            "enabled": true
          }
        }
      "
    `)
  })

  test('takes METHOD /path as one argument, and prints JSON', async () => {
    const { code, stdout } = await run([
      'describe',
      'POST /environments/{environmentID}/users/{userID}/devices',
      '--json',
    ])

    expect(code).toBe(0)
    expect(JSON.parse(stdout)).toMatchObject({
      status: 'ok',
      id: 'mfa.devices.create',
      contentType: 'application/json',
      variants: [{ id: 'mfa.devices.setOrder' }],
    })
  })

  test.each(['mfa.device.activat', 'POST /environments/{e}/users/{u}/device'])(
    'of what there is not, names the nearest: %s',
    async (endpoint) => {
      const { code, stdout, stderr } = await run(['describe', endpoint])

      expect([code, stdout]).toEqual([1, ''])
      expect(stderr).toMatch(
        /^ENDPOINT_UNKNOWN: The catalogue has no endpoint ".*"\.\nNext: did you mean "mfa\.devices\./,
      )
    },
  )

  test('where nothing is near, points to the search', async () => {
    const { code, stderr } = await run(['describe', 'xyz\u001B[2Jzy\u202E'])

    expect(code).toBe(1)
    expect(stderr).toBe(
      'ENDPOINT_UNKNOWN: The catalogue has no endpoint "xyzzy".\nNext: pingone-mfa-mcp search <words…> finds endpoints by what they do.\n',
    )
  })

  test('needs an endpoint, and only one', async () => {
    expect((await run(['describe'])).code).toBe(2)
    expect((await run(['describe', 'GET', '/environments'])).code).toBe(2)
  })
})
