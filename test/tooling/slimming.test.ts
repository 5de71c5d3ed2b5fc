import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { bundle } from '../../scripts/build/bundle.ts'
import { replaceFolder } from '../../scripts/build/replace-folder.ts'
import { createAuthenticator } from '../console/authenticator.ts'
import { createFixtureProject } from './fixture-project.ts'
import type { FixtureProject } from './fixture-project.ts'

const ORIGIN = 'http://localhost:4711'
const CHALLENGE = 'AAAAAAAAAAAAAAAAAAAAAA'
const MAIN = `import { verifyRegistrationResponse } from '@simplewebauthn/server'
const { verified } = await verifyRegistrationResponse({
  response: JSON.parse(process.argv[2]),
  expectedChallenge: '${CHALLENGE}',
  expectedOrigin: '${ORIGIN}',
  expectedRPID: 'localhost',
})
console.log(verified)
`

describe('passkeys in the bundle, which has no way to judge certificates', () => {
  let project: FixtureProject

  beforeAll(async () => {
    project = await createFixtureProject({ 'package.json': '{"type": "module"}', 'src/main.ts': MAIN })
    const { files } = await bundle(project.folder, 'src/main.ts')
    const place = { workFolder: join(project.folder, '.cache'), executables: ['main.js'] }
    await replaceFolder(join(project.folder, 'dist'), files, place)
  })

  afterAll(() => project[Symbol.asyncDispose]())

  const register = async (alter: (attestationObject: Buffer) => Buffer) => {
    const options = { challenge: CHALLENGE, rp: { id: 'localhost' }, user: { id: 'YQ' } }
    const made = createAuthenticator(ORIGIN).create(options)
    const attestationObject = alter(Buffer.from(made.response.attestationObject, 'base64url')).toString('base64url')
    const response = { ...made, response: { ...made.response, attestationObject } }
    return promisify(execFile)(join(project.folder, 'dist/main.js'), [JSON.stringify(response)])
  }

  test('are registered as they come from a browser: without a certificate', async () => {
    const { stdout } = await register((plain) => plain)

    expect(stdout).toBe('true\n')
  })

  test.each(['packed', 'apple', 'tpm', 'android-key', 'fido-u2f'])(
    'are refused where they bring a certificate, %s',
    async (format) => {
      const registering = register((plain) => withCertificate(plain, format))

      await expect(registering).rejects.toMatchObject({
        stdout: '',
        stderr: expect.stringContaining('Certificates of authenticators are not accepted'),
      })
    },
  )
})

/** The same attestation under another format, with a signature and a certificate in its statement, in CBOR. */
function withCertificate(plain: Buffer, format: string): Buffer {
  const text = (word: string) => Buffer.from([0x60 + word.length, ...Buffer.from(word)])
  const bytes = Buffer.from([0x48, 1, 2, 3, 4, 5, 6, 7, 8])
  const statement = [
    [0xa3],
    [...text('alg'), 0x26],
    [...text('sig'), ...bytes],
    [...text('x5c'), 0x81, ...bytes],
  ].flat()
  const before = Buffer.concat([text('fmt'), text('none'), text('attStmt'), Buffer.from([0xa0])])
  const after = Buffer.concat([text('fmt'), text(format), text('attStmt'), Buffer.from(statement)])
  const at = plain.indexOf(before)
  return Buffer.concat([plain.subarray(0, at), after, plain.subarray(at + before.length)])
}
