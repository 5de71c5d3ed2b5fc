import type { Page } from 'playwright-core'
import { describe, expect, it } from 'vitest'
import { ALICE, openService, type Service, type ServiceOptions } from '../console/service.ts'
import { shareChromium } from './chromium.ts'
import { denyButton, reasonField, sees } from './page-parts.ts'
import { visit } from './visitor.ts'
import { DESK, PHONE, violations, widthOf } from './looks.ts'

const chromium = shareChromium()

const signInButton = (page: Page) => page.getByRole('button', { name: 'Sign in and approve' })

/** What a person does on the issuer's page. */
async function logIn(page: Page, person: string): Promise<void> {
  await page.getByLabel('Who').fill(person)
  await page.getByRole('button', { name: 'Continue' }).click()
}

async function signIn(page: Page, service: Service, person = 'olga'): Promise<void> {
  await page.goto(`${service.publicUrl}/approvals`)
  await page.getByRole('link', { name: 'Sign in' }).click()
  await logIn(page, person)
  await page.getByRole('button', { name: 'Sign out' }).waitFor()
}

/** An assistant asks to activate a device whose code a person types. */
async function askForCode(service: Service) {
  const device = service.program.sandbox.levers.addDevice(ALICE, {
    type: 'SMS',
    phone: '+12025550170',
    status: 'ACTIVATION_REQUIRED',
  })
  const { structured } = await service.call('activate_mfa_device', { email: ALICE, deviceId: device.id })
  return structured.approval
}

async function addPasskey({ program }: Service): Promise<void> {
  const [name, email, now] = ['Petra', 'petra@example.com', program.clock.now()]
  const row = { name, email, createdAt: now, kind: 'passkey', credential: '{"transports":[]}' } as const
  await (await program.app.store()).addApprover(row, { at: now, kind: 'approver.added', data: { name, email } })
}

async function open(options: { javaScriptEnabled?: boolean; service?: ServiceOptions } = {}) {
  const { javaScriptEnabled = true, service: own } = options
  const service = await openService(own)
  return { service, ...(await visit(chromium.browser, { javaScriptEnabled })) }
}

describe.each([
  ['with script', true],
  ['without script', false],
])('a person in a browser %s', (_how, javaScriptEnabled) => {
  it('signs in for one approval and finds it approved', async () => {
    const { service, page, complaints } = await open({ javaScriptEnabled })
    const { id, approveAt } = await service.ask()
    await page.goto(approveAt)

    await signInButton(page).click()
    await logIn(page, 'olga')
    await sees(page, 'approved')

    expect(page.url()).toBe(approveAt)
    expect(await page.locator('main').innerText()).toContain('Olga Approver, by signing in for it')
    expect(await service.stateOf(id)).toBe('approved')
    expect(complaints).toEqual([])
  })

  it('types the code before signing in', async () => {
    const { service, page } = await open({ javaScriptEnabled })
    const { id, approveAt } = await askForCode(service)
    await page.goto(approveAt)

    await page.getByLabel('Code from the user’s device').fill('123456')
    await signInButton(page).click()
    await logIn(page, 'olga')
    await sees(page, 'approved')

    expect(await service.stateOf(id)).toBe('approved')
  })

  it('is told why a sign-in does not count, and finds back', async () => {
    const { service, page } = await open({ javaScriptEnabled })
    const { id, approveAt } = await service.ask()
    await page.goto(approveAt)

    await signInButton(page).click()
    await logIn(page, 'rita')
    const said = await page.getByRole('alert').innerText()
    await page.getByRole('link', { name: 'Back' }).click()
    await sees(page, 'pending')

    expect(said).toContain('asked for themselves')
    expect(await service.stateOf(id)).toBe('pending')
  })

  it('signs in to see, denies, and signs out', async () => {
    const { service, page, complaints } = await open({ javaScriptEnabled })
    const { approveAt } = await service.ask()
    await signIn(page, service)
    await page.goto(approveAt)

    await reasonField(page).fill('Call first')
    await denyButton(page).click()
    await sees(page, 'denied')
    const said = await page.locator('main').innerText()
    await page.getByRole('button', { name: 'Sign out' }).click()
    await page.getByRole('heading', { name: 'Sign in to see this' }).waitFor()

    expect(said).toContain('Olga Approver, by signing in for it')
    expect(said).toContain('Call first')
    expect(complaints).toEqual([])
  })
})

describe('a browser', () => {
  it('shows on an open page what was decided elsewhere', async () => {
    const { service, page } = await open()
    const { id, approveAt } = await service.ask()
    await signIn(page, service)
    await page.goto(approveAt)

    await service.guest().approve(id, 'pavel')
    await sees(page, 'approved')

    expect(await signInButton(page).count()).toBe(0)
  })

  it('goes nowhere with a code that is none', async () => {
    const { service, page } = await open()
    const { approveAt } = await askForCode(service)
    await page.goto(approveAt)

    await page.getByLabel('Code from the user’s device').fill('12')
    await signInButton(page).click()
    const problem = page.locator('form[data-sign-in] .problem:not(:empty)')
    await problem.waitFor()

    expect(await problem.innerText()).toContain('6 to 10 digits')
    expect(page.url()).toBe(approveAt)
  })
})

describe('the pages of the service', () => {
  const cases: [string, (service: Service, page: Page) => Promise<string>][] = [
    ['an approval', async (service) => (await service.ask()).approveAt],
    [
      'an approval, signed in',
      async (service, page) => {
        await signIn(page, service)
        return (await service.ask()).approveAt
      },
    ],
    [
      'an approval that needs a code, where somebody has a passkey, too',
      async (service) => {
        await addPasskey(service)
        return (await askForCode(service)).approveAt
      },
    ],
    [
      'what waits',
      async (service, page) => {
        await service.ask()
        await signIn(page, service)
        return `${service.publicUrl}/approvals`
      },
    ],
    [
      'the approvers',
      async (service, page) => {
        await service.program.enrol()
        await signIn(page, service)
        return `${service.publicUrl}/approvals/approvers`
      },
    ],
    ['the way in', async (service) => `${service.publicUrl}/approvals`],
    ['a sign-in that was used', async (service) => `${service.publicUrl}/approvals/callback?state=used`],
  ]

  it.each(cases)('%s can be used by everybody, in both themes and on a phone', async (_name, prepare) => {
    const { service, page } = await open()
    const address = await prepare(service, page)

    const found: string[] = []
    for (const [colorScheme, viewport] of [
      ['light', DESK],
      ['dark', PHONE],
    ] as const) {
      await page.emulateMedia({ colorScheme })
      await page.setViewportSize(viewport)
      await page.goto(address)
      found.push(...(await violations(page)))
    }

    expect(found).toEqual([])
    expect(await widthOf(page)).toBeLessThanOrEqual(PHONE.width)
  })
})
