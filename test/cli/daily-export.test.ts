import { execFile } from 'node:child_process'
import { generateKeyPairSync } from 'node:crypto'
import { chmod, mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { promisify } from 'node:util'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { blocksOf, readDocuments, ROOT } from '../docs/documents.ts'
import { type Desk, openDesk } from './desk.ts'

/** The script of docs/operations.md, as it stands there. */
const operations = readDocuments().find(({ name }) => name === 'docs/operations.md')
const script = operations === undefined ? undefined : blocksOf(operations, 'sh').find((block) => block.startsWith('#!'))

let desk: Desk
let folder: string
beforeEach(async () => {
  desk = await openDesk()
  await desk.enrol()
  folder = join(desk.home, 'exports')
  const programs = join(desk.home, 'bin')
  await Promise.all([mkdir(folder), mkdir(programs)])
  const { privateKey, publicKey } = generateKeyPairSync('ed25519')
  await Promise.all([
    writeFile(join(desk.home, 'key.pem'), privateKey.export({ type: 'pkcs8', format: 'pem' })),
    writeFile(join(desk.home, 'key.pub.pem'), publicKey.export({ type: 'spki', format: 'pem' })),
    writeFile(join(desk.home, 'daily.sh'), script ?? 'exit 9'),
    writeFile(join(programs, 'pingone-mfa-mcp'), `#!/bin/sh\nexec node '${join(ROOT, 'src/main.ts')}' "$@"\n`),
  ])
  await chmod(join(programs, 'pingone-mfa-mcp'), 0o755)
})
afterEach(() => desk[Symbol.asyncDispose]())

async function runDaily(): Promise<void> {
  const PATH = [join(desk.home, 'bin'), dirname(process.execPath), process.env['PATH']].join(':')
  const keys = { SIGNING_KEY: join(desk.home, 'key.pem'), PUBLIC_KEY: join(desk.home, 'key.pub.pem') }
  await promisify(execFile)('sh', [join(desk.home, 'daily.sh')], {
    env: { ...desk.env, ...keys, PATH, AUDIT_FOLDER: folder },
  })
  // A name a second: what the script wrote is put a day back.
  for (const name of await readdir(folder)) {
    if (!name.startsWith('audit-')) continue
    const older = `audit-${String(Number(name.slice(6, 14)) - 1)}${name.slice(14)}`
    await promisify(execFile)('mv', [name, older], { cwd: folder })
  }
}

const exported = async () => {
  const names = (await readdir(folder)).toSorted()
  return Promise.all(names.map((name) => readFile(join(folder, name), 'utf8')))
}

test('the daily script keeps one log in files that follow each other', async () => {
  await runDaily()
  await desk.enrol('Pavel', 'pavel@example.com')
  await runDaily()

  const files = await exported()

  expect(files.map((text) => text.trimEnd().split('\n').length)).toEqual([2, 2])
  const all = { env: {}, input: files.join('') }
  const checked = await desk.run(
    ['audit', 'verify', '--file', '-', '--public-key', join(desk.home, 'key.pub.pem')],
    all,
  )
  expect(checked).toMatchObject({ code: 0, stdout: expect.stringContaining('entries 2') })
})

test('the daily script stops where the log was cut, and deletes nothing', async () => {
  await desk.enrol('Pavel', 'pavel@example.com')
  await runDaily()
  const { id } = await desk.ask('resetMfaDevices', { email: 'alice@example.com' })
  await (await desk.app.approvals()).deny({ id, reason: '' })
  const database = new DatabaseSync(join(desk.home, 'approvals.db'))
  database.exec('DELETE FROM audit WHERE seq >= 2')
  database.exec('UPDATE approvals SET decided_at = 1, created_at = 1')
  database.close()

  await expect(runDaily()).rejects.toThrow(/the chain ends before entry 2, of which a checkpoint tells: it was cut/)

  expect(await exported()).toHaveLength(1)
  expect(await desk.stateOf(id)).toBe('denied')
})
