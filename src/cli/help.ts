import type { Command } from './command.ts'
import { membersOf } from './parse.ts'

const PROGRAM = 'pingone-mfa-mcp'

/** The whole program, a group of commands (`approver`) or one command, as text. */
export function helpText(commands: readonly Command[], about?: string): string {
  const one = commands.find(({ name }) => name === about)
  const members = about === undefined ? commands : membersOf(about, commands)
  if (one === undefined) return overview(members, about)
  const others = members.length === 0 ? [] : ['', 'See also:', ...table(members.map(rowOf))]
  return [...commandHelp(one), ...others].join('\n')
}

function overview(commands: readonly Command[], group?: string): string {
  return [
    `Usage: ${PROGRAM} ${group ?? ''}${group === undefined ? '' : ' '}<command> [flags]`,
    ...(group === undefined
      ? ['', 'Lets AI assistants administer MFA in PingOne, with every change approved by a person.']
      : []),
    '',
    'Commands:',
    ...table(commands.map(rowOf)),
    '',
    `"${PROGRAM} <command> --help" tells more about one; ${group === undefined ? '"--version" prints the version.' : 'flags go last.'}`,
  ].join('\n')
}

function commandHelp({ name, summary, words, isOpenEnded, flags }: Command): string[] {
  const entries = Object.entries(flags)
  const usage = [
    PROGRAM,
    name,
    ...spelledWords(words, isOpenEnded),
    ...entries.map(([flag, spec]) => usageOf(flag, spec)),
  ]
  const rows = entries.map(([flag, spec]): [string, string] => [
    spelled(flag, spec.value),
    `${spec.help}${spec.default === undefined ? '' : ` (default ${spec.default})`}${spec.required === true ? ' (required)' : ''}`,
  ])
  return [
    `Usage: ${usage.join(' ')}`,
    '',
    `${summary.charAt(0).toUpperCase()}${summary.slice(1)}.`,
    '',
    'Flags:',
    ...table([...rows, ['--help', 'print this']]),
  ]
}

function usageOf(flag: string, { value, required }: Command['flags'][string]): string {
  const text = spelled(flag, value)
  return required === true ? text : `[${text}]`
}

function spelled(flag: string, value: string | undefined): string {
  return value === undefined ? `--${flag}` : `--${flag} ${value}`
}

function rowOf({ name, words, isOpenEnded, summary }: Command): [string, string] {
  return [[name, ...spelledWords(words, isOpenEnded)].join(' '), summary]
}

/** `<words…>` where the last takes all that is left. */
function spelledWords(words: readonly string[], isOpenEnded: boolean): string[] {
  return words.map((word, index) => `<${word}${isOpenEnded && index === words.length - 1 ? '…' : ''}>`)
}

function table(rows: readonly (readonly [string, string])[]): string[] {
  const width = Math.max(...rows.map(([left]) => left.length))
  return rows.map(([left, right]) => `  ${left.padEnd(width)}  ${right}`)
}
