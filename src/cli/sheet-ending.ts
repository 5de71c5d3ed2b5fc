import type { Outcome } from '../approval/outcome.ts'
import { HOW_DECIDED } from '../approval/how-decided.ts'
import type { Sheet } from '../approval/sheet.ts'
import { plainText } from '../lib/text.ts'
import { clockTime, duration } from './times.ts'

const ENDED: Readonly<Record<Exclude<Sheet['state'], 'pending' | 'approved' | 'executing'>, string>> = {
  denied: 'denied: nothing was changed',
  expired: 'expired: nobody decided, or it was not started in time; nothing was changed',
  cancelled: 'taken back before it started; nothing was changed',
  stale: 'stale: the user or the devices had changed since the decision; nothing was changed',
  succeeded: 'carried out',
  partial: 'carried out in part',
  failed: 'failed',
  uncertain: 'uncertain: whether everything was carried out is not known',
}

/** How far the approval has come: state, times, decision and outcome as label and text. */
export function sheetEnding(sheet: Sheet, now: number): [string, string][] {
  const until = `${clockTime(sheet.expiresAt)} (${duration(sheet.expiresAt - now)} left)`
  const isWaiting = sheet.state === 'pending'
  const state: [string, string] = isWaiting ? ['Valid until', until] : ['State', stateText(sheet, until)]
  return [state, ...decisionLines(sheet), ...outcomeLines(sheet)]
}

function stateText({ state }: Sheet, until: string): string {
  if (state === 'pending') return 'waits for a person'
  if (state === 'approved') return `approved; must be started until ${until}`
  if (state === 'executing') return 'is being carried out'
  return ENDED[state]
}

function decisionLines({ decision }: Sheet): [string, string][] {
  if (decision === undefined) return []
  const email = decision.email === undefined ? '' : ` <${plainText(decision.email)}>`
  const reason: [string, string][] =
    decision.reason === undefined || decision.how === 'policy' ? [] : [['', `"${plainText(decision.reason, 300)}"`]]
  return [
    ['Decided by', `${plainText(decision.by)}${email}, ${HOW_DECIDED[decision.how]}, ${clockTime(decision.at)}`],
    ...reason,
  ]
}

function outcomeLines({ outcome, note }: Sheet): [string, string][] {
  const changed: [string, string][] = note === undefined ? [] : [['Changed', note]]
  const fates = outcome === undefined ? [] : fatesOf(outcome)
  return [...changed, ...fates.map((fate, index): [string, string] => [index === 0 ? 'Outcome' : '', fate])]
}

/** What became of each device, or of the call. */
function fatesOf(outcome: Outcome): string[] {
  const because = (error: string | undefined) => (error === undefined ? '' : ` (${plainText(error, 500)})`)
  if ('devices' in outcome) {
    return outcome.devices.map(
      ({ label, result, error }) => `${plainText(label)}: ${result.replaceAll('_', ' ')}${because(error)}`,
    )
  }
  const answered = outcome.status === undefined ? 'no answer' : `HTTP ${outcome.status}`
  return [`${outcome.request.method} ${outcome.request.path}: ${answered}${because(outcome.error)}`]
}
