import { createPublicKey, generateKeyPairSync, type KeyObject, verify } from 'node:crypto'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { hashEntry } from '../../src/store/audit-chain.ts'
import type { AuditEntry } from '../../src/store/store.ts'
import { type Desk, openDesk } from './desk.ts'

let desk: Desk
let signer: KeyPair
beforeEach(async () => {
  desk = await openDesk()
  for (const name of ['Olga', 'Pavel', 'Quentin']) await desk.enrol(name, `${name.toLowerCase()}@example.com`)
  signer = await keyPair('signer')
})
afterEach(() => desk[Symbol.asyncDispose]())

interface KeyPair {
  privateFile: string
  publicFile: string
  privatePem: string
}

async function keyPair(name: string): Promise<KeyPair> {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519')
  const privatePem = privateKey.export({ type: 'pkcs8', format: 'pem' }) as string
  return {
    privateFile: await keep(`${name}.pem`, privatePem),
    publicFile: await keep(`${name}.pub.pem`, publicKey.export({ type: 'spki', format: 'pem' }) as string),
    privatePem,
  }
}

async function keep(name: string, text: string): Promise<string> {
  const path = join(desk.home, name)
  await writeFile(path, text)
  return path
}

/** Runs an export and keeps what it printed. */
async function exportTo(name: string, flags: readonly string[] = []): Promise<string> {
  const { code, stdout, stderr } = await desk.run(['audit', 'export', ...flags])
  if (code !== 0) throw new Error(stderr)
  return keep(name, stdout)
}

const signedExport = (name: string, flags: readonly string[] = []) =>
  exportTo(name, ['--sign', signer.privateFile, ...flags])

const verified = async (...flags: readonly string[]) => {
  const { code, stderr } = await desk.run(['audit', 'verify', ...flags])
  return { code, stderr }
}

/** Without variables: whoever verifies a file has neither the store nor a connection. */
const verifiedElsewhere = async (...flags: readonly string[]) => {
  const { code, stderr } = await desk.run(['audit', 'verify', ...flags], { env: {} })
  return { code, stderr }
}

async function changeFile(path: string, change: (lines: string[]) => string[]): Promise<void> {
  const lines = (await readFile(path, 'utf8')).trimEnd().split('\n')
  await writeFile(path, `${change(lines).join('\n')}\n`)
}

/** The log from here on made anew, so that each link holds. */
function forged(lines: readonly string[], from: number, change: (entry: AuditEntry) => AuditEntry): string[] {
  let prev: string | undefined
  return lines.map((line) => {
    const entry = JSON.parse(line) as AuditEntry
    if (entry.seq === undefined) return JSON.stringify({ ...(JSON.parse(line) as object), head: prev })
    if (entry.seq < from) return line
    const unhashed = { ...change(entry), prev: prev ?? entry.prev }
    prev = hashEntry(unhashed)
    return JSON.stringify({ ...unhashed, hash: prev })
  })
}

function inStore(sql: string): void {
  const database = new DatabaseSync(join(desk.home, 'approvals.db'))
  database.exec(sql)
  database.close()
}

describe('a signed export', () => {
  test('ends with a line that has the head, and a signature over four lines of text', async () => {
    const lines = (await readFile(await signedExport('log.jsonl'), 'utf8')).trimEnd().split('\n')
    const last = JSON.parse(lines.at(-1) ?? '') as {
      head: string
      entries: number
      checkpoint: { at: string }
      publicKey: string
      signature: string
    }
    const key: KeyObject = createPublicKey(await readFile(signer.publicFile, 'utf8'))
    const { head, entries, checkpoint } = last
    const text = `pingone-mfa-mcp audit checkpoint v1\nhead ${head}\nentries ${entries}\nat ${checkpoint.at}\n`

    expect(last).toMatchObject({ entries: 3, head: (JSON.parse(lines[2] ?? '') as AuditEntry).hash })
    expect(last.publicKey).toBe(key.export({ type: 'spki', format: 'der' }).toString('base64'))
    expect(verify(null, Buffer.from(text), key, Buffer.from(last.signature, 'base64'))).toBe(true)
  })

  test('says which key it was, and nothing of the private one', async () => {
    const { stdout, stderr } = await desk.run(['audit', 'export', '--sign', signer.privateFile])

    expect(stderr).toMatch(/^Signed\. SHA-256 of the public key: [0-9a-f]{64}\n$/)
    expect(stdout + stderr).not.toContain(signer.privatePem.split('\n')[1])
  })

  test.each([
    ['an RSA key', () => generateKeyPairSync('rsa', { modulusLength: 2048 })],
    ['an elliptic key for something else', () => generateKeyPairSync('x25519')],
  ])('is not made with %s', async (_name, generate) => {
    const path = await keep('other.pem', generate().privateKey.export({ type: 'pkcs8', format: 'pem' }) as string)

    const { code, stdout, stderr } = await desk.run(['audit', 'export', '--sign', path])

    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr).toContain('--sign: the file must be an Ed25519 private key in PEM')
  })

  test('is not made with a public key, a key with a passphrase, or no file', async () => {
    const { privateKey } = generateKeyPairSync('ed25519')
    const cipher = { type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'x' } as const
    const locked = await keep('locked.pem', privateKey.export(cipher) as string)

    for (const path of [signer.publicFile, locked, join(desk.home, 'absent.pem')]) {
      expect(await desk.run(['audit', 'export', '--sign', path])).toMatchObject({ code: 2, stdout: '' })
    }
  })

  test('is not made of a chain that does not hold', async () => {
    inStore("UPDATE audit SET data = replace(data, 'pavel@', 'mallory@') WHERE seq = 2")

    const { code, stdout, stderr } = await desk.run(['audit', 'export', '--sign', signer.privateFile])

    expect(code).toBe(1)
    expect(stdout).not.toContain('signature')
    expect(stderr).toContain('Nothing was signed.')
  })
})

describe('a checkpoint', () => {
  test('is in the chain that has grown since', async () => {
    const earlier = await signedExport('log.jsonl')
    await desk.enrol('Rita', 'rita@example.com')

    const { code, stderr } = await verified('--checkpoint', earlier, '--public-key', signer.publicFile)

    expect(code).toBe(0)
    expect(stderr).toMatch(/The checkpoint of 20\S+Z, entry 3, holds\.\n$/)
  })

  test('may be kept without the entries', async () => {
    const earlier = await signedExport('log.jsonl')
    await changeFile(earlier, (lines) => lines.slice(-1))

    expect(await verified('--checkpoint', earlier)).toMatchObject({ code: 0 })
  })

  test('names its key where nobody said which it should be', async () => {
    const earlier = await signedExport('log.jsonl')

    expect((await verified('--checkpoint', earlier)).stderr).toMatch(/SHA-256 [0-9a-f]{64}\. Is it yours\?/)
  })

  test('finds a tail that was cut', async () => {
    const earlier = await signedExport('log.jsonl')
    inStore('DELETE FROM audit WHERE seq = 3')

    expect(await verified()).toMatchObject({ code: 0 })
    expect(await verified('--checkpoint', earlier)).toEqual({
      code: 1,
      stderr: 'BROKEN at entry 2: the chain ends before entry 3, of which a checkpoint tells: it was cut.\n',
    })
  })

  test('finds a log that was written anew', async () => {
    const earlier = await signedExport('log.jsonl')
    inStore('DELETE FROM audit WHERE seq = 3')
    await desk.enrol('Sven', 'sven@example.com')

    expect(await verified('--checkpoint', earlier)).toEqual({
      code: 1,
      stderr: 'BROKEN at entry 3: entry 3 is not the one of which a checkpoint tells.\n',
    })
  })

  test.each([
    ['time', (line: string) => line.replace(/"at":"20\d\d/, '"at":"2019')],
    ['length', (line: string) => line.replaceAll('"entries":3', '"entries":2')],
    ['head', (line: string) => line.replaceAll(/"head":"[0-9a-f]{4}/g, '"head":"0000')],
    ['signature', (line: string) => line.replace(/"signature":".{8}/, '"signature":"AAAAAAAA')],
  ])('with another %s does not count', async (_what, change) => {
    const earlier = await signedExport('log.jsonl')
    await changeFile(earlier, (lines) => lines.map(change))

    const { code, stderr } = await verified('--checkpoint', earlier)

    expect({ code, stderr }).toEqual({
      code: 1,
      stderr: '--checkpoint: the signature of the checkpoint does not hold.\n',
    })
  })

  test('by somebody else does not count', async () => {
    const other = await keyPair('other')
    const earlier = await exportTo('log.jsonl', ['--sign', other.privateFile])

    expect(await verified('--checkpoint', earlier, '--public-key', signer.publicFile)).toEqual({
      code: 1,
      stderr: '--checkpoint: the checkpoint was signed with another key.\n',
    })
  })

  test('without a signature is none', async () => {
    const earlier = await exportTo('log.jsonl')

    expect(await verified('--checkpoint', earlier)).toEqual({
      code: 1,
      stderr: '--checkpoint: the last line of the file is no signed checkpoint.\n',
    })
  })

  test('needs no private key to be verified, and takes none', async () => {
    const earlier = await signedExport('log.jsonl')

    expect(await verified('--checkpoint', earlier, '--public-key', signer.privateFile)).toMatchObject({ code: 2 })
  })
})

describe('an exported file', () => {
  test('is verified without the store', async () => {
    const file = await signedExport('log.jsonl')

    expect(await verifiedElsewhere('--file', file, '--public-key', signer.publicFile)).toEqual({
      code: 0,
      stderr: 'The export holds.\n',
    })
  })

  test('is verified on stdin', async () => {
    const input = await readFile(await exportTo('log.jsonl'), 'utf8')

    expect(await desk.run(['audit', 'verify', '--file', '-'], { env: {}, input })).toMatchObject({ code: 0 })
  })

  test('in which one character was changed is broken at its line', async () => {
    const file = await signedExport('log.jsonl')
    await changeFile(file, (lines) => lines.map((line) => line.replace('pavel@', 'qavel@')))

    expect(await verifiedElsewhere('--file', file)).toEqual({
      code: 1,
      stderr: 'BROKEN at line 2: entry 2 was changed.\n',
    })
  })

  test('in which a line says more than was exported is broken', async () => {
    const file = await signedExport('log.jsonl')
    await changeFile(file, (lines) => lines.map((line, index) => (index === 1 ? line.replace('{', '{"at":1,') : line)))

    expect(await verifiedElsewhere('--file', file)).toEqual({
      code: 1,
      stderr: 'BROKEN at line 2: the line is not as it was exported.\n',
    })
  })

  test.each([
    ['a line in the middle', (lines: string[]) => lines.filter((_line, index) => index !== 1), 'entry 2 is missing'],
    ['the end', (lines: string[]) => lines.slice(0, -1), 'the export was cut'],
    [
      'the last entry',
      (lines: string[]) => lines.filter((_line, index) => index !== 2),
      'the head is not that of the entries before it',
    ],
    ['everything', () => [], 'the export is empty'],
  ])('without %s is broken', async (_what, change, problem) => {
    const file = await signedExport('log.jsonl')
    await changeFile(file, change)

    const { code, stderr } = await verifiedElsewhere('--file', file)

    expect(code).toBe(1)
    expect(stderr).toContain(problem)
  })

  test('that was made anew, links and head, is found by its signature', async () => {
    const file = await signedExport('log.jsonl')
    const change = (entry: AuditEntry) => ({ ...entry, data: entry.data.replace('pavel@', 'mallory@') })
    await changeFile(file, (lines) => forged(lines, 2, change))

    expect(await verifiedElsewhere('--file', file)).toEqual({
      code: 1,
      stderr: 'BROKEN at line 4: the checkpoint is about another head.\n',
    })
  })

  test('whose signature was taken away does not pass for a signed one', async () => {
    const file = await signedExport('log.jsonl')
    await changeFile(file, (lines) => lines.map((line) => line.replace(/,"checkpoint".*/, '}')))

    expect(await verifiedElsewhere('--file', file)).toMatchObject({ code: 0 })
    expect(await verifiedElsewhere('--file', file, '--public-key', signer.publicFile)).toEqual({
      code: 1,
      stderr: 'BROKEN at line 4: the last line has no signed checkpoint.\n',
    })
  })

  test('has the head that was noted', async () => {
    const file = await exportTo('log.jsonl')
    const entries = (await readFile(file, 'utf8')).split('\n').slice(0, 3)
    const { hash } = JSON.parse(entries[1] ?? '') as AuditEntry

    expect(await verifiedElsewhere('--file', file, '--head', hash)).toMatchObject({ code: 0 })
    expect(await verifiedElsewhere('--file', file, '--head', 'f'.repeat(64))).toMatchObject({ code: 1 })
  })
})

describe('daily exports', () => {
  const twoDays = async () => {
    const first = await signedExport('first.jsonl')
    await desk.enrol('Rita', 'rita@example.com')
    const second = await signedExport('second.jsonl', ['--after-seq', '3'])
    return { first, second }
  }

  test('hold only what is new, and say where they begin', async () => {
    const { second } = await twoDays()

    const lines = (await readFile(second, 'utf8')).trimEnd().split('\n')

    expect(lines).toHaveLength(2)
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({ seq: 4 })
    expect(JSON.parse(lines[1] ?? '')).toMatchObject({
      entries: 4,
      after: { entries: 3, head: (JSON.parse(lines[0] ?? '') as AuditEntry).prev },
    })
  })

  test('follow each other', async () => {
    const { first, second } = await twoDays()
    const both = await keep('both.jsonl', (await readFile(first, 'utf8')) + (await readFile(second, 'utf8')))

    expect(await verifiedElsewhere('--file', both, '--public-key', signer.publicFile)).toMatchObject({ code: 0 })
  })

  test('one of which is missing do not', async () => {
    const { first } = await twoDays()
    await desk.enrol('Sven', 'sven@example.com')
    const third = await signedExport('third.jsonl', ['--after-seq', '4'])
    const both = await keep('both.jsonl', (await readFile(first, 'utf8')) + (await readFile(third, 'utf8')))

    expect(await verifiedElsewhere('--file', both)).toEqual({
      code: 1,
      stderr: 'BROKEN at line 5: entry 4 is missing.\n',
    })
  })

  test('join the checkpoint of the day before, or a head', async () => {
    const { first, second } = await twoDays()
    const { prev } = JSON.parse((await readFile(second, 'utf8')).split('\n')[0] ?? '') as AuditEntry

    expect(await verifiedElsewhere('--file', second, '--checkpoint', first)).toMatchObject({ code: 0 })
    expect(await verifiedElsewhere('--file', second, '--head', prev)).toMatchObject({ code: 0 })
    expect(await verifiedElsewhere('--file', second, '--public-key', signer.publicFile)).toMatchObject({ code: 0 })
  })

  test('alone prove nothing about what was before', async () => {
    const { second } = await twoDays()

    expect(await verifiedElsewhere('--file', second)).toEqual({
      code: 1,
      stderr: 'BROKEN at line 2: the export begins after entry 3, and nothing says what was before it.\n',
    })
  })

  test('do not join a checkpoint of another log', async () => {
    const { second } = await twoDays()
    inStore('DELETE FROM audit')
    for (const name of ['A', 'B', 'C']) await desk.enrol(name, `${name}@example.com`)
    const other = await signedExport('other.jsonl')

    expect(await verifiedElsewhere('--file', second, '--checkpoint', other)).toMatchObject({ code: 1 })
  })

  test('of a day without entries hold the head alone, and join', async () => {
    const { first } = await twoDays()
    const empty = await signedExport('empty.jsonl', ['--after-seq', '4'])

    expect((await readFile(empty, 'utf8')).trimEnd().split('\n')).toHaveLength(1)
    expect(await verifiedElsewhere('--file', empty, '--public-key', signer.publicFile)).toMatchObject({ code: 0 })
    expect(await verifiedElsewhere('--file', empty, '--checkpoint', first)).toMatchObject({ code: 1 })
  })

  test('can be taken by time', async () => {
    const store = await desk.app.store()
    await store.audit({ at: Date.now() + 3_600_000, kind: 'just.now', data: {} })

    const { stdout } = await desk.run(['audit', 'export', '--since', new Date(Date.now() + 60_000).toISOString()])

    expect(stdout.trimEnd().split('\n')).toHaveLength(2)
    expect(JSON.parse(stdout.split('\n')[0] ?? '')).toMatchObject({ seq: 4, kind: 'just.now' })
  })

  test('do not begin after an entry that there is not', async () => {
    const { code, stdout, stderr } = await desk.run(['audit', 'export', '--after-seq', '9'])

    expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
    expect(stderr).toContain('The log has only 3 entries')
  })
})
