import { parseArgs } from 'node:util'
import { plainText } from '../lib/text.ts'
import type { Command, ParsedArgs } from './command.ts'
import { badInput } from './failure.ts'

export type CommandLine =
  | { kind: 'run'; command: Command; args: ParsedArgs }
  /** Of the whole program where nothing is named; of a group (`approver`) or one command. */
  | { kind: 'help'; about?: string }
  | { kind: 'version' }

const PROGRAM = 'pingone-mfa-mcp'
const HELP = ['--help', '-h']
const VERSION = ['--version', '-V']

/** Reads the command line by the table. Throws with exit code 2 for anything that is not in it. */
export async function parseCommandLine(argv: readonly string[], commands: readonly Command[]): Promise<CommandLine> {
  const [first, second] = argv
  if (first !== undefined && HELP.includes(first)) return { kind: 'help' }
  if (first !== undefined && VERSION.includes(first)) return { kind: 'version' }
  const find = (name: string) => commands.find((command) => command.name === name)
  const hasCommand = first !== undefined && !first.startsWith('-')
  const command = hasCommand ? (find(`${first} ${second}`) ?? find(first)) : find('stdio')
  if (command === undefined) return parseGroup(argv, commands)
  const rest = argv.slice(hasCommand ? command.name.split(' ').length : 0)
  const isSubcommandUnknown = hasCommand && command.words.length === 0 && isWord(rest[0]) && isGroup(first, commands)
  if (isSubcommandUnknown) throw await unknownCommand(`${command.name} ${rest[0]}`, commands)
  return parseRest(command, rest)
}

async function parseGroup(argv: readonly string[], commands: readonly Command[]): Promise<CommandLine> {
  const [group = '', second] = argv
  if (!isGroup(group, commands)) throw await unknownCommand(group, commands)
  if (isWord(second)) throw await unknownCommand(`${group} ${second}`, commands)
  if (second !== undefined && HELP.includes(second)) return { kind: 'help', about: group }
  const members = membersOf(group, commands).map(({ name }) => `"${name}"`)
  throw badInput(`"${group}" is not a command by itself: say ${members.join(' or ')}`)
}

function isWord(argument: string | undefined): argument is string {
  return argument !== undefined && !argument.startsWith('-')
}

function isGroup(word: string, commands: readonly Command[]): boolean {
  return membersOf(word, commands).length > 0
}

/** The commands whose first word it is, and that have a second one. */
export function membersOf(group: string, commands: readonly Command[]): Command[] {
  return commands.filter(({ name }) => name.startsWith(`${group} `))
}

async function parseRest(command: Command, rest: readonly string[]): Promise<CommandLine> {
  // Not `strict`: the refusals are ours, so that they can name the nearest flag and never repeat a value.
  const { tokens } = parseArgs({
    args: [...rest],
    options: Object.fromEntries(
      Object.entries(command.flags).map(([name, { value }]) => [
        name,
        { type: value === undefined ? ('boolean' as const) : ('string' as const) },
      ]),
    ),
    allowPositionals: true,
    strict: false,
    tokens: true,
  })
  const options = tokens.filter((token) => token.kind === 'option')
  if (options.some(({ rawName }) => HELP.includes(rawName))) return { kind: 'help', about: command.name }

  const given = new Map<string, string | boolean>()
  for (const { name, rawName, value, inlineValue } of options) {
    const flag = Object.hasOwn(command.flags, name) ? command.flags[name] : undefined
    if (flag === undefined || !rawName.startsWith('--')) throw await unknownFlag(rawName, command)
    if (given.has(name)) throw badInput(`${rawName} was given twice`)
    if (flag.value === undefined && inlineValue) throw badInput(`${rawName} takes no value`)
    const isMissing = value === undefined || (!inlineValue && value.startsWith('-') && value !== '-')
    if (flag.value !== undefined && isMissing) throw badInput(`${rawName} needs a value: ${rawName} ${flag.value}`)
    given.set(name, flag.value === undefined ? true : (value ?? ''))
  }
  const positionals = tokens.filter((token) => token.kind === 'positional').map(({ value }) => value)
  return { kind: 'run', command, args: argsOf(command, given, positionals) }
}

function argsOf(
  command: Command,
  given: ReadonlyMap<string, string | boolean>,
  positionals: readonly string[],
): ParsedArgs {
  const { name, words, isOpenEnded, flags } = command
  if (positionals.length > words.length && !isOpenEnded) {
    // What is too much is not repeated: somebody may have typed a secret.
    const taken = words.length === 0 ? 'no argument' : `only ${words.map((word) => `<${word}>`).join(' ')}`
    throw badInput(`"${name}" takes ${taken}; see "${PROGRAM} ${name} --help"`)
  }
  const missingWord = isOpenEnded ? undefined : words[positionals.length]
  if (missingWord !== undefined) throw badInput(`"${name}" needs <${missingWord}>; see "${PROGRAM} ${name} --help"`)
  const missingFlag = Object.entries(flags).find(([flag, { required }]) => required === true && !given.has(flag))
  if (missingFlag !== undefined) throw badInput(`"${name}" needs --${missingFlag[0]} ${missingFlag[1].value}`)
  return {
    ...Object.fromEntries(words.map((word, index) => [word, positionals[index]])),
    ...(isOpenEnded ? { [words.at(-1) ?? '']: positionals.slice(words.length - 1).join(' ') } : {}),
    ...Object.fromEntries(
      Object.entries(flags).map(([flag, spec]) => [
        flag,
        given.get(flag) ?? (spec.value === undefined ? false : spec.default),
      ]),
    ),
  }
}

async function unknownCommand(wanted: string, commands: readonly Command[]) {
  return badInput(`unknown command ${guess(wanted, await nearestCommand(wanted, commands), PROGRAM)}`)
}

async function nearestCommand(wanted: string, commands: readonly Command[]): Promise<string | undefined> {
  const names = commands.map(({ name }) => name)
  const [group = '', ...rest] = wanted.split(' ')
  if (rest.length > 0) {
    const near = [group, ...membersOf(group, commands).map(({ name }) => name)].filter((name) => names.includes(name))
    return (await loadNearest())(wanted, near)
  }
  // `approve` is nearer to "approvals approve" than to "approver", whatever the letters say.
  const byLastWord = names.filter((name) => name.endsWith(` ${wanted}`))
  if (byLastWord.length === 1) return byLastWord[0]
  const firstWords = new Set(names.map((name) => name.split(' ', 1)[0] ?? name))
  return (await loadNearest())(wanted, [...firstWords, ...HELP.slice(0, 1), ...VERSION.slice(0, 1)])
}

async function unknownFlag(rawName: string, command: Command) {
  const names = [...Object.keys(command.flags), 'help', ...(command.name === 'stdio' ? ['version'] : [])]
  const found = await (await loadNearest())(rawName.replace(/^-+/, ''), names)
  const near = found === undefined ? undefined : `--${found}`
  return badInput(`unknown flag ${guess(rawName, near, `${PROGRAM} ${command.name}`)}`)
}

async function loadNearest() {
  return (await import('./did-you-mean.ts')).nearest
}

function guess(wanted: string, near: string | undefined, helpOf: string): string {
  const shown = `"${plainText(wanted, 60)}"`
  return near === undefined ? `${shown}; "${helpOf} --help" lists them all` : `${shown}; did you mean "${near}"?`
}
