const APPROVAL_ID = '[0-9a-hjkmnp-tv-z]{16}'

/** Texts that differ from run to run, and what stands for them. */
const CHANGING: readonly [RegExp, string][] = [
  [/apv_[\w-]{43}/g, 'apv_…'],
  [/localhost:\d+/g, 'localhost:49152'],
  [/127\.0\.0\.1:\d+/g, '127.0.0.1:49153'],
  [/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z/g, '2026-11-25T09:15:00.000Z'],
  [/\d{4}-\d\d-\d\d \d\d:\d\d(?::\d\d)?/g, '2026-11-25 09:15'],
  [/, \d+ s ago/g, ', 0 s ago'],
  [/run by .+/g, 'run by sam'],
  [/\(\d+ (?:min|s) left\)/g, '(15 min left)'],
]
const UUID = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g

/** Makes texts of one conversation the same in every run. What is the same thing keeps the same name in it. */
export function createPlaceholders(): (text: string) => string {
  const names = new Map<string, string>()
  const nameOf = (found: string, make: (count: number) => string) => {
    const known = names.get(found)
    if (known !== undefined) return known
    const name = make(names.size + 1)
    names.set(found, name)
    return name
  }
  const approvals = new RegExp(`(?<=approvals/|approve |deny |id: |Approval {5})${APPROVAL_ID}`, 'g')
  return (text) => {
    const stable = CHANGING.reduce((changed, [pattern, name]) => changed.replace(pattern, name), text)
    return stable
      .replace(approvals, (id) =>
        nameOf(id, (count) => `approval0000000${String(count).padStart(2, '0')}`.slice(0, 16)),
      )
      .replace(UUID, (id) =>
        isMadeUp(id) ? id : nameOf(id, (count) => `d0000000-0000-4000-8000-${String(count).padStart(12, '0')}`),
      )
  }
}

/** Ids that a simulated tenant always has. */
function isMadeUp(id: string): boolean {
  return id.includes('000-0000-4000-8000-0000')
}
