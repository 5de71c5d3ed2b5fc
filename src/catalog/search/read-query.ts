import type { Method } from '../record.ts'
import { METHODS } from '../record.ts'
import type { Intent } from './index-format.ts'
import { INTENTS } from './index-format.ts'
import type { Word } from './words.ts'
import { wordsOf } from './words.ts'

/** What the catalogue knows of words: verbs by what they ask for, and the stems that name things (`verify` does both). */
export interface Grammar {
  verbs: ReadonlyMap<string, Intent>
  isNoun(stem: string): boolean
}

/** How many things are meant: `one` is said (an article, an id, a name), `singular` only follows from the form. */
export const NUMBERS = ['one', 'singular', 'many', 'all', 'unknown'] as const

export interface QueryWord {
  word: Word
  /** 1 for what the sentence is about, less for words that say little by themselves. */
  weight: number
  /** It follows a preposition, or stands in front of a possessive: `the roles of a GROUP`, `a USER's roles`. */
  isTail: boolean
}

export interface ReadQuery {
  words: QueryWord[]
  /** All words in order, the empty ones too. */
  plainWords: string[]
  /** By intent, in the order of INTENTS: 1 for the main verb, less for others. */
  intents: Float64Array
  number: (typeof NUMBERS)[number]
  method?: Method
  /** With `{}` for each parameter and identifier: `/users/{}/password`. */
  path?: string
  /** Letters and digits only, in lower case: for ids and names that were typed in. */
  squeezed: string
  text: string
}

const MAX_CHARACTERS = 600
const GENERIC_WEIGHT = 0.25
const STOP_WORDS = new Set(
  `a an the and or but if then so as is are was were be been being am do does did doing have has had having can could will would shall should may might must
  i me my we us our you your it its this that these those there here of for from in into to on onto at by with without about via per over under out off up
  not no yes please thanks thank hi hello hey dear team just only also too very really some any each other another such same own than when while where why how what which who whom whose
  s t d ll re ve m don doesn didn isn wasn aren won cannot let lets need needs want wants like would ok okay now again still already any more most much many lot lots
  get gets got one two all every both thing things way ways be able him her his he she they them their himself herself themselves someone somebody anyone anybody everyone everybody guy call called named
  use using used via within because since until after before during between through`.split(/\s+/),
)
const PERSONS = new Set(
  'he she him her his hers they them their someone somebody anyone anybody guy whoever people'.split(' '),
)
const PREPOSITIONS = new Set('of for from in into to on onto at by with within belonging under'.split(' '))
const QUESTION_WORDS = new Set(
  'what which who whose is are was were has have had does do did how where when why can could'.split(' '),
)
const GENERIC = new Set(
  'list read get fetch show view display retrieve create make update change edit modify delete remove add set check see find manage tell give new existing endpoint call request pingone rest operation details detail information data okta auth0 entra duo onelogin forgerock keycloak microsoft graph management'.split(
    ' ',
  ),
)
const HOST = /^(?:https?:\/\/)?(?:\{\{[^}]*\}\}|[a-z0-9.-]+\.[a-z]{2,})?(?:\/v1)?(?=\/)/i
const IDENTIFIER = /^(?:\{.*\}|:.+id|<.*>|[0-9a-f]{8}-[0-9a-f-]{27,}|\$\{?\w+\}?|\d+|id|\w+[-_]?id)$/i
// A quoted text, an email, a colour or a number names one particular thing: it says nothing about the operation.
const PARTICULARS =
  /"[^"]{1,60}"|(?<![\p{L}\p{N}])'[^'\n]{1,60}'(?![\p{L}\p{N}])|[\w.+-]+@[\w-]+(?:\.[\w-]+)+|#[0-9a-f]{3,8}\b|\b[0-9a-f]{8}-[0-9a-f-]{27,}\b|\+?\d[\d .-]{5,}\d|\b(?:abc|xyz)(?:-?\d+)?\b/giu

const VENDORS = 'okta|(?:microsoft )?(?:entra(?: id)?|graph)|azure ad|auth0|duo|onelogin|forgerock|keycloak'
// `Okta: list factors`, `Duo phones of a user`, `Google Workspace move user`: whose words these are, not what is wanted.
// A Google login is something that PingOne has.
const VENDOR_IN_FRONT = new RegExp(
  `^\\s*(?:in |the )?(?:(?:${VENDORS}|google(?: workspace| admin| directory)*(?: sdk| api)?:|google (?:workspace|admin|directory)(?: sdk| api)?)\\s*(?:management api|admin(?: api| sdk)?)?\\s*[:,-]?\\s+)(?=\\S)`,
  'i',
)
const VENDOR_BEHIND = new RegExp(
  `\\s*(?:,|\\(|\\bin\\b|\\bfrom\\b|-)?\\s*\\b(?:${VENDORS}|google (?:workspace|admin))(?: management api| admin(?: api| sdk| console)?| api)?\\s*\\)?[.?!]*$`,
  'i',
)

/** What a query says, before anything is looked up. */
export function readQuery(text: string, grammar: Grammar): ReadQuery {
  const cut = text.slice(0, MAX_CHARACTERS)
  const method = methodIn(cut)
  const path = pathIn(cut)
  const asked = withoutVendor(cut)
  const plain = asked.replace(PARTICULARS, ' ').replace(/[{}]/g, ' ')
  const all = wordsOf(plain)
  const hasPerson = all.some(({ text: word }) => PERSONS.has(word)) || /[\w.+-]+@[\w-]+\.\w+/.test(cut)
  const { words, intents } = weigh(all, grammar)
  if (hasPerson && !words.some(({ word }) => word.stem === 'user')) {
    words.push({
      word: { text: 'user', stem: 'user', isName: false, isPlural: false, startsClause: false },
      weight: 0.35,
      isTail: true,
    })
  }
  return {
    words,
    plainWords: all.map(({ text: word }) => word),
    intents,
    number: numberOf(all, words, plain.length < asked.length),
    ...(method === undefined ? {} : { method }),
    ...(path === undefined ? {} : { path }),
    squeezed: cut.toLowerCase().replace(/[^a-z0-9]/g, ''),
    text: cut,
  }
}

function withoutVendor(text: string): string {
  const rest = text.replace(VENDOR_IN_FRONT, '').replace(VENDOR_BEHIND, '')
  return rest.trim() === '' ? text : rest
}

function methodIn(text: string): Method | undefined {
  return METHODS.find((method) => new RegExp(`(?:^|[\\s:])${method}(?:$|[\\s:])`).test(text))
}

function pathIn(text: string): string | undefined {
  const typed = text.split(/\s+/).find((part) => /[^/]\/[^/]/.test(part) && !part.startsWith('application/'))
  if (typed === undefined) return undefined
  const withSlash = typed.startsWith('/') || /^https?:|^\{\{/.test(typed) ? typed : `/${typed}`
  const segments =
    withSlash
      .replace(HOST, '')
      .split(/[?#]/)[0]
      ?.split('/')
      .filter((segment) => segment !== '') ?? []
  if (segments[0] === 'v1') segments.shift()
  return `/${segments.map((segment) => (IDENTIFIER.test(segment) ? '{}' : segment)).join('/')}`
}

function weigh(all: readonly Word[], { verbs, isNoun }: Grammar): Pick<ReadQuery, 'words' | 'intents'> {
  const intents = new Float64Array(INTENTS.length)
  const note = (intent: Intent, strength: number) => {
    const at = INTENTS.indexOf(intent)
    intents[at] = Math.max(intents[at] ?? 0, strength)
  }
  const words: QueryWord[] = []
  const isQuestion = QUESTION_WORDS.has(all[0]?.text ?? '')
  let isTail = false
  let verbStrength = 1
  for (const [index, word] of all.entries()) {
    if (PREPOSITIONS.has(word.text)) isTail = words.length > 0
    const verb = verbs.get(word.text) ?? verbs.get(word.stem)
    const isFirst =
      word.startsClause ||
      words.length === 0 ||
      /^(?:and|to|please|then|or|can|you|we|i|should|must|not|me|us)$/.test(all[index - 1]?.text ?? '')
    if (verb !== undefined) {
      const isParticiple = !isFirst && /[^e]ed$/.test(word.text)
      const isName = all.length <= 3 && isNoun(word.stem)
      note(
        verb,
        (isFirst ? verbStrength : verbStrength * 0.5) * (isQuestion || isParticiple ? 0.3 : 1) * (isName ? 0.6 : 1),
      )
      if (isName) note('bare', 0.7)
      if (isFirst) verbStrength = 0.6
    }
    if (STOP_WORDS.has(word.text) || word.text.length > 40) continue
    const weight = isGeneric(word.text) ? GENERIC_WEIGHT : verb !== undefined ? 0.7 : 1
    words.push({ word, weight, isTail: isTail || all[index + 1]?.text === 's' })
    if (words.length >= 40) break
  }
  if (isQuestion) note('ask', 1)
  if (intents.every((strength) => strength === 0))
    note(all.length - words.length <= 1 && words.length <= 5 ? 'bare' : 'none', 1)
  return { words, intents }
}

/** Words that stand in any request. They count a little where the catalogue knows them, and are no loss where it does not. */
export function isGeneric(word: string): boolean {
  return GENERIC.has(word)
}

function numberOf(all: readonly Word[], words: readonly QueryWord[], namesOne: boolean): ReadQuery['number'] {
  const says = (...texts: string[]) => all.some(({ text }) => texts.includes(text))
  if (says('all', 'every', 'each')) return 'all'
  if (namesOne || says('one', 'id', 'particular', 'single', 'specific')) return 'one'
  const target = words.filter(({ weight, isTail }) => weight >= 0.7 && !isTail).at(-1)
  if (target === undefined) return 'unknown'
  if (target.word.isPlural) return 'many'
  return says('a', 'an') ? 'one' : 'singular'
}
