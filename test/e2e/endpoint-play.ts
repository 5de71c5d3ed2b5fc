import { expect } from 'vitest'
import { type Sheet, sheetOf } from '../../src/approval/sheet.ts'
import { DIRECTORY_IDS } from '../../src/sandbox/directory-seed.ts'
import { FIXED_IDS } from '../../src/sandbox/people.ts'
import { type Rehearsal, rehearse } from './rehearsal.ts'
import type { CallResult, Structured } from './session.ts'

/** Scenes of the generic endpoint tools: asking, deciding, carrying out. */

export const ALICE = { userID: FIXED_IDS.alice }
export const JOIN = {
  endpoint: 'management.users.memberOfGroups.add',
  path: ALICE,
  body: { id: DIRECTORY_IDS.onCall },
}
export const DISABLE = { endpoint: 'management.users.enabled.update', path: ALICE, body: { enabled: false } }

/** Somebody is enrolled. */
export async function openPlay(): Promise<Rehearsal> {
  const play = await rehearse()
  await play.enrol()
  return play
}

export async function ask(play: Rehearsal, args: Record<string, unknown>): Promise<Structured['approval']> {
  const { structured, text } = await play.call('change_endpoint', args)
  expect(structured?.status, text).toBe('approval_required')
  return structured.approval
}

export async function askApproved(play: Rehearsal, args: Record<string, unknown>): Promise<Structured['approval']> {
  const approval = await ask(play, args)
  expect(await play.approve(approval.id)).toMatchObject({ approved: true })
  return approval
}

export function execute(play: Rehearsal, { token }: { token: string }): Promise<CallResult> {
  return play.call('execute_approved_action', { token })
}

export async function carriedOut(play: Rehearsal, args: Record<string, unknown>): Promise<Structured['outcome']> {
  const answer = await execute(play, await askApproved(play, args))
  expect(answer.structured?.status, answer.text).toBe('completed')
  return answer.structured.outcome
}

/** What the person reads before deciding. */
export async function sheet(play: Rehearsal, { id }: { id: string }): Promise<Sheet> {
  const row = await (await play.app.approvals()).find(id)
  if (row === undefined) throw new Error('there is no such approval')
  return sheetOf(row, { full: true })
}
