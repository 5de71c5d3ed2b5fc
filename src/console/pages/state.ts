import { html } from 'hono/html'
import type { Sheet } from '../../approval/sheet.ts'
import type { Html } from './frame.ts'

const SENTENCES: Record<Sheet['state'], string> = {
  pending: 'Waits for a person to decide',
  approved: 'Not started yet',
  denied: 'Nothing was changed',
  expired: 'Not decided, or not started, in time: nothing was changed',
  cancelled: 'Before it started: nothing was changed',
  stale: 'The user or the devices had changed meanwhile: nothing was done',
  executing: 'At this moment',
  succeeded: 'Carried out',
  partial: 'Carried out in part',
  failed: 'Not carried out',
  uncertain: 'It is not known whether all of it was carried out',
}

/** A state in a word. */
export function badge(state: Sheet['state']): Html {
  return html`<strong class="badge ${state}">${state}</strong>`
}

/** What a state's word leaves open, without its full stop. */
export function stateSentence(state: Sheet['state']): string {
  return SENTENCES[state]
}

/** Where it cannot be told, it is treated as production. */
export function environmentTag({ environment }: Sheet): Html {
  const tag =
    environment.isProduction && environment.type !== 'PRODUCTION' ? 'type unknown' : environment.type.toLowerCase()
  return html`<span class="tag ${environment.isProduction ? 'production' : ''}">${tag}</span>`
}
