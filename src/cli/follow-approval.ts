import { type Approvals, requireApproval } from '../approval/approvals.ts'
import { parsePlan } from '../approval/stored-plan.ts'
import { plainText } from '../lib/text.ts'
import type { ApprovalRow } from '../store/store.ts'
import type { Context } from './context.ts'
import { duration } from './times.ts'

const LOOK_MS = 300

/** What is going on, and how long it may take where that is known. */
interface Going {
  what: string
  until?: number
}

/**
 * Tells how an approval goes on, until nothing changes any more or the program is asked to end: on one line with the
 * time left where a person looks, elsewhere with a line for each change.
 */
export async function followApproval(context: Context, approvals: Approvals, id: string): Promise<ApprovalRow> {
  const { clock } = context.ports
  let said = ''
  for (;;) {
    const row = requireApproval(await approvals.find(id), id)
    const going = await whatGoesOn(context, row)
    if (going === undefined || context.stopped.aborted) {
      context.status.clear()
      return row
    }
    const left = going.until === undefined ? '' : `, ${duration(going.until - clock.now())} left`
    if (context.status.isVisible) context.status.show(`${going.what}${left}`)
    else if (said !== going.what) context.say(going.what)
    said = going.what
    await clock.sleep(LOOK_MS, context.stopped).catch(() => undefined)
  }
}

/** Undefined where it has come to its end. */
async function whatGoesOn(context: Context, row: ApprovalRow): Promise<Going | undefined> {
  if (row.state === 'pending') return { what: 'Waiting for a person to decide', until: row.expiresAt }
  if (row.state === 'approved') {
    const by = plainText(row.decision?.by ?? 'nobody', 60)
    return { what: `Approved by ${by}; waiting for the assistant to start it`, until: row.expiresAt }
  }
  if (row.state !== 'executing') return undefined
  // Nothing runs by itself then: only the caller's token can open what was sealed for it.
  if ((row.leaseUntil ?? 0) < context.now()) {
    return { what: 'No sign of life from where it ran; the next call of the assistant finds out how far it came' }
  }
  const steps = await (await (await context.openApp()).store()).steps(row.id)
  const done = steps.filter(({ outcomeAt }) => outcomeAt !== undefined).length
  const all = parsePlan(row).steps.length
  return { what: `Being carried out: ${done} of ${all} ${all === 1 ? 'step' : 'steps'} finished` }
}
