/**
 * The stem of an English word in lower case, after Porter's algorithm of 1980: `policies` and `policy` become one, so do
 * `rotation` and `rotate`. It is not a word that anybody should see.
 */
export function stem(word: string): string {
  const known = IRREGULAR.get(word)
  if (known !== undefined) return known
  if (word.length < 4 || /[^a-z]/.test(word)) return word
  return tidyEnd(shorten(shorten(withoutTense(withoutPlural(word)), DOUBLE_SUFFIXES, 0), SUFFIXES, 1))
}

/** Words of the field that the rules would tear apart or run together. */
const IRREGULAR = new Map(
  Object.entries({
    verify: 'verif',
    verifies: 'verif',
    verified: 'verif',
    verifying: 'verif',
    organisation: 'organiz',
    organization: 'organiz',
    organizations: 'organiz',
    organisations: 'organiz',
    organizational: 'organiz',
    setting: 'setting',
    settings: 'setting',
    creation: 'creat',
    deletion: 'delet',
    sms: 'sms',
    does: 'do',
    news: 'news',
    dns: 'dns',
    apns: 'apns',
    enrolment: 'enrol',
    enrolments: 'enrol',
    enrollment: 'enrol',
    enrollments: 'enrol',
    enroll: 'enrol',
    enrolled: 'enrol',
    enrolls: 'enrol',
    enrolling: 'enrol',
    lost: 'lose',
    forgot: 'forget',
    forgotten: 'forget',
    sent: 'send',
    stolen: 'steal',
    left: 'leave',
    broke: 'break',
    broken: 'break',
    bought: 'buy',
    took: 'take',
    taken: 'take',
    gave: 'give',
    given: 'give',
    kept: 'keep',
    hidden: 'hide',
  }),
)

const CONSONANT = '(?:[^aeiouy]|(?<=[aeiou])y|^y)'
const VOWEL = '(?:[aeiou]|(?<![aeiou]|^)y)'
const MEASURE = new RegExp(`${VOWEL}+${CONSONANT}+`, 'g')
const HAS_VOWEL = new RegExp(VOWEL)
const ENDS_CVC = new RegExp(`${CONSONANT}${VOWEL}[^aeiouwxy]$`)

/** How many times vowels are followed by consonants: what is left of a word has to be long enough to stand alone. */
function measure(part: string): number {
  return part.match(MEASURE)?.length ?? 0
}

function withoutPlural(word: string): string {
  if (word.endsWith('sses') || word.endsWith('ies')) return word.slice(0, -2)
  if (word.endsWith('ss') || word.endsWith('us')) return word
  return word.endsWith('s') ? word.slice(0, -1) : word
}

function withoutTense(word: string): string {
  if (word.endsWith('eed')) return measure(word.slice(0, -3)) > 0 ? word.slice(0, -1) : word
  const ending = /(ed|ing)$/.exec(word)?.[0]
  const part = ending === undefined ? word : word.slice(0, -ending.length)
  if (ending === undefined || !HAS_VOWEL.test(part)) return withoutY(word)
  if (/(at|bl|iz)$/.test(part)) return `${part}e`
  if (/([^aeiouylsz])\1$/.test(part)) return part.slice(0, -1)
  return withoutY(measure(part) === 1 && ENDS_CVC.test(part) ? `${part}e` : part)
}

function withoutY(word: string): string {
  return word.endsWith('y') && HAS_VOWEL.test(word.slice(0, -1)) ? `${word.slice(0, -1)}i` : word
}

const DOUBLE_SUFFIXES: readonly [string, string][] = Object.entries({
  ational: 'ate',
  ization: 'ize',
  isation: 'ize',
  iveness: 'ive',
  fulness: 'ful',
  ousness: 'ous',
  tional: 'tion',
  biliti: 'ble',
  entli: 'ent',
  ousli: 'ous',
  ation: 'ate',
  alism: 'al',
  aliti: 'al',
  iviti: 'ive',
  izer: 'ize',
  ator: 'ate',
  alli: 'al',
  icate: 'ic',
  ative: '',
  alize: 'al',
  iciti: 'ic',
  ical: 'ic',
  ness: '',
})

const SUFFIXES: readonly [string, string][] =
  'ement ance ence able ible ment ant ent ism ate iti ous ive ize ise al er ic ou'
    .split(' ')
    .map((suffix) => [suffix, ''])

function shorten(word: string, rules: readonly [string, string][], atLeast: number): string {
  for (const [suffix, replacement] of rules) {
    if (!word.endsWith(suffix)) continue
    const part = word.slice(0, -suffix.length)
    return measure(part) > atLeast ? part + replacement : word
  }
  if (atLeast === 1 && /[st]ion$/.test(word) && measure(word.slice(0, -3)) > 1) return word.slice(0, -3)
  return word
}

function tidyEnd(word: string): string {
  let result = word
  if (result.endsWith('e')) {
    const part = result.slice(0, -1)
    if (measure(part) > 1 || (measure(part) === 1 && !ENDS_CVC.test(part))) result = part
  }
  return result.endsWith('ll') && measure(result) > 1 ? result.slice(0, -1) : result
}
