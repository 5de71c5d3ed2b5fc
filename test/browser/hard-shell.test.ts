import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { describe, expect, it, onTestFinished } from 'vitest'
import { MINUTE } from '../e2e/rehearsal.ts'
import { shareChromium } from './chromium.ts'
import { approveButton, denyButton, problemOf, reasonField, sees } from './page-parts.ts'
import { openScene, enrolmentLink } from './scene.ts'

const chromium = shareChromium()
const email = 'alice@example.com'

const HOSTILE = [
  '<script>document.title = "taken over"</script>',
  '"><img src=x onerror="document.title=\'taken over\'">',
  '</title><svg onload=alert(1)>',
  '<a href="data:text/html,taken over">Approve</a>',
]

describe('a page of somebody else', () => {
  it('cannot show an approval in a frame', async () => {
    const { page, ask, stateOf } = await openScene(chromium.browser)
    const { id, approveAt } = await ask('reset_mfa_devices', { email })
    const evil = await servePage(`<!doctype html><title>Evil</title><iframe src="${approveAt}"></iframe>`)

    await page.goto(evil)
    await page.waitForLoadState('networkidle')

    const framed = page.frames().find((frame) => frame !== page.mainFrame())
    expect(await framed?.getByRole('button').count()).toBe(0)
    expect(await framed?.content()).not.toContain(email)
    expect(await stateOf(id)).toBe('pending')
  })

  it.each(['approve', 'deny', 'options'])('cannot send a form to /%s', async (what) => {
    const { page, ask, stateOf } = await openScene(chromium.browser)
    const { id, approveAt } = await ask('reset_mfa_devices', { email })
    const evil = await servePage(
      `<!doctype html><title>Evil</title><form method="post" enctype="text/plain" action="${approveAt}/${what}">
      <input name='{"reason":"' value='"}'><button>Win a prize</button></form>`,
    )
    await page.goto(evil)
    const answered = page.waitForResponse((response) => response.url().endsWith(what))

    await page.getByRole('button', { name: 'Win a prize' }).click()

    expect((await answered).status()).toBeGreaterThanOrEqual(400)
    expect(await stateOf(id)).toBe('pending')
  })

  it('cannot read an approval or decide by script', async () => {
    const { page, ask, stateOf } = await openScene(chromium.browser)
    const { id, approveAt } = await ask('reset_mfa_devices', { email })
    await page.goto(await servePage('<!doctype html><title>Evil</title>'))

    const tried = await page.evaluate(async (address) => {
      const attempt = (path: string, init: RequestInit) =>
        fetch(address + path, init).then(
          (response) => response.text(),
          () => 'refused',
        )
      return [
        await attempt('', { credentials: 'include' }),
        await attempt('/deny', {
          method: 'POST',
          body: '{"reason":""}',
          headers: { 'content-type': 'application/json' },
        }),
        await attempt('/deny', { method: 'POST', body: '{"reason":""}', mode: 'no-cors' }),
      ]
    }, approveAt)

    expect(tried).toEqual(['refused', 'refused', 'refused'])
    expect(await stateOf(id)).toBe('pending')
  })

  it('decides nothing by making the browser prefetch', async () => {
    const { page, ask, stateOf } = await openScene(chromium.browser)
    const { id, approveAt } = await ask('reset_mfa_devices', { email })
    const hints = ['', '/approve', '/deny', '/options']
      .map((path) => `<link rel="prefetch" href="${approveAt}${path}"><img src="${approveAt}${path}">`)
      .join('')

    await page.goto(await servePage(`<!doctype html><title>Evil</title>${hints}`))
    await page.waitForLoadState('networkidle')

    expect(await stateOf(id)).toBe('pending')
  })

  it('gets no hold of the approval’s window', async () => {
    const { page, ask } = await openScene(chromium.browser)
    const { approveAt } = await ask('reset_mfa_devices', { email })
    await page.goto(await servePage('<!doctype html><title>Evil</title><button>Open</button>'))
    const [opened] = await Promise.all([
      page.context().waitForEvent('page'),
      page.evaluate(`void (globalThis.held = open(${JSON.stringify(approveAt)}))`),
    ])
    await approveButton(opened).waitFor()

    const isCutOff = await page.evaluate('globalThis.held?.closed ?? true')

    expect(isCutOff).toBe(true)
  })
})

describe('text from outside', () => {
  it.each(HOSTILE)('shows %s as it is, and runs nothing', async (nickname) => {
    const { page, askAndOpen, complaints } = await openScene(chromium.browser)

    await askAndOpen('add_sms_device', { email, phone: '+12025550150', nickname, reason: nickname })

    expect(await page.locator('main').innerText()).toContain(nickname)
    expect(await page.title()).not.toBe('taken over')
    expect(await page.locator('main script, main img, main svg, main [onerror], main [onload]').count()).toBe(0)
    expect(complaints).toEqual([])
  })
})

describe('the same decision twice', () => {
  it('counts one click where the button is pressed twice', async () => {
    const { program, page, askAndOpen } = await openScene(chromium.browser)
    const { id } = await askAndOpen('reset_mfa_devices', { email })

    await approveButton(page).dblclick()
    await sees(page, 'approved')

    const entries = await (await program.app.store()).auditEntries()
    expect(entries.filter(({ kind, approvalId }) => kind === 'approval.approved' && approvalId === id)).toHaveLength(1)
  })

  it('refuses the same signed answer a second time', async () => {
    const { page, askAndOpen, stateOf } = await openScene(chromium.browser)
    await askAndOpen('reset_mfa_devices', { email })
    const sent = page.waitForRequest((request) => request.url().endsWith('/approve'))
    await approveButton(page).click()
    const body = (await sent).postData()
    await sees(page, 'approved')
    const { id } = await askAndOpen('reset_mfa_devices', { email: 'dave@example.com' })

    const nonce = (await page.locator('body').getAttribute('data-nonce')) ?? ''
    const answer = await page.evaluate(
      async ([path = '', text = '', oneTime = '']) => {
        const headers = { 'content-type': 'application/json', 'x-console-nonce': oneTime }
        return (await (await fetch(path, { method: 'POST', headers, body: text })).json()) as { ok: boolean }
      },
      [`/approvals/${id}/approve`, body ?? '', nonce],
    )

    expect(answer.ok).toBe(false)
    expect(await stateOf(id)).toBe('pending')
  })

  it('follows along on a page where the other tab has decided', async () => {
    const { page, askAndOpen, anotherTab, stateOf } = await openScene(chromium.browser)
    const { id, approveAt } = await askAndOpen('reset_mfa_devices', { email })
    const other = await anotherTab()
    await other.goto(approveAt)

    await denyButton(other).click()
    await sees(page, 'denied')

    expect(await approveButton(page).count()).toBe(0)
    expect(await page.locator('.notice').textContent()).toContain('decided elsewhere')
    expect(await stateOf(id)).toBe('denied')
  })

  it('approves nothing on a page that has not heard yet that it was denied', async () => {
    const { program, page, askAndOpen, stateOf } = await openScene(chromium.browser)
    await page.route('**/events*', (route) => route.abort())
    const { id } = await askAndOpen('reset_mfa_devices', { email })
    await program.deny(id, 'no')

    await approveButton(page).click()

    expect(await problemOf(page, 'approve')).toContain('denied')
    expect(await stateOf(id)).toBe('denied')
  })

  it('tells a page that the person at the terminal was faster', async () => {
    const { program, page, askAndOpen } = await openScene(chromium.browser)
    const { id } = await askAndOpen('reset_mfa_devices', { email })

    await program.deny(id, 'at the terminal')
    await sees(page, 'denied')

    expect(await page.locator('main').innerText()).toContain('at the terminal')
  })

  it('denies with the reason that was typed, once', async () => {
    const { program, page, askAndOpen } = await openScene(chromium.browser)
    const { id } = await askAndOpen('reset_mfa_devices', { email })
    await reasonField(page).fill('once')

    await denyButton(page).dblclick()
    await sees(page, 'denied')

    const entries = await (await program.app.store()).auditEntries()
    expect(entries.filter(({ kind, approvalId }) => kind === 'approval.denied' && approvalId === id)).toHaveLength(1)
  })
})

describe('what a link opens', () => {
  it('shows neither the list nor the history to a browser that was not let in', async () => {
    const { page, ask } = await openScene(chromium.browser)
    const { approveAt } = await ask('reset_mfa_devices', { email })
    const shown: string[] = []

    for (const path of [
      '/approvals',
      '/approvals/history',
      '/approvals/audit',
      '/approvals/approvers',
      '/approvals/endpoints',
      '/approvals/connection',
    ]) {
      await page.goto(new URL(path, approveAt).href)
      shown.push(await page.locator('main').innerText())
    }

    for (const text of shown) {
      expect(text).toContain('not open in this browser')
      expect(text).not.toContain(email)
    }
  })

  it('does not enrol after ten minutes', async () => {
    const { program, page } = await openScene(chromium.browser, { enrolled: null })
    const link = await enrolmentLink(program)
    program.clock.advance(11 * MINUTE)

    await page.goto(link)

    expect(await page.getByRole('button', { name: 'Make a passkey' }).count()).toBe(0)
    expect(await page.locator('main').innerText()).toContain('no longer works')
  })
})

/** A page of another origin on this machine. */
async function servePage(html: string): Promise<string> {
  const server = createServer((_request, response) => {
    response.setHeader('content-type', 'text/html; charset=utf-8')
    response.end(html)
  }).listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
}
