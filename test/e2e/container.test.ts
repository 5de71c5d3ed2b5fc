import { execFile, spawn } from 'node:child_process'
import { chmod, cp, mkdir, mkdtemp, readdir, rm, stat, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { Client } from '@modelcontextprotocol/sdk/client/index.js'
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js'
import manifest from '../../package.json' with { type: 'json' }
import { buildContext, readDockerfile, ROOT, wordsOf } from '../tooling/deployment-files.ts'

/**
 * What the Dockerfile does, without Docker: its build runs on the files that it would see, and the program runs from what
 * comes out, in a folder that nobody may write to, as somebody who owns nothing of it.
 */
const run = promisify(execFile)
const SOMEBODY = 65_534
const isRoot = process.getuid?.() === 0
const otherAccount = isRoot ? { uid: SOMEBODY, gid: SOMEBODY } : {}

let folder: string
let app: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'container-'))
  await chmod(folder, 0o755)
  app = join(folder, 'app')
  const context = join(folder, 'build')
  await mkdir(context)
  for (const name of buildContext()) await cp(join(ROOT, name), join(context, name), { recursive: true })
  await symlink(join(ROOT, 'node_modules'), join(context, 'node_modules'))
  const command = readDockerfile().find(({ name, rest }) => name === 'RUN' && rest.includes('npm pack'))?.rest ?? ''
  const here = command.replaceAll('/tmp', folder).replaceAll('/package', app)
  const PATH = `${dirname(process.execPath)}:${process.env['PATH'] ?? ''}`
  await run('sh', ['-ec', here], { cwd: context, env: { ...process.env, PATH } })
  await run('chmod', ['-R', 'a-w', app])
})
afterAll(async () => {
  await run('chmod', ['-R', 'u+w', app])
  await rm(folder, { recursive: true, force: true })
})

const start = (args: readonly string[], env: Record<string, string> = {}) =>
  spawn(process.execPath, [join(app, 'dist/main.js'), ...args], { cwd: app, env, ...otherAccount })

async function finished(child: ReturnType<typeof start>): Promise<{ code: number | null; stdout: string }> {
  let stdout = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text
  })
  child.stdin.end()
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve))
  return { code, stdout }
}

describe('what goes into the image', () => {
  test('is the package and nothing else', async () => {
    const names = await readdir(app)

    expect(names).toEqual(expect.arrayContaining(['dist', 'package.json', 'LICENSE']))
    expect(names.filter((name) => ['src', 'test', 'scripts', 'node_modules', '.git'].includes(name))).toEqual([])
  })

  test('is a command that can be called by its name', async () => {
    expect((await stat(join(app, 'dist/main.js'))).mode & 0o111).toBe(0o111)
  })
})

describe('with nothing that it may write to', () => {
  test('the program runs', async () => {
    expect(await finished(start(['--version'], { PINGONE_MFA_HOME: join(app, 'home') }))).toEqual({
      code: 0,
      stdout: `${manifest.version}\n`,
    })
  })

  test('a search is answered from the catalogue', async () => {
    const { code, stdout } = await finished(start(['search', 'delete a user', '--json'], { PINGONE_MFA_HOME: app }))

    expect(code).toBe(0)
    expect(stdout).toContain('/users/{userID}')
  })

  test('a server lists its tools', async () => {
    // The client starts the program as this account, which may write: below a device there is nothing to write to.
    const client = new Client({ name: 'container', version: '1.0.0' })
    const transport = new StdioClientTransport({
      command: process.execPath,
      args: [join(app, 'dist/main.js')],
      env: { PINGONE_MFA_HOME: '/dev/null/home' },
    })
    await client.connect(transport)

    expect((await client.listTools()).tools).toHaveLength(12)

    await client.close()
  })
})

describe('the service', () => {
  test('is healthy by the check of the image, and ends when it is told to', async () => {
    const home = await mkdtemp(join(tmpdir(), 'container-home-'))
    if (isRoot) await run('chown', [`${SOMEBODY}`, home])
    const [host, port] = ['127.0.0.1', '0']
    const service = start(['http', '--host', host, '--port', port, '--insecure-loopback'], { PINGONE_MFA_HOME: home })
    const url = await new Promise<string>((resolve, reject) => {
      let written = ''
      service.stdout.setEncoding('utf8').on('data', (text: string) => {
        written += text
        const found = /^(http:\S+)\/mcp$/m.exec(written)
        if (found?.[1] !== undefined) resolve(found[1])
      })
      service.once('close', () => reject(new Error(`it ended: ${written}`)))
    })
    const [, flag = '', code = ''] = wordsOf(
      readDockerfile().find(({ name }) => name === 'HEALTHCHECK') ?? { name: '', rest: '[]' },
    )
    const check = code.replace('8080', new URL(url).port)

    await run(process.execPath, [flag, check])

    const ended = new Promise((resolve) => service.once('close', resolve))
    service.kill('SIGTERM')
    expect(await ended).toBe(0)
    await expect(run(process.execPath, [flag, check])).rejects.toThrow()
    await rm(home, { recursive: true, force: true })
  })
})
