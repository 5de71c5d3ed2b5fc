import { createHash, createSign, generateKeyPairSync, type KeyObject, randomBytes } from 'node:crypto'

/**
 * An authenticator as software: ES256, "none" attestation. Each wrongdoing that a test needs is an option of the call
 * that commits it.
 */
export interface Authenticator {
  id: string
  counter: number
  create(options: CreationOptions, how?: Quirks): Attested
  get(options: RequestOptions, how?: Quirks): Asserted
}

export interface Quirks {
  origin?: string
  rpId?: string
  challenge?: string
  /** Without: nobody proved who they are. */
  userVerified?: boolean
  crossOrigin?: boolean
  counter?: number
  type?: string
}

interface CreationOptions {
  challenge: string
  rp: { id?: string }
  user: { id: string }
}

interface RequestOptions {
  challenge: string
  rpId?: string
}

interface Attested {
  id: string
  rawId: string
  type: 'public-key'
  response: { clientDataJSON: string; attestationObject: string; transports: string[] }
  clientExtensionResults: object
}

interface Asserted {
  id: string
  rawId: string
  type: 'public-key'
  response: { clientDataJSON: string; authenticatorData: string; signature: string }
  clientExtensionResults: object
}

export function createAuthenticator(origin: string): Authenticator {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const credentialId = randomBytes(32)
  const id = credentialId.toString('base64url')
  const self: Authenticator = {
    id,
    counter: 0,
    create(options, how = {}) {
      const clientData = clientDataOf('webauthn.create', options.challenge, { origin, ...how })
      const attested = Buffer.concat([Buffer.alloc(16), uint16(credentialId.length), credentialId, coseKey(publicKey)])
      const data = authenticatorData(how.rpId ?? options.rp.id ?? '', 0x41, how, self.counter, attested)
      const attestationObject = cborMap([
        [cborText('fmt'), cborText('none')],
        [cborText('attStmt'), cborMap([])],
        [cborText('authData'), cborBytes(data)],
      ])
      return {
        id,
        rawId: id,
        type: 'public-key',
        response: {
          clientDataJSON: clientData.toString('base64url'),
          attestationObject: attestationObject.toString('base64url'),
          transports: ['internal'],
        },
        clientExtensionResults: {},
      }
    },
    get(options, how = {}) {
      self.counter = how.counter ?? self.counter + 1
      const clientData = clientDataOf('webauthn.get', options.challenge, { origin, ...how })
      const data = authenticatorData(how.rpId ?? options.rpId ?? '', 0x01, how, self.counter, Buffer.alloc(0))
      const signature = createSign('sha256').update(data).update(sha256(clientData)).sign(privateKey)
      return {
        id,
        rawId: id,
        type: 'public-key',
        response: {
          clientDataJSON: clientData.toString('base64url'),
          authenticatorData: data.toString('base64url'),
          signature: signature.toString('base64url'),
        },
        clientExtensionResults: {},
      }
    },
  }
  return self
}

function clientDataOf(type: string, challenge: string, how: Quirks): Buffer {
  return Buffer.from(
    JSON.stringify({
      type: how.type ?? type,
      challenge: how.challenge ?? challenge,
      origin: how.origin,
      crossOrigin: how.crossOrigin ?? false,
    }),
  )
}

// WebAuthn §6.1: rpIdHash, flags, signCount, then the new credential.
function authenticatorData(rpId: string, flags: number, how: Quirks, counter: number, attested: Buffer): Buffer {
  const verified = (how.userVerified ?? true) ? 0x04 : 0
  const head = Buffer.alloc(5)
  head.writeUInt8(flags | verified, 0)
  head.writeUInt32BE(counter, 1)
  return Buffer.concat([sha256(Buffer.from(rpId)), head, attested])
}

// RFC 9053 §7.1.1: EC2 key, ES256, P-256.
function coseKey(publicKey: KeyObject): Buffer {
  const { x = '', y = '' } = publicKey.export({ format: 'jwk' })
  const point = (value: string) => cborBytes(Buffer.from(value, 'base64url'))
  const bytes = (...values: number[]) => Buffer.from(values)
  return cborMap([
    [bytes(0x01), bytes(0x02)],
    [bytes(0x03), bytes(0x26)],
    [bytes(0x20), bytes(0x01)],
    [bytes(0x21), point(x)],
    [bytes(0x22), point(y)],
  ])
}

function cborMap(entries: [Buffer, Buffer][]): Buffer {
  return Buffer.concat([Buffer.from([0xa0 | entries.length]), ...entries.flat()])
}

function cborText(text: string): Buffer {
  return Buffer.concat([Buffer.from([0x60 | text.length]), Buffer.from(text)])
}

function cborBytes(bytes: Buffer): Buffer {
  const head =
    bytes.length < 256 ? Buffer.from([0x58, bytes.length]) : Buffer.concat([Buffer.from([0x59]), uint16(bytes.length)])
  return Buffer.concat([head, bytes])
}

function uint16(value: number): Buffer {
  const bytes = Buffer.alloc(2)
  bytes.writeUInt16BE(value)
  return bytes
}

function sha256(bytes: Buffer): Buffer {
  return createHash('sha256').update(bytes).digest()
}
