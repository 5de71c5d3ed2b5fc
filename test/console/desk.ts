import { request } from 'node:http'
import type { Console } from '../../src/console/console.ts'
import { rehearse, type Rehearsal } from '../e2e/rehearsal.ts'
import type { CallResult } from '../e2e/session.ts'
import { type Authenticator, createAuthenticator, type Quirks } from './authenticator.ts'

export interface Reply {
  status: number
  text: string
  headers: Record<string, string | string[] | undefined>
  json: { ok?: boolean; sentence?: string; nonce?: string; state?: string; options?: Options; digest?: string }
}

interface Options {
  challenge: string
  rpId?: string
  rp: { id?: string }
  user: { id: string }
  userVerification?: string
  allowCredentials?: { id: string }[]
}

/** The console as a browser's page talks to it, over HTTP on loopback, with the whole program behind it. */
export interface Desk {
  rehearsal: Rehearsal
  pages: Console
  origin: string
  get(path: string, headers?: Record<string, string>): Promise<Reply>
  /** As the page's own script sends it, unless headers say otherwise. */
  post(path: string, body: unknown, headers?: Record<string, string>): Promise<Reply>
  /** The one-time value in a page. */
  nonceOf(path: string, headers?: Record<string, string>): Promise<string>
  /** Enrols with a passkey by link; the voucher's passkey where somebody is enrolled. */
  enrol(name: string, email: string, voucher?: Authenticator): Promise<Authenticator>
  /** An assistant asks to reset somebody. */
  ask(email?: string): Promise<CallResult['structured']['approval']>
  /** What a passkey is to sign for this approval, with the value for the next request. */
  optionsFor(id: string): Promise<{ nonce: string; options: Options }>
  approve(id: string, key: Authenticator, how?: Quirks & { code?: string }): Promise<Reply>
  stateOf(id: string): Promise<string | undefined>
  /** The cookie of a browser that was let in. */
  letIn(): Promise<string>
}

export async function openDesk(): Promise<Desk> {
  const rehearsal = await rehearse()
  const pages = await rehearsal.app.console()
  if (pages === undefined) throw new Error('no console')
  const { origin, host } = new URL(pages.url)

  const get: Desk['get'] = (path, headers = {}) => send('GET', origin + path, { host, ...headers })
  const post: Desk['post'] = (path, body, headers = {}) =>
    send(
      'POST',
      origin + path,
      { host, origin, 'sec-fetch-site': 'same-origin', 'content-type': 'application/json', ...headers },
      typeof body === 'string' ? body : JSON.stringify(body),
    )
  const nonceOf: Desk['nonceOf'] = async (path, headers) => {
    const { text } = await get(path, headers)
    const nonce = /data-nonce="([^"]+)"/.exec(text)?.[1]
    if (nonce === undefined) throw new Error(`no one-time value in ${path}: ${text.slice(0, 300)}`)
    return nonce
  }
  const need = (reply: Reply) => {
    if (reply.json.ok !== true) throw new Error(reply.json.sentence ?? reply.text)
    return { nonce: reply.json.nonce ?? '', options: reply.json.options as Options }
  }
  const with_ = (nonce: string) => ({ 'x-console-nonce': nonce })

  const optionsFor: Desk['optionsFor'] = async (id) =>
    need(await post(`/approvals/${id}/options`, {}, with_(await nonceOf(`/approvals/${id}`))))

  return {
    rehearsal,
    pages,
    origin,
    get,
    post,
    nonceOf,
    optionsFor,
    async enrol(name, email, voucher) {
      const token = await (await rehearsal.app.enrolments()).open({ name, email, voucher: undefined })
      const key = createAuthenticator(origin)
      let nonce = await nonceOf(`/approvals/enrol/${token}`)
      if (voucher !== undefined) {
        const asked = need(await post(`/approvals/enrol/${token}/vouch/options`, {}, with_(nonce)))
        const assertion = voucher.get(asked.options)
        nonce = need(await post(`/approvals/enrol/${token}/vouch`, { assertion }, with_(asked.nonce))).nonce
      }
      const asked = need(await post(`/approvals/enrol/${token}/options`, {}, with_(nonce)))
      const attestation = key.create(asked.options)
      need(
        await post(
          `/approvals/enrol/${token}/register`,
          { attestation, credentialName: 'Blue key' },
          with_(asked.nonce),
        ),
      )
      return key
    },
    async ask(email = 'alice@example.com') {
      const { structured } = await rehearsal.call('reset_mfa_devices', { email })
      return structured.approval
    },
    async approve(id, key, { code, ...how } = {}) {
      const { nonce, options } = await optionsFor(id)
      const assertion = key.get(options, how)
      return post(`/approvals/${id}/approve`, { assertion, ...(code === undefined ? {} : { code }) }, with_(nonce))
    },
    stateOf: async (id) => (await (await rehearsal.app.approvals()).find(id))?.state,
    async letIn() {
      const { headers } = await get(new URL(pages.openUrl()).pathname)
      return String(headers['set-cookie']).split(';')[0] ?? ''
    },
  }
}

/** Nothing of a browser's own rules: every header is the test's to choose. */
export function send(method: string, url: string, headers: Record<string, string>, body?: string): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const { hostname, port, pathname, search } = new URL(url)
    const sent = request(
      { method, host: hostname === 'localhost' ? '127.0.0.1' : hostname, port, path: pathname + search, headers },
      (answer) => {
        let text = ''
        answer.setEncoding('utf8').on('data', (chunk: string) => (text += chunk))
        answer.on('end', () =>
          resolve({ status: answer.statusCode ?? 0, text, headers: answer.headers, json: parsed(text) }),
        )
      },
    )
    sent.on('error', reject)
    sent.end(body)
  })
}

function parsed(text: string): Reply['json'] {
  try {
    return JSON.parse(text) as Reply['json']
  } catch {
    return {}
  }
}
