import { execFile, type ExecFileException } from 'node:child_process'
import { AppError } from './lib/errors.ts'
import { Secret } from './lib/secret.ts'

const TIME_LIMIT_MS = 20_000

/** Runs the command without a shell and takes its standard output as the secret. Nothing that it prints is logged. */
export function secretFromCommand(command: string): Promise<Secret> {
  const [program, ...words] = splitWords(command)
  if (program === undefined) return Promise.reject(failed('names no program'))
  return new Promise((resolve, reject) => {
    const options = { timeout: TIME_LIMIT_MS, maxBuffer: 64 * 1024, windowsHide: true, encoding: 'utf8' } as const
    execFile(program, words, options, (error, stdout) => {
      if (error !== null) return reject(failed(whatWentWrong(error)))
      const secret = stdout.replace(/\r?\n$/, '')
      return secret === '' ? reject(failed('printed nothing')) : resolve(new Secret(secret))
    })
  })
}

/** Words as a shell would see them: blanks part, quotes keep together. No variables, no substitution. */
function splitWords(command: string): string[] {
  const words = command.match(/(?:[^\s"']|"(?:[^"\\]|\\.)*"|'[^']*')+/g) ?? []
  return words.map((word) =>
    word.replace(/"((?:[^"\\]|\\.)*)"|'([^']*)'/g, (_all, double: string | undefined, single: string | undefined) =>
      double === undefined ? (single ?? '') : double.replace(/\\(.)/g, '$1'),
    ),
  )
}

function whatWentWrong(error: ExecFileException): string {
  if (error.killed === true) return `did not end within ${TIME_LIMIT_MS / 1000} seconds`
  if (error.code === 'ENOENT') return 'was not found'
  return `failed (${String(error.code ?? 'signal')})`
}

function failed(how: string): AppError {
  return new AppError('NOT_CONFIGURED', `The command of PINGONE_CLIENT_SECRET_COMMAND ${how}.`, {
    next: 'Run the command yourself to see what it says; its standard output must be the client secret alone.',
  })
}
