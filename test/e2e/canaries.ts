import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import type { App } from '../../src/app.ts'
import type { Sandbox } from '../../src/sandbox/sandbox.ts'
import type { CallResult } from './session.ts'

/** What must not be seen, and where. */
export interface Canaries {
  /** Nowhere: secrets, access tokens, codes, passphrases, numbers in full. */
  everywhere: Set<string>
  /** Known to the caller, and to nobody else: not at rest, not in a log. */
  claimTokens: Set<string>
}

/** What somebody could have seen of one stage. */
export interface Traces {
  home: string
  /** Answers and command output. */
  printed: readonly string[]
  /** What servers wrote to stderr, a text each. */
  logs: readonly string[]
}

export function createCanaries(sandbox: Sandbox): Canaries {
  const { clientId, clientSecret } = sandbox.tenant
  const encoded = encodeURIComponent(clientSecret)
  const basic = [`${clientId}:${clientSecret}`, `${encodeURIComponent(clientId)}:${encoded}`]
  return {
    everywhere: new Set([clientSecret, encoded, ...basic.map((pair) => Buffer.from(pair).toString('base64'))]),
    claimTokens: new Set(),
  }
}

/** The tenant as it is served, with an eye on the credentials that reach it. */
export function withWatchedCredentials(sandbox: Sandbox, canaries: Canaries): Sandbox {
  return Object.create(sandbox, {
    fetch: {
      value: (...[request, node]: Parameters<Sandbox['fetch']>) => {
        const [scheme, credential] = request.headers.get('authorization')?.split(' ') ?? []
        if (scheme === 'Bearer' && credential !== undefined) canaries.everywhere.add(credential)
        return sandbox.fetch(request, node)
      },
    },
  }) as Sandbox
}

/** What a caller gave or got that goes no further. */
export function noteCall(canaries: Canaries, args: Record<string, unknown>, result: CallResult): void {
  const { phone, otp } = args
  if (typeof phone === 'string' && /^\+\d{8,15}$/.test(phone)) addNumber(canaries.everywhere, phone)
  if (typeof otp === 'string' && /^\d{6,10}$/.test(otp)) canaries.everywhere.add(otp)
  const token = result.raw.structuredContent?.approval?.token
  if (token !== undefined) canaries.claimTokens.add(token)
}

/** The contact data that the tenant holds now. An address that is somebody's primary email may be shown. */
export function noteContacts(canaries: Canaries, { state }: Sandbox): void {
  const users = state.users()
  const emails = new Set(users.map(({ email }) => email))
  for (const user of users) {
    if (user.mobilePhone !== undefined) addNumber(canaries.everywhere, user.mobilePhone)
    for (const { phone, email } of state.devicesOf(user.id)) {
      if (phone !== undefined) addNumber(canaries.everywhere, phone)
      if (email !== undefined && !emails.has(email)) canaries.everywhere.add(email)
    }
  }
}

function addNumber(canaries: Set<string>, phone: string): void {
  const digits = phone.replace(/\D/g, '')
  if (digits.length >= 8) canaries.add(digits)
}

/** The numbers that may stand in the store now: those of additions that can still run. */
export async function numbersThatMayRest(app: App, home: string): Promise<string> {
  if (!existsSync(join(home, 'approvals.db'))) return ''
  const rows = await (await app.store()).approvals({ states: ['pending', 'approved', 'executing'] })
  return rows.map(({ plan }) => plan).join('\n')
}

/** Fails where a canary stands in something that was printed, answered, logged or stored. */
export function assertNothingLeaked(canaries: Canaries, traces: Traces, mayRest: string): void {
  const stored = filesBelow(traces.home).map((path) => ({
    where: path.slice(traces.home.length),
    bytes: readFileSync(path),
    isStored: true,
  }))
  const logged = [{ where: 'a log', bytes: Buffer.from(traces.logs.join('\n')), isStored: false }]
  const said = [{ where: 'output', bytes: Buffer.from(traces.printed.join('\n')), isStored: false }]
  for (const canary of canaries.everywhere) {
    for (const { where, bytes, isStored } of [...stored, ...logged, ...said]) {
      if (isStored && bytes.includes(canary) && mayRest.includes(canary)) continue
      refuse(canary, bytes, where)
    }
  }
  for (const { where, bytes } of [...stored, ...logged]) {
    for (const token of claimTokensIn(bytes)) if (canaries.claimTokens.has(token)) refuse(token, bytes, where)
  }
}

/** There can be thousands, so that each text is read once for all of them. */
function claimTokensIn(bytes: Buffer): string[] {
  return bytes.toString('latin1').match(/apv_[\w-]{22,}/g) ?? []
}

function refuse(canary: string, bytes: Buffer, where: string): void {
  for (let at = bytes.indexOf(canary); at >= 0; at = bytes.indexOf(canary, at + 1)) {
    if (isPartOfANumber(canary, bytes, at)) continue
    const around = bytes.subarray(Math.max(0, at - 80), at + 40).toString('latin1')
    throw new Error(`a canary (${canary.length} characters) stands in ${where}: …${around}…`)
  }
}

/** Six digits stand in many a time and hash, too. */
function isPartOfANumber(canary: string, bytes: Buffer, at: number): boolean {
  if (!/^\d{1,10}$/.test(canary)) return false
  const neighbours =
    bytes.toString('latin1', Math.max(0, at - 1), at) +
    bytes.toString('latin1', at + canary.length, at + canary.length + 1)
  return /[\da-f]/i.test(neighbours)
}

function filesBelow(folder: string): string[] {
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name)
    if (name === 'cache') return []
    return statSync(path).isDirectory() ? filesBelow(path) : [path]
  })
}
