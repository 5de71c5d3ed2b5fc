import { AppError } from '../lib/errors.ts'
import { DEFAULT_POLICY, parsePolicy, type ParsedPolicy, type Policy, PolicyFileError, tightened } from './policy.ts'

/** Reads the policy file: its text, or undefined where there is none and none was asked for. */
export interface PolicySource {
  path: string
  /** Named by the configuration, so that a missing file is a mistake and not "no policy". */
  required: boolean
  readText(): string | undefined
}

/** The policy as it counts at this moment. */
export interface PolicyInForce {
  policy: Policy
  /** Absent without a file. */
  file?: ParsedPolicy & { path: string; accepted: boolean }
}

/** Throws BLOCKED_BY_POLICY for a file that cannot be used: a broken file opens nothing. */
export async function policyInForce(
  source: PolicySource,
  isAccepted: (hash: string) => Promise<boolean>,
): Promise<PolicyInForce> {
  const file = readPolicyFile(source)
  if (file === undefined) return { policy: DEFAULT_POLICY }
  const accepted = file.loosened.length > 0 && (await isAccepted(file.hash))
  const policy = file.loosened.length === 0 || accepted ? file.policy : tightened(file.policy)
  return { policy, file: { ...file, path: source.path, accepted } }
}

/** The file as it stands, accepted or not. */
export function readPolicyFile(source: PolicySource): ParsedPolicy | undefined {
  let text: string | undefined
  try {
    text = source.readText()
  } catch (error) {
    throw blocked(source, 'it cannot be read', error)
  }
  if (text === undefined) {
    if (source.required) throw blocked(source, 'it does not exist')
    return undefined
  }
  try {
    return parsePolicy(text)
  } catch (error) {
    if (!(error instanceof PolicyFileError)) throw error
    throw blocked(source, error.message, error)
  }
}

function blocked(source: PolicySource, problem: string, cause?: unknown): AppError {
  return new AppError('BLOCKED_BY_POLICY', `The policy file ${source.path} cannot be used: ${problem}.`, {
    next: 'Nothing can be changed until a person has mended the file; `pingone-mfa-mcp policy` shows what is wrong.',
    cause,
  })
}
