import { generateKeyPairSync, randomBytes } from 'node:crypto'
import type { Page } from 'playwright-core'
import { describe, expect, it } from 'vitest'
import { type Authenticator, type StoredPasskey, plugIn } from './authenticator.ts'
import { shareChromium } from './chromium.ts'
import { approveButton, denyButton, problemOf, sees } from './page-parts.ts'
import { makePasskey, openScene, type Scene, enrolmentLink } from './scene.ts'

const chromium = shareChromium()
const email = 'alice@example.com'

/** What a browser does when the person presses Cancel. */
const CANCEL_EVERY_PROMPT = `navigator.credentials.get = () =>
  Promise.reject(new DOMException('The operation was not allowed.', 'NotAllowedError'))`

/** What goes wrong with the passkey, and what the page says about it. */
const TROUBLE: readonly [string, (scene: Scene) => Promise<unknown>, RegExp][] = [
  [
    'the prompt is cancelled',
    ({ page }) => page.evaluate(CANCEL_EVERY_PROMPT),
    /^The passkey prompt was cancelled, or it took too long\. Nothing was approved; you can try again\.$/,
  ],
  [
    'the device does not hold the passkey',
    async ({ page, authenticator }) => {
      await authenticator.unplug()
      await plugIn(page)
    },
    /Nothing was approved; you can try again\.$/,
  ],
  [
    'the person does not pass the PIN, the finger or the face',
    ({ authenticator }) => authenticator.verifyPerson(false),
    /Nothing was approved; you can try again\.$/,
  ],
  [
    'the answer says that nobody was verified',
    ({ authenticator }) => authenticator.spoil({ verification: true }),
    /^The passkey did not check who is using it: a PIN, a finger or a face is needed\. Nothing was approved\.$/,
  ],
  [
    'the signature is wrong',
    ({ authenticator }) => authenticator.spoil({ signature: true }),
    /^The signature of that passkey is wrong\. Nothing was approved\.$/,
  ],
  ['another passkey answers', answerWithStrangePasskey, /^That passkey is not enrolled here\. Nothing was approved\.$/],
]

describe('a passkey that does not do', () => {
  it.each(TROUBLE)('approves nothing and says why when %s', async (_what, arrange, sentence) => {
    const scene = await openScene(chromium.browser)
    const { id } = await scene.askAndOpen('reset_mfa_devices', { email })
    await arrange(scene)

    await approveButton(scene.page).click()

    expect(await problemOf(scene.page, 'approve')).toMatch(sentence)
    expect(await scene.stateOf(id)).toBe('pending')
    expect(scene.program.sandbox.changes).toEqual([])
  })

  it('lets the person try again on the same page', async () => {
    const { page, authenticator, askAndOpen, stateOf } = await openScene(chromium.browser)
    const { id } = await askAndOpen('reset_mfa_devices', { email })
    await authenticator.spoil({ signature: true })
    await approveButton(page).click()
    await problemOf(page, 'approve')
    await authenticator.spoil({})

    await approveButton(page).click()
    await sees(page, 'approved')

    expect(await stateOf(id)).toBe('approved')
  })

  it('says where it can be decided while nobody has a passkey, and still denies', async () => {
    const { program, page, askAndOpen, stateOf } = await openScene(chromium.browser, { enrolled: null })
    await program.enrol()
    const { id } = await askAndOpen('reset_mfa_devices', { email })
    const text = await page.locator('main').innerText()

    await denyButton(page).click()
    await sees(page, 'denied')

    expect(text).toContain('Nobody has enrolled a passkey')
    expect(text).toContain(`approvals approve ${id}`)
    expect(await stateOf(id)).toBe('denied')
  })
})

describe('several passkeys', () => {
  it.each(['the first', 'the second'])('approves with %s of two', async (which) => {
    const scene = await openScene(chromium.browser)
    const [first] = await scene.authenticator.passkeys()
    const second = await addSecondPasskey(scene)
    const { id } = await scene.askAndOpen('reset_mfa_devices', { email })
    if (which === 'the first') {
      await second.unplug()
      await (await plugIn(scene.page)).put(first!)
    }

    await approveButton(scene.page).click()
    await sees(scene.page, 'approved')

    expect(await scene.stateOf(id)).toBe('approved')
  })

  it('makes nobody an approver before an enrolled one has vouched', async () => {
    const { program, page } = await openScene(chromium.browser)
    const link = await enrolmentLink(program, { name: 'Mallory', email: 'mallory@example.com' })

    await page.goto(link)

    expect(await page.getByRole('button', { name: 'Make a passkey' }).isDisabled()).toBe(true)
    expect((await (await program.app.approvers()).list()).map(({ name }) => name)).toEqual(['Olga'])
  })

  it('enrols a second approver for whom the first has vouched with a passkey', async () => {
    const scene = await openScene(chromium.browser)
    await vouchAndEnrol(scene, { name: 'Petra', email: 'petra@example.com' })

    const enrolled = await (await scene.program.app.approvers()).list()

    expect(enrolled.map(({ name }) => name)).toEqual(['Olga', 'Petra'])
    expect(await scene.program.verify()).not.toHaveProperty('broken')
  })

  it('approves nothing with a passkey that was removed while the page was open', async () => {
    const scene = await openScene(chromium.browser)
    await vouchAndEnrol(scene, { name: 'Petra', email: 'petra@example.com' })
    const { id } = await scene.askAndOpen('reset_mfa_devices', { email })
    const store = await scene.program.app.store()
    await store.removeApprover('Petra', { at: scene.program.clock.now(), kind: 'approver.removed', data: {} })

    await approveButton(scene.page).click()

    expect(await problemOf(scene.page, 'approve')).not.toBe('')
    expect(await scene.stateOf(id)).toBe('pending')
  })
})

describe('an enrolment link', () => {
  it('works once', async () => {
    const { program, page } = await openScene(chromium.browser, { enrolled: null })
    const link = await enrolmentLink(program)
    await page.goto(link)
    await makePasskey(page, 'Key')

    const again = await page.goto(link)

    expect(again?.status()).toBe(404)
    expect(await (await program.app.approvers()).list()).toHaveLength(1)
  })

  it('enrols nobody without a verified person', async () => {
    const { program, page, authenticator } = await openScene(chromium.browser, { enrolled: null })
    const link = await enrolmentLink(program)
    await page.goto(link)
    await authenticator.verifyPerson(false)

    await page.getByRole('button', { name: 'Make a passkey' }).click()

    expect(await problemOf(page, 'enrol')).toMatch(/Nobody was enrolled; you can try again\.$/)
    expect(await (await program.app.approvers()).list()).toEqual([])
  })
})

/** Somebody's own passkey for this machine, made by another program on localhost. */
function strangePasskey(): StoredPasskey {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  return {
    credentialId: randomBytes(32).toString('base64'),
    isResidentCredential: false,
    rpId: 'localhost',
    privateKey: privateKey.export({ type: 'pkcs8', format: 'der' }).toString('base64'),
    signCount: 1,
  }
}

/** The page is made to ask for it, as a script in the page could. */
async function answerWithStrangePasskey({ page, authenticator }: Scene): Promise<void> {
  const strange = strangePasskey()
  await authenticator.put(strange)
  await page.evaluate(`{
    const ask = navigator.credentials.get.bind(navigator.credentials)
    const id = Uint8Array.from(atob('${strange.credentialId}'), (character) => character.charCodeAt(0))
    navigator.credentials.get = ({ publicKey, ...rest }) =>
      ask({ ...rest, publicKey: { ...publicKey, allowCredentials: [{ type: 'public-key', id }] } })
  }`)
}

async function vouch(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Vouch with a passkey' }).click()
  await page.locator('[data-vouching="done"]').waitFor()
}

/** Somebody else, whose passkey is then the one that is plugged in. */
async function vouchAndEnrol(scene: Scene, person: { name: string; email: string }): Promise<Authenticator> {
  await scene.page.goto(await enrolmentLink(scene.program, person))
  await vouch(scene.page)
  await scene.authenticator.unplug()
  const plugged = await plugIn(scene.page)
  await makePasskey(scene.page, `${person.name}’s key`)
  return plugged
}

const addSecondPasskey = (scene: Scene): Promise<Authenticator> =>
  vouchAndEnrol(scene, { name: 'Olga', email: 'olga.approver@example.com' })
