import { createHash } from 'node:crypto'
import {
  type AuthenticationResponseJSON,
  generateAuthenticationOptions,
  generateRegistrationOptions,
  type PublicKeyCredentialCreationOptionsJSON,
  type PublicKeyCredentialRequestOptionsJSON,
  type RegistrationResponseJSON,
  verifyAuthenticationResponse,
  verifyRegistrationResponse,
} from '@simplewebauthn/server'
import { messageOf } from '../lib/errors.ts'
import type { CredentialRow } from '../store/approver-rows.ts'
import {
  type Assertion,
  type Attestation,
  type Challenge,
  challengeOf,
  clientDataOf,
  type PasskeyEvidence,
} from './passkey-json.ts'

/**
 * Passkeys (WebAuthn Level 3). The relying party is `localhost`, whatever the port; the origin that counts is that of
 * the console, port included. What is signed is SHA-256(digest ‖ nonce): an assertion is for one subject, once.
 */
const RP_ID = 'localhost'
// COSE: EdDSA, ES256, RS256, which every runtime verifies.
const ALGORITHMS = [-8, -7, -257]
const RP_NAME = 'PingOne MFA approvals'
/** A person has this long from the prompt to the answer. */
export const CHALLENGE_MS = 2 * 60_000

/** How a passkey is kept. */
interface PasskeyVerifier {
  scheme: 'webauthn'
  /** COSE, base64url. */
  publicKey: string
  transports: string[]
}

export function requestOptions(
  challenge: Challenge,
  passkeys: readonly CredentialRow[],
): Promise<PublicKeyCredentialRequestOptionsJSON> {
  return generateAuthenticationOptions({
    rpID: RP_ID,
    challenge: Buffer.from(challengeOf(challenge), 'base64url'),
    userVerification: 'required',
    timeout: CHALLENGE_MS,
    allowCredentials: passkeys.map(describePasskey),
  })
}

export function creationOptions(
  challenge: Challenge,
  person: { name: string; email: string },
  known: readonly CredentialRow[],
): Promise<PublicKeyCredentialCreationOptionsJSON> {
  return generateRegistrationOptions({
    rpName: RP_NAME,
    rpID: RP_ID,
    userName: person.email,
    userDisplayName: person.name,
    userID: new Uint8Array(createHash('sha256').update(`approver ${person.name}`).digest()),
    challenge: Buffer.from(challengeOf(challenge), 'base64url'),
    timeout: CHALLENGE_MS,
    attestationType: 'none',
    authenticatorSelection: { residentKey: 'preferred', userVerification: 'required' },
    excludeCredentials: known.map(describePasskey),
    supportedAlgorithmIDs: ALGORITHMS,
  })
}

type Checked<T> = { ok: true } & T
interface Refused {
  ok: false
  why: string
}

/** Verifies a new passkey; `verifier` is what is kept of it. */
export async function verifyAttestation(
  attestation: Attestation,
  challenge: Challenge,
): Promise<Checked<{ id: string; verifier: string; counter: number; publicKey: string }> | Refused> {
  if (isFramed(attestation.response.clientDataJSON)) return { ok: false, why: FRAMED }
  try {
    const { verified, registrationInfo } = await verifyRegistrationResponse({
      response: { ...attestation, clientExtensionResults: {} } as RegistrationResponseJSON,
      expectedChallenge: challengeOf(challenge),
      expectedOrigin: challenge.origin,
      expectedRPID: RP_ID,
      requireUserVerification: true,
      supportedAlgorithmIDs: ALGORITHMS,
    })
    if (!verified) return { ok: false, why: 'That passkey could not be verified.' }
    const { id, publicKey: key, counter } = registrationInfo.credential
    const publicKey = Buffer.from(key).toString('base64url')
    const { transports = [] } = attestation.response
    const verifier: PasskeyVerifier = { scheme: 'webauthn', publicKey, transports: transports.slice(0, 8) }
    return { ok: true, id, verifier: JSON.stringify(verifier), counter, publicKey }
  } catch (error) {
    return { ok: false, why: refusalOf(error) }
  }
}

/** Verifies that this passkey signed this challenge; what remains is whether it is still enrolled. */
export async function verifyAssertion(
  assertion: Assertion,
  challenge: Challenge,
  passkey: CredentialRow,
): Promise<Checked<{ counter: number; evidence: PasskeyEvidence }> | Refused> {
  const { publicKey } = verifierOf(passkey)
  const { clientDataJSON, authenticatorData, signature } = assertion.response
  const evidence: PasskeyEvidence = {
    credentialId: passkey.id,
    publicKey,
    authenticatorData,
    clientDataJSON,
    signature,
    ...challenge,
  }
  const checked = await checkEvidence(evidence, passkey.counter)
  return checked.ok ? { ...checked, evidence } : checked
}

/** Whether the signature in a piece of evidence is right for what it says was decided. */
export async function checkEvidence(
  evidence: PasskeyEvidence,
  lastCounter = 0,
): Promise<Checked<{ counter: number }> | Refused> {
  if (isFramed(evidence.clientDataJSON)) return { ok: false, why: FRAMED }
  try {
    const { credentialId: id, authenticatorData, clientDataJSON, signature } = evidence
    const { verified, authenticationInfo } = await verifyAuthenticationResponse({
      response: {
        id,
        rawId: id,
        type: 'public-key',
        clientExtensionResults: {},
        response: { authenticatorData, clientDataJSON, signature },
      } satisfies AuthenticationResponseJSON,
      expectedChallenge: challengeOf(evidence),
      expectedOrigin: evidence.origin,
      expectedRPID: RP_ID,
      requireUserVerification: true,
      credential: {
        id,
        publicKey: new Uint8Array(Buffer.from(evidence.publicKey, 'base64url')),
        counter: lastCounter,
      },
    })
    return verified
      ? { ok: true, counter: authenticationInfo.newCounter }
      : { ok: false, why: 'The signature of that passkey is wrong.' }
  } catch (error) {
    return { ok: false, why: refusalOf(error) }
  }
}

function describePasskey(passkey: CredentialRow) {
  return { id: passkey.id, transports: verifierOf(passkey).transports }
}

function verifierOf(passkey: CredentialRow): PasskeyVerifier {
  return JSON.parse(passkey.verifier) as PasskeyVerifier
}

const FRAMED = 'The passkey was used inside a page of somebody else.'

function isFramed(clientDataJSON: string): boolean {
  return clientDataOf(clientDataJSON)?.crossOrigin === true
}

/** The library's sentences are for developers; these are for the person. */
const REFUSALS: readonly [RegExp, string][] = [
  [
    /user verification required|user could not be verified/i,
    'The passkey did not check who is using it: a PIN, a finger or a face is needed.',
  ],
  [/origin/i, 'The passkey was used on another page than this one.'],
  [/challenge/i, 'The passkey signed something else than what is shown here.'],
  [/counter/i, 'The counter of this passkey went back: there may be a copy of it. Remove it and enrol another one.'],
  [/RP ID/i, 'The passkey belongs to another site.'],
  [/user not present/i, 'Nobody touched the passkey.'],
]

function refusalOf(error: unknown): string {
  const message = messageOf(error)
  return REFUSALS.find(([pattern]) => pattern.test(message))?.[1] ?? 'That passkey could not be verified.'
}
