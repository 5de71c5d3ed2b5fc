import { parseSettings, resolveConnection } from '../config.ts'
import { type Environment, type Machine, productHome } from '../home.ts'
import { variablesToPassOn } from '../install/launch.ts'
import { readSavedConnection } from '../saved-connection.ts'

interface Variables {
  env: Record<string, string>
  /** What is not handed on, and what that means, as sentences. */
  notes: string[]
}

const COMMAND = 'PINGONE_CLIENT_SECRET_COMMAND'

/**
 * What of this environment the client hands to the server. Never a secret, and nothing that holds one; the command that
 * prints the secret only where the person says that it holds none, because nobody else can tell.
 */
export function variablesForClient(
  env: Environment,
  machine: Machine,
  { withSecretCommand }: { withSecretCommand: boolean },
): Variables {
  const saved = readSavedConnection(productHome(env, machine))
  const savedSecret = saved !== undefined && 'clientSecret' in saved ? saved.clientSecret : undefined
  const secrets = [env['PINGONE_CLIENT_SECRET'], savedSecret, env['PINGONE_MFA_APPROVER_CLIENT_SECRET']]
    .map((secret) => secret?.trim() ?? '')
    .filter((secret) => secret !== '')
  const holdsSecret = (value: string | undefined) => secrets.some((secret) => value?.includes(secret) ?? false)

  const unusable = unusableVariables(env, machine)
  for (const [name, value] of Object.entries(env)) {
    if (name.startsWith('PINGONE_') && holdsSecret(value)) unusable.set(name, 'holds the secret itself')
  }
  const handedOn = variablesToPassOn(env, new Set(unusable.keys()))
  const notes = [...unusable]
    .filter(([name]) => variablesToPassOn(env, new Set())[name] !== undefined)
    .map(([name, why]) => `${name} is set here and not written: it ${why}.`)

  const home = productHome(env, machine)
  // A client starts its servers without XDG_DATA_HOME, and approvals would be kept in two places.
  const isElsewhere = home !== productHome({ LOCALAPPDATA: env['LOCALAPPDATA'] }, machine)
  if (isElsewhere && handedOn['PINGONE_MFA_HOME'] === undefined && !unusable.has('PINGONE_MFA_HOME')) {
    handedOn['PINGONE_MFA_HOME'] = home
  }

  const command = env[COMMAND]?.trim() ?? ''
  if (command !== '') {
    if (!withSecretCommand) {
      notes.push(
        `${COMMAND} is set here and not written, because a command may hold a secret. If this one holds none, run ` +
          '"install" with --with-secret-command.',
      )
    } else if (holdsSecret(command)) {
      notes.push(`${COMMAND} is not written: it holds the secret itself.`)
    } else {
      handedOn[COMMAND] = command
    }
  }
  if (
    (env['PINGONE_CLIENT_SECRET']?.trim() ?? '') !== '' &&
    savedSecret === undefined &&
    handedOn[COMMAND] === undefined
  ) {
    notes.push('PINGONE_CLIENT_SECRET is set here and not written: "connect" saves it where only you can read it.')
  }
  if ((env['PINGONE_MFA_DATABASE_URL']?.trim() ?? '') !== '') {
    notes.push(
      'PINGONE_MFA_DATABASE_URL is set here and not written, because it may hold a password. Without it this server ' +
        'keeps approvals in its home folder.',
    )
  }
  return { env: handedOn, notes }
}

/** Variables whose value the program could not use, and why. */
function unusableVariables(env: Environment, machine: Machine): Map<string, string> {
  const connection = resolveConnection(env, undefined)
  const problems = [...parseSettings(env, machine).problems, ...('problems' in connection ? connection.problems : [])]
  return new Map(problems.map(({ field, problem }) => [field, problem]))
}
