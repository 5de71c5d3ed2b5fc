import type { PolicyInForce } from '../approval/policy-file.ts'
import { policyInForce } from '../approval/policy-file.ts'
import { plainText } from '../lib/text.ts'
import { visibleJson } from '../lib/visible-json.ts'
import type { Context } from './context.ts'

export async function policyShow(context: Context, { json }: { json: boolean }): Promise<number> {
  const app = await context.openApp()
  const inForce = await policyInForce(app.policy, async (hash) => (await app.store()).isPolicyAccepted(hash))
  const text = json ? visibleJson(policyJson(inForce), { indent: 2 }) : policyLines(inForce, app.policy.path).join('\n')
  context.print(text)
  return 0
}

function policyJson({ policy, file }: PolicyInForce) {
  return {
    ...policy,
    endpoints: { allow: policy.endpoints.allow ?? null, deny: policy.endpoints.deny },
    file:
      file === undefined ? null : { path: file.path, hash: file.hash, loosens: file.loosened, accepted: file.accepted },
  }
}

function policyLines({ policy, file }: PolicyInForce, path: string): string[] {
  const actions = Object.entries(policy.actions)
  const width = Math.max(...actions.map(([action]) => action.length))
  const { allow, deny } = policy.endpoints
  return [
    'Actions',
    ...actions.map(([action, rule]) => `  ${action.padEnd(width)}  ${ruleText(rule)}`),
    'Endpoints',
    `  allowed  ${allow === undefined ? 'all that are not denied' : listText(allow)}`,
    `  denied   ${listText(deny)}`,
    'Limits',
    `  ${policy.limits.pendingPerUser} requests of one caller may wait for one user`,
    `  ${policy.limits.executionsPerHour} executions of one caller an hour`,
    'File',
    ...(file === undefined ? [`  none at ${path}: these are the defaults`] : fileLines(file)),
  ]
}

function ruleText({
  approval,
  assurance,
}: PolicyInForce['policy']['actions'][keyof PolicyInForce['policy']['actions']]) {
  if (approval === 'none') return 'RUNS WITHOUT APPROVAL'
  return assurance === 'passkey' ? 'a person approves by passkey' : 'a person approves, by any credential'
}

function listText(patterns: readonly string[]): string {
  return patterns.length === 0 ? 'none' : patterns.map((pattern) => plainText(pattern, 100)).join('\n           ')
}

function fileLines({ path, hash, loosened, accepted }: NonNullable<PolicyInForce['file']>): string[] {
  const head = [`  ${path}`, `  SHA-256 ${hash}`]
  if (loosened.length === 0) return [...head, '  loosens nothing against the defaults, so it counts as it stands']
  const title = accepted
    ? '  an approver accepted what it loosens:'
    : '  NOT ACCEPTED: until "policy accept", none of this counts:'
  return [...head, title, ...loosened.map((sentence) => `    ${plainText(sentence)}`)]
}
