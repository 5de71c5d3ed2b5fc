import type { Page } from 'playwright-core'

/** A passkey as it lies in an authenticator. */
export interface StoredPasskey {
  credentialId: string
  isResidentCredential: boolean
  rpId?: string
  privateKey: string
  userHandle?: string
  signCount: number
}

/** A security key that Chromium believes to be plugged in, for one page. */
export interface Authenticator {
  /** False: the person does not pass the PIN, the finger or the face. */
  verifyPerson(isVerified: boolean): Promise<void>
  /** False: nobody touches it, so that a prompt stays open. */
  touch(isTouched: boolean): Promise<void>
  /** What its answers are to have wrong, whatever was asked for. */
  spoil(how: { signature?: boolean; verification?: boolean }): Promise<void>
  passkeys(): Promise<StoredPasskey[]>
  put(passkey: StoredPasskey): Promise<void>
  unplug(): Promise<void>
}

export async function plugIn(page: Page): Promise<Authenticator> {
  const cdp = await page.context().newCDPSession(page)
  await cdp.send('WebAuthn.enable', { enableUI: false })
  const { authenticatorId } = await cdp.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      ctap2Version: 'ctap2_1',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  })
  return {
    verifyPerson: async (isUserVerified) => {
      await cdp.send('WebAuthn.setUserVerified', { authenticatorId, isUserVerified })
    },
    touch: async (enabled) => {
      await cdp.send('WebAuthn.setAutomaticPresenceSimulation', { authenticatorId, enabled })
    },
    spoil: async ({ signature = false, verification = false }) => {
      await cdp.send('WebAuthn.setResponseOverrideBits', {
        authenticatorId,
        isBogusSignature: signature,
        isBadUV: verification,
      })
    },
    passkeys: async () => (await cdp.send('WebAuthn.getCredentials', { authenticatorId })).credentials,
    put: async (credential) => {
      await cdp.send('WebAuthn.addCredential', { authenticatorId, credential })
    },
    unplug: async () => {
      await cdp.send('WebAuthn.removeVirtualAuthenticator', { authenticatorId })
      await cdp.detach()
    },
  }
}
