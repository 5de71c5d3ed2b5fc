import { statSync } from 'node:fs'
import { join } from 'node:path'
import type { App } from '../app.ts'
import { policyInForce } from '../approval/policy-file.ts'
import type { Machine } from '../home.ts'
import { AppError } from '../lib/errors.ts'
import { plainText } from '../lib/text.ts'
import { connectionPath } from '../saved-connection.ts'

/** What a healthy connection does not tell: a policy that is open, or files that others may read. */
export async function checkWarnings(app: App, machine: Machine): Promise<string[]> {
  return [...(await policyWarnings(app)), ...permissionWarnings(app.settings.home, machine)]
}

async function policyWarnings(app: App): Promise<string[]> {
  try {
    const { policy, file } = await policyInForce(app.policy, async (hash) => (await app.store()).isPolicyAccepted(hash))
    const open = Object.entries(policy.actions)
      .filter(([, rule]) => rule.approval === 'none')
      .map(([action]) => `${action} runs without anybody's approval: the policy says "approval": "none".`)
    const isWaiting = file !== undefined && file.loosened.length > 0 && !file.accepted
    const waiting = isWaiting ? ['The policy file loosens something and is not accepted; "policy" tells.'] : []
    return [...open, ...waiting]
  } catch (error) {
    if (!(error instanceof AppError)) throw error
    return [plainText(error.message, 1000)]
  }
}

function permissionWarnings(home: string, { platform }: Machine): string[] {
  // Windows keeps a user's data folder private by access lists, of which a mode says nothing.
  if (platform === 'win32') return []
  const paths = [home, connectionPath(home), join(home, 'approvals.db')]
  return paths
    .filter((path) => ((statSync(path, { throwIfNoEntry: false })?.mode ?? 0) & 0o077) !== 0)
    .map((path) => `Other accounts may read ${path}: take their permission away (chmod go= '${path}').`)
}
