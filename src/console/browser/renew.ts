import { freshPage } from './exchange.ts'
import { announce } from './forms.ts'

let bindAgain: () => void = () => undefined

/** What is to be called for every new content. */
export function onRenewed(bind: () => void): void {
  bindAgain = bind
}

/** Shows this page's content as it is now. `notice` is said, and stands above it. */
export async function renew(notice?: string): Promise<void> {
  const fresh = await freshPage()
  const main = fresh?.querySelector('main')
  const shown = document.querySelector('main')
  if (fresh === undefined || main === null || main === undefined || shown === null) return
  const focused = document.activeElement
  const address = focused?.getAttribute('href')
  const hadFocus = focused !== null && shown.contains(focused)
  for (const { id } of shown.querySelectorAll('details[open][id]')) {
    main.querySelector<HTMLDetailsElement>(`details#${CSS.escape(id)}`)?.setAttribute('open', '')
  }
  shown.replaceWith(document.adoptNode(main))
  document.title = fresh.title
  document.body.dataset['nonce'] = fresh.body.dataset['nonce'] ?? ''
  document.body.dataset['follows'] = fresh.body.dataset['follows'] ?? ''
  const waiting = document.querySelector('#waiting')
  if (waiting !== null) waiting.textContent = fresh.querySelector('#waiting')?.textContent ?? ''
  if (notice !== undefined) standAbove(main, notice)
  bindAgain()
  const [badge, sentence] = ['.badge', 'span'].map((part) => main.querySelector(`[data-state] > ${part}`)?.textContent)
  announce([notice, badge === undefined ? '' : `${badge}: ${sentence ?? ''}`].filter(Boolean).join(' '))
  if (!hadFocus) return
  const same =
    address === null || address === undefined ? null : main.querySelector<HTMLElement>(`a[href="${address}"]`)
  ;(same ?? main).focus({ preventScroll: true })
}

function standAbove(main: Element, notice: string): void {
  const paragraph = document.createElement('p')
  paragraph.className = 'notice'
  paragraph.textContent = notice
  main.prepend(paragraph)
}

/** What stands in the page for the moment after enrolment. */
export function showEnrolled(): void {
  const done = document.querySelector<HTMLElement>('#enrolled')
  const asking = document.querySelector<HTMLElement>('#enrolling')
  if (done === null || asking === null) return
  asking.remove()
  done.hidden = false
  document.title = 'Enrolled · PingOne MFA'
  done.querySelector('h1')?.setAttribute('tabindex', '-1')
  done.querySelector<HTMLElement>('h1')?.focus()
}
