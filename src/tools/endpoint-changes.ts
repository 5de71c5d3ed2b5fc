import { isSecretField } from '../pingone/mask-answer.ts'

// What PingOne keeps by itself: nobody clears it by leaving it out.
const KEPT = /^(?:id|createdAt|updatedAt|environment(?:\..*)?|_embedded.*|count|size)$/

/** Before and after, a line each, as far as it can be told from the resource and the body that is sent. */
export function describeChanges(
  method: string,
  before: Record<string, string> | undefined,
  after: Record<string, string>,
): string[] {
  if (method === 'DELETE') return before === undefined ? [] : listed(before)
  const changed = Object.entries(after).flatMap(([name, value]) => {
    const old = before?.[name]
    if (isSecretField(name.split('.').at(-1) ?? '')) return [`${name}: is set anew`]
    if (old === value) return []
    return [old === undefined ? `${name}: ${value}` : `${name}: ${old} → ${value}`]
  })
  return [...changed, ...(method === 'PUT' && before !== undefined ? cleared(before, after) : [])]
}

/** PUT replaces the whole: what is left out is gone. */
function cleared(before: Record<string, string>, after: Record<string, string>): string[] {
  const sent = Object.keys(after)
  return Object.entries(before)
    .filter(([name]) => !KEPT.test(name) && !sent.some((other) => other === name || name.startsWith(`${other}.`)))
    .map(([name, value]) => `${name}: ${value} → left out of the body, so cleared where it can be`)
}

const SHOWN = 12

function listed(before: Record<string, string>): string[] {
  const entries = Object.entries(before).filter(([name]) => !name.startsWith('environment.'))
  const lines = entries.slice(0, SHOWN).map(([name, value]) => `${name}: ${value} → gone`)
  return entries.length > SHOWN ? [...lines, `and ${entries.length - SHOWN} more fields`] : lines
}
