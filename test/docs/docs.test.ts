import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { dirname, join, posix } from 'node:path'
import { describe, expect, it } from 'vitest'
import { findTraces } from '../../scripts/ci/traces.ts'
import { parsePolicy } from '../../src/approval/policy.ts'
import { COMMANDS } from '../../src/cli/commands.ts'
import { parseCommandLine } from '../../src/cli/parse.ts'
import { ERROR_CODES, messageOf } from '../../src/lib/errors.ts'
import { PROMPTS } from '../../src/prompts/index.ts'
import { APPROVAL_STATES } from '../../src/store/approval-state.ts'
import { TOOLS } from '../../src/tools/index.ts'
import { anchorsOf, blocksOf, commandsOf, linksOf, readDocuments, ROOT, rowsOf } from './documents.ts'

const documents = readDocuments()
const documentCalled = (name: string) => {
  const found = documents.find((document) => document.name === name)
  if (found === undefined) throw new Error(`there is no ${name}`)
  return found
}
const readme = documentCalled('README.md')

/** The variables that the source reads or names: they stand there as strings. */
function variablesOfSource(): Set<string> {
  const files = readdirSync(join(ROOT, 'src'), { recursive: true, encoding: 'utf8' }).filter((name) =>
    name.endsWith('.ts'),
  )
  const names = files.flatMap((name) =>
    [...readFileSync(join(ROOT, 'src', name), 'utf8').matchAll(/['`"](PINGONE_[A-Z_]*[A-Z])['`"]/g)].map(
      ([, variable]) => variable ?? '',
    ),
  )
  return new Set(names)
}

describe('the README tells of', () => {
  it.each(COMMANDS.map((command) => [command.name, command] as const))('the command %s', (name, command) => {
    const { words, isOpenEnded, flags } = command
    const usage = [name, ...words.map((word) => `<${word}${isOpenEnded ? '…' : ''}>`)].join(' ')

    const row = readme.text.split('\n').find((line) => line.startsWith('| `') && line.slice(3).startsWith(usage))

    expect(row).toBeDefined()
    const missing = Object.keys(flags).filter((flag) => !readme.text.includes(`--${flag}`))
    expect(missing).toEqual([])
  })

  it.each([...variablesOfSource()])('the variable %s', (name) => {
    expect(readme.text).toContain(`\`${name}\``)
  })

  it.each(TOOLS.map((tool) => [tool.name, tool] as const))('the tool %s with its arguments', (name, tool) => {
    const [row] = rowsOf(readme, name)

    const properties = Object.keys((tool.input.json as { properties: object }).properties)
    expect(row).toBeDefined()
    expect(properties.filter((property) => !row?.includes(`\`${property}`))).toEqual([])
  })

  it.each(PROMPTS.map((prompt) => [prompt.name, prompt] as const))(
    'the prompt %s with its arguments',
    (name, prompt) => {
      const [argument] = Object.keys((prompt.input.json as { properties: object }).properties)

      expect(readme.text).toContain(`\n- \`${name}\`${argument === undefined ? '' : ` (\`${argument}\`)`}: `)
    },
  )

  it.each(ERROR_CODES)('the code %s', (code) => {
    expect(rowsOf(readme, code)).toHaveLength(1)
  })

  it.each(ERROR_CODES)('what to do about %s, in the order of the table', (code) => {
    const sections = [...documentCalled('docs/troubleshooting.md').text.matchAll(/^### `(\w+)`$/gm)].map(
      ([, name]) => name,
    )

    expect(sections.indexOf(code)).toBe(ERROR_CODES.indexOf(code))
  })

  it.each(APPROVAL_STATES)('the state %s', (state) => {
    expect(readme.text).toContain(`\`${state}\``)
  })
})

describe('the README does not tell of', () => {
  it('a tool that there is not', () => {
    const names = TOOLS.map(({ name }) => name)

    const section = readme.text.slice(readme.text.indexOf('## Tools'), readme.text.indexOf('## Error codes'))
    const told = [...section.matchAll(/^\| `(\w+)`/gm)].map(([, name]) => name)

    expect(told).toEqual(names)
  })

  it('a code that there is not', () => {
    const section = readme.text.slice(readme.text.indexOf('## Error codes'), readme.text.indexOf('## Commands'))

    expect([...section.matchAll(/^\| `(\w+)`/gm)].map(([, code]) => code)).toEqual([...ERROR_CODES])
  })
})

/** What stands behind the program's name and is no command: a placeholder, and the first line of what is signed. */
const NO_COMMANDS = ['<command>', 'audit checkpoint v1']

describe.each(documents.map((document) => [document.name, document] as const))('%s', (name, document) => {
  it('names no variable that the program does not know', () => {
    // In a curl command that is shown, it stands for the token that the reader has.
    const known = variablesOfSource().add('PINGONE_ACCESS_TOKEN')
    const told = new Set([...document.text.matchAll(/\bPINGONE_[A-Z_]*[A-Z]\b/g)].map(([match]) => match))

    expect([...told].filter((variable) => !known.has(variable))).toEqual([])
  })

  it('links to what is there', () => {
    const broken = linksOf(document).filter((target) => {
      if (/^https?:/.test(target)) return false
      const [path = '', anchor] = target.split('#')
      const file = path === '' ? name : posix.normalize(posix.join(dirname(name), path))
      if (!existsSync(join(ROOT, file))) return true
      return anchor !== undefined && !anchorsOf(documentCalled(file)).includes(anchor)
    })

    expect(broken).toEqual([])
  })

  it('prints no command that the program would refuse', async () => {
    const names = COMMANDS.map((command) => command.name)
    const commands = commandsOf(document).filter((words) => !NO_COMMANDS.includes(words) && !names.includes(words))

    const refusals = await Promise.all(
      commands.map((words) =>
        parseCommandLine(words === '' ? [] : words.split(/\s+/), COMMANDS).then(
          () => undefined,
          (error: unknown) => `${words}: ${messageOf(error)}`,
        ),
      ),
    )

    expect(refusals.filter((refusal) => refusal !== undefined)).toEqual([])
  })

  it('has JSON that can be read', () => {
    expect(() => blocksOf(document, 'json').map((block) => JSON.parse(block) as unknown)).not.toThrow()
  })

  it('names no machine and no host of packages', () => {
    expect(findTraces([document])).toEqual([])
  })
})

describe('the documents', () => {
  it('show a policy that the program takes', () => {
    const policies = blocksOf(readme, 'json').filter((block) => block.includes('"actions"'))

    expect(policies).toHaveLength(1)
    expect(() => policies.map(parsePolicy)).not.toThrow()
  })

  it('name only tests and files that there are', () => {
    const named = documents.flatMap(({ text }) =>
      [...text.matchAll(/`((?:src|test|scripts|docs)\/[\w./-]+)`/g)].map(([, path]) => path ?? ''),
    )

    expect([...new Set(named)].filter((path) => !existsSync(join(ROOT, path)))).toEqual([])
  })

  it('have for each threat a proof that there is, or say that there is none yet', () => {
    const [section = ''] =
      documentCalled('docs/security.md').text.split('## Threats and answers')[1]?.split('\n## ') ?? []
    const cells = [...section.matchAll(/^\| (?!threat |---)[^|]+\|[^|]+\| ([^|]+?) +\|$/gm)].map(
      ([, cell]) => cell ?? '',
    )
    const proofs = cells.map((cell) => ({
      cell,
      paths: [...cell.matchAll(/`([^`]+)`/g)].map(([, path]) => path ?? ''),
    }))

    expect(proofs.length).toBeGreaterThan(10)
    expect(proofs.filter(({ cell, paths }) => paths.length === 0 && cell !== 'no test yet')).toEqual([])
    expect(proofs.flatMap(({ paths }) => paths).filter((path) => !existsSync(join(ROOT, 'test', path)))).toEqual([])
  })

  it('are all linked from another one', () => {
    const linked = new Set(
      documents.flatMap((document) =>
        linksOf(document)
          .filter((target) => !/^(?:https?:|#)/.test(target))
          .map((target) => posix.normalize(posix.join(dirname(document.name), target.replace(/#.*/, ''))))
          .filter((target) => target !== document.name),
      ),
    )

    const files = readdirSync(join(ROOT, 'docs'), { recursive: true, encoding: 'utf8' })
      .map((name) => `docs/${name.replaceAll('\\', '/')}`)
      .filter((name) => statSync(join(ROOT, name)).isFile())
    expect([...files, 'examples/README.md'].filter((name) => !linked.has(name))).toEqual([])
  })

  it('show commands, so that what is held of them means something', () => {
    expect(commandsOf(readme).length).toBeGreaterThan(10)
    expect(commandsOf(documentCalled('docs/operations.md')).length).toBeGreaterThan(10)
    expect(commandsOf(documentCalled('examples/README.md'))).toContain('sandbox')
  })

  it('quote what the program says as it says it', () => {
    const sources = readdirSync(join(ROOT, 'src'), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts'))
      .map((name) => readFileSync(join(ROOT, 'src', name), 'utf8').replaceAll(/' \+\s+'/g, ''))

    const quoted = [...documentCalled('docs/troubleshooting.md').text.matchAll(/“([^”]+)”/g)].map(([, text]) =>
      (text ?? '').replaceAll(/\s+/g, ' '),
    )

    expect(quoted.length).toBeGreaterThan(10)
    expect(quoted.filter((text) => !sources.some((source) => source.includes(text)))).toEqual([])
  })

  it('have pictures that load fast', () => {
    const folder = join(ROOT, 'docs/images')

    const heavy = readdirSync(folder).filter((name) => statSync(join(folder, name)).size > 150_000)

    expect(heavy).toEqual([])
  })
})
