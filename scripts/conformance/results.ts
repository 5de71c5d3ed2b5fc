import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'yaml'
import { z } from 'zod'

/** A group of checks that cannot pass here, and why. */
const Exemptions = z.array(z.strictObject({ reason: z.string(), checks: z.array(z.string()) }))
export type Exemption = z.infer<typeof Exemptions>[number]

const Checks = z.array(z.object({ id: z.string(), status: z.string(), errorMessage: z.string().optional() }))

export interface RevisionResult {
  revision: string
  passed: number
  /** Failed, or warned of. */
  missed: { id: string; message: string }[]
}

export function readExemptions(): Exemption[] {
  return Exemptions.parse(parse(readFileSync(join(import.meta.dirname, 'not-applicable.yaml'), 'utf8')))
}

/** What the suite wrote into a folder: one folder a scenario, with its checks. */
export function readResults(revision: string, folder: string): RevisionResult {
  const checks = readdirSync(folder).flatMap((scenario) =>
    Checks.parse(JSON.parse(readFileSync(join(folder, scenario, 'checks.json'), 'utf8'))),
  )
  return {
    revision,
    passed: checks.filter(({ status }) => status === 'SUCCESS').length,
    missed: checks
      .filter(({ status }) => status === 'FAILURE' || status === 'WARNING')
      .map(({ id, errorMessage = '' }) => ({ id, message: errorMessage })),
  }
}

/** What is wrong, a sentence each. */
export function judge(results: readonly RevisionResult[], exemptions: readonly Exemption[]): string[] {
  const exempt = new Set(exemptions.flatMap(({ checks }) => checks))
  const missed = new Set(results.flatMap((result) => result.missed.map(({ id }) => id)))
  return [
    ...results.flatMap((result) =>
      result.missed
        .filter(({ id }) => !exempt.has(id))
        .map(({ id, message }) => `${result.revision}: ${id} fails and is not listed. ${message}`),
    ),
    ...[...exempt].filter((id) => !missed.has(id)).map((id) => `${id} is listed as not applicable, and passes`),
    ...results.filter(({ passed }) => passed === 0).map(({ revision }) => `${revision}: nothing was checked`),
  ]
}

/** docs/conformance.md. */
export function describeResults(
  version: string,
  results: readonly RevisionResult[],
  exemptions: readonly Exemption[],
): string {
  const numbers = results.map(
    ({ revision, passed, missed }) => `- ${revision}: ${passed} checks pass, ${missed.length} do not apply.`,
  )
  const reasons = exemptions.map(
    ({ reason, checks }) => `**${reason.trim()}**\n\n${checks.map((check) => `- \`${check}\``).join('\n')}`,
  )
  return [
    '# Conformance',
    `The protocol's official suite, \`@modelcontextprotocol/conformance\` ${version}, runs in CI against the built HTTP service on a simulated tenant, for both protocol generations (\`npm run conformance\`). It writes this page.`,
    numbers.join('\n'),
    'What does not apply is listed by check in `scripts/conformance/not-applicable.yaml`. Any other check that fails, or only warns, fails the run, and so does one that is listed and passes.',
    '## What does not apply, and why',
    ...reasons,
  ]
    .join('\n\n')
    .concat('\n')
}
