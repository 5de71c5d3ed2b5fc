import { problem } from './problems.ts'

/** The part of SCIM filters (RFC 7644 §3.4.2.2) that PingOne's lists are known to take. */
export type Filter = Comparison | { kind: 'and' | 'or'; left: Filter; right: Filter }

interface Comparison {
  kind: 'compare'
  attribute: string
  operator: string
  value: string | boolean
}

/** What an attribute is; with several values, one that fits is enough. */
export type FilterValue = string | boolean | undefined | readonly string[]

/** Attribute (spelled as PingOne spells it) to the operators that it takes. */
export type FilterRules = Readonly<Record<string, readonly string[]>>

const TOKEN = /\s*(?:([()])|("(?:[^"\\]|\\.)*")|([^\s()"]+))/uy
const DEEPEST = 40

function tokensOf(text: string): string[] | undefined {
  const tokens: string[] = []
  const scanner = new RegExp(TOKEN)
  const end = text.trimEnd().length
  while (scanner.lastIndex < end) {
    const match = scanner.exec(text)
    if (match === null) return undefined
    tokens.push(match[1] ?? match[2] ?? match[3] ?? '')
  }
  return tokens
}

function literalOf(token: string | undefined): string | boolean | undefined {
  if (token === undefined) return undefined
  if (/^true$/i.test(token)) return true
  if (/^false$/i.test(token)) return false
  if (!token.startsWith('"')) return undefined
  try {
    return JSON.parse(token) as string
  } catch {
    return undefined
  }
}

/** A filter that keeps to the rules, or the 400 that PingOne answers with. */
export function parseFilter(text: string, rules: FilterRules): Filter {
  const refused = () =>
    problem(400, 'INVALID_REQUEST', [
      {
        code: 'INVALID_FILTER',
        target: 'filter',
        message: 'The filter is malformed, or it has an attribute or operator that is not supported here.',
        innerError: {
          supportedAttributes: Object.keys(rules),
          supportedOperators: [...new Set([...Object.values(rules).flat(), 'and', 'or'])],
        },
      },
    ])
  const tokens = tokensOf(text)
  if (tokens === undefined) throw refused()
  let position = 0
  const nextIs = (word: string): boolean => tokens[position]?.toLowerCase() === word

  function comparison(): Filter {
    const [name = '', operator, literal, closing] = tokens?.slice(position, position + 4) ?? []
    // `memberOfGroups[id eq "…"]`: the comparison stands in the brackets.
    const isBracketed = /^\w+\[\w+$/.test(name)
    if (isBracketed && closing !== ']') throw refused()
    const spelled = isBracketed ? `${name}]` : name
    const attribute = Object.keys(rules).find((known) => known.toLowerCase() === spelled.toLowerCase())
    const value = literalOf(literal)
    const wanted = operator?.toLowerCase() ?? ''
    if (attribute === undefined || value === undefined || !rules[attribute]?.includes(wanted)) throw refused()
    position += isBracketed ? 4 : 3
    return { kind: 'compare', attribute, operator: wanted, value }
  }

  function primary(depth: number): Filter {
    if (depth > DEEPEST) throw refused()
    if (!nextIs('(')) return comparison()
    position += 1
    const inner = either(depth + 1)
    if (!nextIs(')')) throw refused()
    position += 1
    return inner
  }

  function both(depth: number): Filter {
    let left = primary(depth)
    while (nextIs('and')) {
      position += 1
      left = { kind: 'and', left, right: primary(depth) }
    }
    return left
  }

  function either(depth: number): Filter {
    let left = both(depth)
    while (nextIs('or')) {
      position += 1
      left = { kind: 'or', left, right: both(depth) }
    }
    return left
  }

  const filter = either(0)
  if (position !== tokens.length) throw refused()
  return filter
}

/** Strings are compared without regard to letter case, in the whole of Unicode: a client has to look again itself. */
export function matches(filter: Filter, valueOf: (attribute: string) => FilterValue): boolean {
  if (filter.kind !== 'compare') {
    const isLeft = matches(filter.left, valueOf)
    return filter.kind === 'and' ? isLeft && matches(filter.right, valueOf) : isLeft || matches(filter.right, valueOf)
  }
  const found = valueOf(filter.attribute)
  return isList(found) ? found.some((value) => holds(filter, value)) : holds(filter, found)
}

function isList(value: FilterValue): value is readonly string[] {
  return Array.isArray(value)
}

function holds(filter: Comparison, value: string | boolean | undefined): boolean {
  if (typeof value !== 'string' || typeof filter.value !== 'string') return value === filter.value
  const [own, wanted] = [value.toLowerCase(), filter.value.toLowerCase()]
  return filter.operator === 'sw' ? own.startsWith(wanted) : own === wanted
}
