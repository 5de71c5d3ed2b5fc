import { request } from 'node:http'
import type { TestIssuer } from '../http/issuer.ts'

interface Seen {
  status: number
  text: string
  headers: Record<string, string | string[] | undefined>
  location: string
  cookies: string[]
}

/** A browser without script: it keeps cookies, sends forms as pages have them, and follows where it is sent. */
export interface Guest {
  /** Every header is the caller's to choose. */
  raw(method: string, path: string, sent?: { headers?: Record<string, string>; body?: string }): Promise<Seen>
  get(path: string): Promise<Seen>
  /** A form of one of our own pages. */
  submit(path: string, fields: Record<string, string>): Promise<Seen>
  /** What the page's script sends. */
  send(path: string, nonce: string, body: object): Promise<Seen>
  /** Signs in to see, and answers with what comes last. */
  signIn(person: string | undefined, back?: string): Promise<Seen>
  /** Sends the form of the approval's page: where the browser is sent to sign in. */
  beginApproving(id: string, more?: Record<string, string>): Promise<string>
  /** As this person at the issuer: the address that the browser is sent back to. */
  logIn(authorizationUrl: string, person: string | undefined): Promise<string>
  /** The whole way; what the callback answers. */
  approve(id: string, person: string | undefined, more?: Record<string, string>): Promise<Seen>
  /** Opens the address that the issuer sent this browser back to. */
  comeBack(address: string): Promise<Seen>
  /** The one-time value of a page. */
  nonceOf(path: string): Promise<string>
  /** What the server tells a page that stays open. */
  listen(path: string): { next(pattern: RegExp): Promise<void>; close(): void }
}

interface Place {
  publicUrl: string
  /** Of the process that answers; behind a load balancer it is another one each time. */
  port: number | (() => number)
  issuer: TestIssuer
}

export function openGuest({ publicUrl, port: given, issuer }: Place): Guest {
  const portNow = () => (typeof given === 'function' ? given() : given)
  const { host, origin } = new URL(publicUrl)
  const jar = new Map<string, string>()

  const cookies = () => [...jar].map(([name, value]) => `${name}=${value}`).join('; ')
  const raw: Guest['raw'] = (method, path, { headers = {}, body } = {}) =>
    new Promise((resolve, reject) => {
      const sent = request(
        {
          method,
          host: '127.0.0.1',
          port: portNow(),
          path,
          agent: false,
          headers: { host, cookie: cookies(), ...headers },
        },
        (answer) => {
          let text = ''
          answer.setEncoding('utf8').on('data', (chunk: string) => (text += chunk))
          answer.on('error', reject)
          answer.on('end', () => {
            const written = answer.headers['set-cookie'] ?? []
            for (const line of written) {
              const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? []
              if (value === '') jar.delete(name)
              else jar.set(name, value)
            }
            const { statusCode: status = 0, headers: got } = answer
            resolve({ status, text, headers: got, location: got.location ?? '', cookies: written })
          })
        },
      )
      sent.on('error', reject)
      sent.end(body)
    })

  const get: Guest['get'] = (path) =>
    raw('GET', path, {
      headers: { 'sec-fetch-site': 'none', 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document' },
    })
  const own = { origin, 'sec-fetch-site': 'same-origin' }
  const comeBack: Guest['comeBack'] = (address) => {
    const { pathname, search } = new URL(address)
    return raw('GET', pathname + search, { headers: { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate' } })
  }

  const guest: Guest = {
    raw,
    get,
    submit: (path, fields) =>
      raw('POST', path, {
        headers: { ...own, 'content-type': 'application/x-www-form-urlencoded' },
        body: new URLSearchParams(fields).toString(),
      }),
    send: (path, nonce, body) =>
      raw('POST', path, {
        headers: { ...own, 'content-type': 'application/json', 'x-console-nonce': nonce },
        body: JSON.stringify(body),
      }),
    logIn: issuer.logIn,
    async signIn(person, back = '/approvals') {
      const { location, text } = await get(`/approvals/sign-in?return=${encodeURIComponent(back)}`)
      if (location === '') throw new Error(`not sent anywhere: ${text}`)
      return comeBack(await issuer.logIn(location, person))
    },
    async beginApproving(id, more = {}) {
      const { text: page } = await get(`/approvals/${id}`)
      const form = /<form\s[^>]*action="\/approvals\/\w{16}\/sign-in"[^]*?<\/form>/.exec(page)?.[0] ?? ''
      const field = (name: string) => new RegExp(`name="${name}" value="([^"]*)"`).exec(form)?.[1] ?? ''
      const fields = { nonce: field('nonce'), digest: field('digest'), ...more }
      const { location, text } = await guest.submit(`/approvals/${id}/sign-in`, fields)
      if (location === '') throw new Error(sentenceOf(text))
      return location
    },
    async approve(id, person, more) {
      return comeBack(await issuer.logIn(await guest.beginApproving(id, more), person))
    },
    comeBack,
    async nonceOf(path) {
      const { text } = await get(path)
      const nonce = /data-nonce="([^"]+)"/.exec(text)?.[1]
      if (nonce === undefined) throw new Error(`no one-time value in ${path}: ${text.slice(0, 300)}`)
      return nonce
    },
    listen(path) {
      let text = ''
      let look: () => unknown = () => undefined
      const sent = request({
        host: '127.0.0.1',
        port: portNow(),
        path,
        agent: false,
        headers: { host, cookie: cookies() },
      })
      sent.on('response', (answer) => {
        answer.setEncoding('utf8').on('data', (chunk: string) => {
          text += chunk
          look()
        })
        answer.on('error', () => undefined)
      })
      sent.on('error', () => undefined)
      sent.end()
      return {
        next: (pattern) =>
          new Promise((resolve) => {
            look = () => pattern.test(text) && resolve()
            look()
          }),
        close: () => void sent.destroy(),
      }
    },
  }
  return guest
}

/** Why something did not work, as the page says it. */
export function sentenceOf(page: string): string {
  return (/role="alert">([^<]*)</.exec(page)?.[1] ?? page).replaceAll('&#39;', "'").trim()
}
