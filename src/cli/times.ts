import { badInput } from './failure.ts'

/** ISO 8601 in UTC, to the second. */
export function clockTime(ms: number): string {
  return new Date(ms).toISOString().replace(/\.\d{3}Z$/, 'Z')
}

/** `14 min 5 s`, `40 s`, `3 d 2 h`: the two largest parts. */
export function duration(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000))
  const parts: [number, string][] = [
    [Math.floor(seconds / 86_400), 'd'],
    [Math.floor(seconds / 3600) % 24, 'h'],
    [Math.floor(seconds / 60) % 60, 'min'],
    [seconds % 60, 's'],
  ]
  const from = parts.findIndex(([amount]) => amount > 0)
  if (from < 0) return '0 s'
  return parts
    .slice(from, from + 2)
    .filter(([amount]) => amount > 0)
    .map(([amount, unit]) => `${amount} ${unit}`)
    .join(' ')
}

const UNIT_MS = { m: 60_000, h: 3_600_000, d: 86_400_000 } as const
const ISO = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2})?)?$/

/** A time, or how far back from now. A time without a zone is in UTC. */
export function parseSince(text: string, now: number, flag = '--since'): number {
  const back = /^(\d{1,6})([mhd])$/.exec(text.trim())
  if (back !== null) return now - Number(back[1]) * UNIT_MS[back[2] as keyof typeof UNIT_MS]
  const iso = ISO.exec(text.trim())
  const time =
    iso === null ? Number.NaN : Date.parse(iso[1] !== undefined && iso[4] === undefined ? `${iso[0]}Z` : iso[0])
  if (Number.isNaN(time)) throw badInput(`${flag} takes a time (2026-11-24T12:00:00Z) or how far back (30m, 24h, 7d)`)
  return time
}
