import { html } from 'hono/html'
import { isoTime } from '../../lib/clock.ts'
import type { Html } from './frame.ts'

/** `2026-11-24 12:00:05 UTC`. */
export function moment(ms: number): Html {
  const iso = isoTime(ms)
  return html`<time datetime="${iso}">${iso.slice(0, 19).replace('T', ' ')} UTC</time>`
}

/** The time left as text; the browser's script counts it down from the server's own clock. */
export function timeLeft(expiresAt: number, now: number): Html {
  const ms = Math.max(0, expiresAt - now)
  return html`<span class="left" role="timer" data-left-ms="${ms}">${leftText(ms)}</span>`
}

function leftText(ms: number): string {
  if (ms === 0) return 'The time is over'
  const seconds = Math.ceil(ms / 1000)
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')} left`
}
