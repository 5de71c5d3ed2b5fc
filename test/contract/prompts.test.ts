import { countTokens } from 'gpt-tokenizer/encoding/o200k_base'
import { describe, expect, test } from 'vitest'
import { COMMANDS } from '../../src/cli/commands.ts'
import { parseCommandLine } from '../../src/cli/parse.ts'
import { ERROR_CODES } from '../../src/lib/errors.ts'
import { PROMPTS } from '../../src/prompts/index.ts'
import { DEVICE_TYPES } from '../../src/sandbox/records.ts'
import { APPROVAL_STATES } from '../../src/store/approval-state.ts'
import { TOOLS } from '../../src/tools/index.ts'
import { askServer } from './wire-client.ts'

interface Listed {
  name: string
  title: string
  description: string
  arguments: { name: string; description: string; required: boolean }[]
}

const READ_ONLY = { PINGONE_MFA_READ_ONLY: '1' }
const NAMES = PROMPTS.map(({ name }) => name)
const FILLED_IN: Record<string, Record<string, string>> = {
  connection_trouble: {},
  find_endpoint: { goal: 'list populations' },
}

async function listPrompts(env: Record<string, string> = {}): Promise<Listed[]> {
  return (await askServer('prompts/list', {}, env))['prompts'] as Listed[]
}

async function textOf(name: string, env: Record<string, string> = {}): Promise<string> {
  const args = FILLED_IN[name] ?? { email: 'alice@example.com' }
  const { messages } = await askServer('prompts/get', { name, arguments: args }, env)
  return (messages as { content: { text: string } }[] | undefined)?.map(({ content }) => content.text).join('\n') ?? ''
}

async function complete(argument: string, value: string, env: Record<string, string> = {}): Promise<string[]> {
  const name = argument === 'goal' ? 'find_endpoint' : 'lost_phone'
  const params = { ref: { type: 'ref/prompt', name }, argument: { name: argument, value } }
  const { completion } = await askServer('completion/complete', params, env)
  return (completion as { values: string[] } | undefined)?.values ?? []
}

test('what a person reads of the prompts', async () => {
  const prompts = await listPrompts()

  const lines = prompts.map(({ name, title, description, arguments: args }) => {
    const told = args.map((argument) => `  ${argument.name}${argument.required ? '' : '?'}: ${argument.description}`)
    return [`${name} "${title}"`, description, ...told].join('\n')
  })
  expect(lines.join('\n\n')).toMatchInlineSnapshot(`
    "lost_phone "A user has lost their phone"
    Finds out which MFA devices were on the phone, and asks a person to approve unpairing just those.
      email: Primary email of the user in PingOne

    new_phone_number "A user has a new phone number"
    Pairs and activates the new number for codes by SMS; the old one goes only afterwards.
      email: Primary email of the user in PingOne

    remove_one_device "Remove one MFA device"
    Finds the one device that is meant, and asks a person to approve unpairing it.
      email: Primary email of the user in PingOne

    start_over "Reset all MFA devices and enrol anew"
    Removes every MFA device of a user, once a person has approved it, and helps to enrol a new one.
      email: Primary email of the user in PingOne

    connection_trouble "Trouble with the PingOne connection"
    Tests the connection to PingOne and says in plain words what is to be mended, and where.

    find_endpoint "Find the PingOne endpoint for a goal"
    Finds the tool or the endpoint of the PingOne APIs that does what is wanted, and calls it safely.
      goal: What is to be done in PingOne, in plain words: unlock a locked user"
  `)
})

test('a server that only reads offers what it has the tools for, and names no other', async () => {
  const names = (await listPrompts(READ_ONLY)).map(({ name }) => name)
  const texts = await Promise.all(names.map((name) => textOf(name, READ_ONLY)))

  const changing = TOOLS.filter(({ effect }) => effect !== 'read').map(({ name }) => name)
  expect(names).toEqual(['connection_trouble', 'find_endpoint'])
  expect(texts.every((text) => text.length > 500)).toBe(true)
  expect(changing.filter((name) => texts.join('\n').includes(name))).toEqual([])
})

describe('each prompt', () => {
  test.each(NAMES)('%s: names only what there is', async (name) => {
    const text = await textOf(name)

    const named = [...text.matchAll(/`([^`]+)`/g)].map(([, word]) => word ?? '')
    const commands = named.filter((word) => word.startsWith('pingone-mfa-mcp '))
    const known = knownWords()
    const words = named.filter((word) => !commands.includes(word)).flatMap((word) => word.split('.'))
    expect(words.length).toBeGreaterThan(5)
    expect(words.filter((word) => !known.has(word))).toEqual([])
    for (const command of commands) await parseCommandLine(command.split(' ').slice(1), COMMANDS)
  })

  test.each(NAMES)('%s: is read in under 1,300 tokens', async (name) => {
    expect(countTokens(await textOf(name))).toBeLessThan(1_300)
  })

  test.each(PROMPTS.filter(({ changes }) => changes).map(({ name }) => name))(
    '%s: says what to do at every end of an approval',
    async (name) => {
      const text = await textOf(name)

      const ends = [
        ...APPROVAL_STATES.filter((state) => ['approved', 'denied', 'expired', 'cancelled', 'stale'].includes(state)),
        ...ERROR_CODES.filter((code) => /^(APPROVAL|ACTION)_/.test(code) && code !== 'APPROVAL_UNKNOWN'),
        'NO_APPROVER',
        'TOO_MANY_PENDING',
        'BLOCKED_BY_POLICY',
      ]
      expect(ends.filter((end) => !text.includes(`\`${end}\``))).toEqual([])
      expect(text).toContain('`approval.approveAt`')
      expect(text).toContain('never ask for a passphrase')
    },
  )
})

describe('completion', () => {
  test('of a goal is from the titles of the endpoints, by how words begin', async () => {
    expect(await complete('goal', 'unlock a us')).toEqual(["Unlock a user's account", "Unlock a user's password"])
    expect(await complete('goal', 'POP creat')).toEqual(['Create a population'])
    expect(await complete('goal', 'l')).toHaveLength(8)
  })

  test.each(['', '   ', '!', 'xyzzy', 'x'.repeat(100_000)])('of %.20j is nothing', async (typed) => {
    expect(await complete('goal', typed)).toEqual([])
  })

  test('of a goal has nothing that a server cannot do that only reads', async () => {
    expect(await complete('goal', 'create pop', READ_ONLY)).toEqual([])
    expect(await complete('goal', 'list popul', READ_ONLY)).toEqual(['List populations'])
  })

  test('of an email tells nobody who is in the directory', async () => {
    expect(await complete('email', 'alice')).toEqual([])
  })
})

/** Tools, their arguments, all that they answer with, states, codes, and PingOne's words for devices. */
function knownWords(): Set<string> {
  const schemas = TOOLS.flatMap(({ input, output }) => [input.json, output])
  const devices = [...DEVICE_TYPES, 'ACTIVE', 'ACTIVATION_REQUIRED']
  return new Set([
    ...TOOLS.map(({ name }) => name),
    ...schemas.flatMap(wordsOfSchema),
    ...APPROVAL_STATES,
    ...ERROR_CODES,
    ...devices,
    // Of `query`, for whatever endpoint.
    'cursor',
  ])
}

function wordsOfSchema(schema: Record<string, unknown>): string[] {
  const {
    properties = {},
    items,
    enum: values = [],
  } = schema as {
    properties?: Record<string, Record<string, unknown>>
    items?: Record<string, unknown>
    enum?: string[]
  }
  const inner = [...Object.values(properties), ...(items === undefined ? [] : [items])]
  return [...Object.keys(properties), ...values, ...inner.flatMap(wordsOfSchema)]
}
