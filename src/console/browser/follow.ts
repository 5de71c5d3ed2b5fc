import { WebAuthnAbortService } from '@simplewebauthn/browser'
import { announce } from './forms.ts'
import { renew } from './renew.ts'

interface ApprovalEvent {
  id: string
  state: string
}

/** Keeps the page in step with the console: events while it can be seen, and a look at it when it comes back. */
export function follow(): void {
  let events: EventSource | undefined
  let wasLost = false

  const connect = () => {
    if (events !== undefined || document.visibilityState === 'hidden' || !wantsEvents()) return
    const followed = document.body.dataset['follows'] ?? ''
    const only = followed === '' || followed === 'all' ? '' : `?approval=${encodeURIComponent(followed)}`
    events = new EventSource(`/approvals/events${only}`)
    events.addEventListener('open', () => {
      showLine(true)
      if (wasLost) void onEvent(undefined)
      wasLost = false
    })
    events.addEventListener('error', () => {
      wasLost = true
      showLine(false)
    })
    events.addEventListener('approval', (event: MessageEvent<string>) => void onEvent(parseEvent(event.data)))
    events.addEventListener('pending', (event: MessageEvent<string>) => showWaiting(event.data))
  }

  // A browser has few connections for one server: a page that nobody looks at keeps none.
  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState === 'hidden') {
      events?.close()
      events = undefined
      return
    }
    connect()
    if (isFollowing()) void onEvent(undefined)
  })
  connect()
}

function wantsEvents(): boolean {
  return isFollowing() || document.querySelector('#waiting') !== null
}

function isFollowing(): boolean {
  return (document.body.dataset['follows'] ?? '') !== ''
}

/** undefined: something may have happened meanwhile. */
async function onEvent(event: ApprovalEvent | undefined): Promise<void> {
  const followed = document.body.dataset['follows'] ?? ''
  if (followed === 'all') return renew().catch(() => undefined)
  if (followed === '' || (event !== undefined && event.id !== followed)) return
  const state = document.querySelector<HTMLElement>('[data-state]')?.dataset['state']
  const now = event?.state ?? state
  if (event === undefined || now === state) return
  // Half a decision about something that is decided already goes no further.
  WebAuthnAbortService.cancelCeremony()
  await renew(noticeOf(event.state, state)).catch(() => undefined)
}

/** Only what somebody else did is news; who decides here sees the page change. */
function noticeOf(state: string, before: string | undefined): string | undefined {
  if (before !== 'pending' && before !== 'approved') return undefined
  if (document.querySelector('[aria-disabled=true]') !== null) return undefined
  if (state === 'expired') return 'The time ran out while this page was open. Nothing can be approved here any more.'
  if (state === 'executing') return undefined
  if (before === 'approved') return state === 'cancelled' ? 'It was taken back elsewhere.' : undefined
  return `This was decided elsewhere while the page was open: ${state}.`
}

function parseEvent(text: string): ApprovalEvent | undefined {
  try {
    return JSON.parse(text) as ApprovalEvent
  } catch {
    return undefined
  }
}

function showWaiting(text: string): void {
  try {
    const { count } = JSON.parse(text) as { count: number }
    const shown = document.querySelector('#waiting')
    if (shown === null || shown.textContent === String(count)) return
    const isMore = count > Number(shown.textContent)
    shown.textContent = String(count)
    if (isMore) announce(count === 1 ? 'One approval is waiting.' : `${count} approvals are waiting.`)
    if (document.body.dataset['follows'] === 'all') void renew().catch(() => undefined)
  } catch {
    // An event that cannot be read is no news.
  }
}

function showLine(isConnected: boolean): void {
  const line = document.querySelector<HTMLElement>('#line')
  if (line !== null) line.hidden = isConnected
}
