import { announce } from './forms.ts'
import { renew } from './renew.ts'

/** When each shown time is over, in the page's own running time. */
const ends = new WeakMap<HTMLElement, number>()

/** The time left as it runs; at its end the page shows what has become of it. */
export function countDown(): void {
  setInterval(() => {
    for (const shown of document.querySelectorAll<HTMLElement>('[data-left-ms]')) tick(shown)
  }, 250)
}

function tick(shown: HTMLElement): void {
  const end = ends.get(shown) ?? performance.now() + Number(shown.dataset['leftMs'])
  ends.set(shown, end)
  const left = Math.max(0, end - performance.now())
  const text = leftText(left)
  shown.classList.toggle('short', left < 120_000)
  if (shown.textContent === text) return
  shown.textContent = text
  if (text === '1:00 left') announce('One minute left.')
  // The console's clock decides, and it may be a moment behind.
  if (left === 0) setTimeout(() => void renew().catch(() => undefined), 1500)
}

function leftText(ms: number): string {
  if (ms === 0) return 'The time is over'
  const seconds = Math.ceil(ms / 1000)
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')} left`
}
