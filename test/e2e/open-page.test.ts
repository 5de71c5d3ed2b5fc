import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { onStage, type Stage } from './stage.ts'

const EMAIL = 'alice@example.com'

/** A desktop whose opener writes down what it is to open. */
function desktopOf(stage: Stage) {
  const folder = join(stage.home, 'desktop')
  const opened = join(folder, 'opened')
  mkdirSync(folder)
  for (const opener of ['xdg-open', 'open']) {
    writeFileSync(join(folder, opener), `#!/bin/sh\nprintf '%s\\n' "$1" >> '${opened}'\n`)
    chmodSync(join(folder, opener), 0o755)
  }
  const env = { PATH: `${folder}:${stage.env['PATH']}`, DISPLAY: ':99' }
  return { env, opened: () => (existsSync(opened) ? readFileSync(opened, 'utf8').trim().split('\n') : []) }
}

test('the page of a new approval opens where a person wants it so, once', async () => {
  await onStage(async (stage) => {
    await stage.human.enrol()
    const desktop = desktopOf(stage)
    const session = await stage.connect({ env: { ...desktop.env, PINGONE_MFA_CONSOLE_OPEN: '1' } })

    const { approval } = (await session.call('reset_mfa_devices', { email: EMAIL })).structured
    await session.call('reset_mfa_devices', { email: EMAIL })
    const other = (await session.call('reset_mfa_devices', { email: 'bob@example.com' })).structured.approval

    await expect.poll(desktop.opened, { timeout: 60_000 }).toEqual([approval.approveAt, other.approveAt])
  })
})

test('no page opens where nobody asked for it', async () => {
  await onStage(async (stage) => {
    await stage.human.enrol()
    const desktop = desktopOf(stage)
    const session = await stage.connect({ env: desktop.env })

    const { approval } = (await session.call('reset_mfa_devices', { email: EMAIL })).structured
    await stage.human.approve(approval.id)
    await session.call('execute_approved_action', { token: approval.token })

    expect(desktop.opened()).toEqual([])
  })
})
