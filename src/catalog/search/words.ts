import { stem } from './stem.ts'

export interface Word {
  /** As written, in lower case. */
  text: string
  stem: string
  /** It began with a capital letter inside a sentence: often a name. */
  isName: boolean
  isPlural: boolean
  /** It is the first word, or follows a comma or a full stop: a verb here is a request. */
  startsClause: boolean
}

/** Words that belong together, whichever way they are written: `log in`, `sign-on` and `signin` are one thing. */
const COMPOUNDS = new Map<string, string>(
  Object.entries({
    'sign on': 'signon',
    'sign in': 'signon',
    'signing in': 'signon',
    'signed in': 'signon',
    'signed on': 'signon',
    'signs in': 'signon',
    'sign ons': 'signon',
    'sign ins': 'signon',
    'log in': 'signon',
    'log on': 'signon',
    'logged in': 'signon',
    'logs in': 'signon',
    'logging in': 'signon',
    'sign out': 'signoff',
    'sign off': 'signoff',
    'signed out': 'signoff',
    'log out': 'signoff',
    'log off': 'signoff',
    'logged out': 'signoff',
    'sign up': 'signup',
    'two factor': 'mfa',
    'two factors': 'mfa',
    '2 factor': 'mfa',
    'multi factor': 'mfa',
    'two step': 'mfa',
    '2 step': 'mfa',
    'second factor': 'mfa factor',
    'second factors': 'mfa factor',
    'e mail': 'email',
    'e mails': 'email',
    'user name': 'username',
    'web hook': 'webhook',
    'web hooks': 'webhook',
    'pass key': 'passkey',
    'pass keys': 'passkey',
    'set up': 'setup',
    'time out': 'timeout',
    're captcha': 'recaptcha',
    'fido 2': 'fido2',
    'da vinci': 'davinci',
    'ping one': 'pingone',
    'ping id': 'pingid',
    'open id': 'openid',
    'web authn': 'webauthn',
    'id p': 'idp',
    'id ps': 'idp',
    'i ds': 'ids',
    'white list': 'whitelist',
    'allow list': 'allowlist',
    'on board': 'onboard',
    'off board': 'offboard',
  }),
)
const SINGLE = new Map<string, string>(
  Object.entries({
    login: 'signon',
    logins: 'signon',
    logon: 'signon',
    logons: 'signon',
    signin: 'signon',
    signins: 'signon',
    signons: 'signon',
    logout: 'signoff',
    signout: 'signoff',
    multifactor: 'mfa',
    twofactor: 'mfa',
    '2fa': 'mfa',
    '2sv': 'mfa',
    oauth2: 'oauth',
    mails: 'email',
    mail: 'email',
    licence: 'license',
    licences: 'license',
    licensing: 'license',
    colour: 'color',
    colours: 'color',
    catalogue: 'catalog',
    authorisation: 'authorization',
    customise: 'customize',
    localisation: 'localization',
    l10n: 'localization',
    centre: 'center',
    behaviour: 'behavior',
    idps: 'idp',
    ids: 'id',
    ous: 'ou',
    apps: 'app',
    info: 'information',
    config: 'configuration',
    configs: 'configuration',
    auth: 'authentication',
    authn: 'authentication',
    pwd: 'password',
    admins: 'admin',
    env: 'environment',
    envs: 'environment',
    org: 'organization',
    orgs: 'organization',
    perms: 'permission',
    notif: 'notification',
    sso: 'sso',
    sop: 'signon policy',
  }),
)

/** Names with a capital letter inside that are one word all the same. */
const BRANDS = new Set(
  'pingone pingid pingfederate pingaccess pingdirectory davinci onelogin forgerock webauthn oauth oauth2 openid github gitlab linkedin paypal servicenow sharepoint youtube mysql openldap'.split(
    ' ',
  ),
)
/** `OUs`, `APNs`: an abbreviation in the plural. */
const ABBREVIATIONS = /^\p{Lu}{2,}s$/u

/** The words of a text in order: camel case taken apart, compounds joined, stems added. Any script; never throws. */
export function wordsOf(text: string): Word[] {
  const raw: Omit<Word, 'stem'>[] = []
  let position = 0
  for (const [, between = '', token = ''] of text.normalize('NFKC').matchAll(/([^\p{L}\p{N}]*)([\p{L}\p{N}]+)/gu)) {
    const startsClause = position === 0 || /[,;.:!?]/.test(between)
    const isName = position++ > 0 && /^\p{Lu}\p{Ll}/u.test(token)
    const isAbbreviations = ABBREVIATIONS.test(token)
    for (const [at, part] of partsOf(token).entries()) {
      raw.push({
        text: part,
        isName,
        isPlural: isAbbreviations || isPlural(part),
        startsClause: startsClause && at === 0,
      })
    }
  }
  const words: Word[] = []
  for (let index = 0; index < raw.length; index++) {
    const { text: current, ...form } = raw[index] as (typeof raw)[number]
    const following = raw[index + 1]?.text
    const compound = following === undefined ? undefined : COMPOUNDS.get(`${current} ${following}`)
    if (compound !== undefined) index++
    for (const single of (compound ?? SINGLE.get(current) ?? current).split(' ')) {
      words.push({ text: single, stem: stem(single), ...form })
    }
  }
  return words
}

/** `phoneDeliverySettings` → phone, delivery, settings; `MFASettings` → mfa, settings; `fido2Policies` → fido2, policies. */
function partsOf(token: string): string[] {
  if (BRANDS.has(token.toLowerCase()) || ABBREVIATIONS.test(token)) return [token.toLowerCase()]
  return token
    .replace(/(\p{Ll}|\p{N})(\p{Lu})/gu, '$1 $2')
    .replace(/(\p{Lu})(\p{Lu}\p{Ll})/gu, '$1 $2')
    .toLowerCase()
    .split(' ')
    .slice(0, 12)
}

function isPlural(word: string): boolean {
  return word.length > 3 && /[^su]s$/.test(word) && !/(?:ss|us|sms|status|is)$/.test(word)
}
