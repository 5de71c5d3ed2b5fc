import { existsSync, readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { ask, squat } from '../console/loopback.ts'
import { onStage } from './stage.ts'

const ALICE = 'alice@example.com'
const BOB = 'bob@example.com'

const portOf = (url: string) => Number(new URL(url).port)
const pathOf = (url: string) => new URL(url).pathname

test('the address that the assistant gets leads to the approval, on both loopback addresses', async () => {
  await onStage(async (stage) => {
    await stage.human.enrol()
    const session = await stage.connect()

    const { approveAt, id } = (await session.call('reset_mfa_devices', { email: ALICE })).structured.approval

    expect(approveAt).toBe(`http://localhost:${portOf(approveAt)}/approvals/${id}`)
    for (const host of ['127.0.0.1', '::1']) {
      const { status, body } = await ask(portOf(approveAt), { host, path: pathOf(approveAt) })
      expect({ status, isIt: body.includes('Remove all 3 MFA devices') }).toEqual({ status: 200, isIt: true })
    }
    expect(stage.sandbox.changes).toEqual([])
  })
})

test('no port is opened before the first approval waits', async ({ skip }) => {
  skip(!existsSync('/proc/net/tcp'), 'only Linux tells which ports a process listens on')
  await onStage(async (stage) => {
    await stage.human.enrol()
    const session = await stage.connect()
    await session.call('list_mfa_devices', { email: ALICE })
    const before = listeningPorts(session.pid)

    await session.call('reset_mfa_devices', { email: ALICE })

    expect(before).toEqual([])
    expect(listeningPorts(session.pid)).toHaveLength(2)
  })
})

test('the page ends with the server', async () => {
  await onStage(async (stage) => {
    await stage.human.enrol()
    const session = await stage.connect()
    const { approveAt } = (await session.call('reset_mfa_devices', { email: ALICE })).structured.approval

    await session.close()

    await expect(ask(portOf(approveAt))).rejects.toThrow('ECONNREFUSED')
  })
})

describe('a port of one address that somebody else holds', () => {
  test.each(['127.0.0.1', '::1'] as const)('leaves the address out, and the terminal command in (%s)', async (held) => {
    const other = await squat(held)
    await onStage(async (stage) => {
      await stage.human.enrol()
      const session = await stage.connect({ env: { PINGONE_MFA_CONSOLE_PORT: String(other.port) } })

      const { structured, text } = await session.call('reset_mfa_devices', { email: ALICE })

      expect(structured.status).toBe('approval_required')
      expect(structured.approval).not.toHaveProperty('approveAt')
      expect(structured.next).toContain(`pingone-mfa-mcp approvals approve ${structured.approval.id}`)
      expect(text).not.toContain('http://')
      expect(session.stderr()).toContain('console.not_opened')
    })
    await other.close()
  })

  test('is taken as soon as it is free', async () => {
    const other = await squat('::1')
    await onStage(async (stage) => {
      await stage.human.enrol()
      const session = await stage.connect({ env: { PINGONE_MFA_CONSOLE_PORT: String(other.port) } })
      await session.call('reset_mfa_devices', { email: ALICE })
      await other.close()

      const { structured } = await session.call('reset_mfa_devices', { email: BOB })

      expect(portOf(structured.approval.approveAt)).toBe(other.port)
    })
  })

  test('makes "console" say so', async () => {
    const other = await squat('127.0.0.1')
    await onStage(async (stage) => {
      const env = { PINGONE_MFA_CONSOLE_PORT: String(other.port) }

      const { code, stdout, stderr } = await stage.run(['console'], { env })

      expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
      expect(stderr).toContain('could not be opened')
    })
    await other.close()
  })
})

test('two servers of one home show the same approvals, each at an address of its own', async () => {
  await onStage(async (stage) => {
    await stage.human.enrol()
    const [first, second] = await Promise.all([stage.connect(), stage.connect()])
    const asked = (await first.call('reset_mfa_devices', { email: ALICE })).structured.approval
    const same = (await second.call('reset_mfa_devices', { email: ALICE })).structured.approval

    expect(same.id).toBe(asked.id)
    expect(portOf(same.approveAt)).not.toBe(portOf(asked.approveAt))
    await stage.human.deny(asked.id, 'wrong user')
    for (const { approveAt } of [asked, same]) {
      expect((await ask(portOf(approveAt), { path: pathOf(approveAt) })).body).toContain('wrong user')
    }
  })
})

test('a page of another site cannot decide, whatever it sends', async () => {
  await onStage(async (stage) => {
    await stage.human.enrol()
    const session = await stage.connect()
    const { approveAt, id, token } = (await session.call('reset_mfa_devices', { email: ALICE })).structured.approval
    const origins = [
      'https://evil.example',
      'null',
      `http://127.0.0.1:${portOf(approveAt)}`,
      `http://localhost:${portOf(approveAt)}`,
    ]
    const paths = ['', '/approve', '/deny', '?approve=1', '/decision', '/../approve']

    for (const origin of origins) {
      for (const path of paths) {
        const headers = { origin, 'content-type': 'application/x-www-form-urlencoded' }
        const { status } = await ask(portOf(approveAt), { method: 'POST', path: `/approvals/${id}${path}`, headers })
        expect([403, 405]).toContain(status)
      }
    }

    const { structured } = await session.call('execute_approved_action', { token })
    expect(structured.status).toBe('approval_pending')
    expect(stage.sandbox.changes).toEqual([])
  })
})

/** Linux: the TCP ports on which a process listens. */
function listeningPorts(pid: number): number[] {
  const sockets = new Set(
    readdirSync(`/proc/${pid}/fd`).flatMap(
      (fd) => /^socket:\[(\d+)\]$/.exec(linkOf(`/proc/${pid}/fd/${fd}`))?.[1] ?? [],
    ),
  )
  return ['tcp', 'tcp6'].flatMap((table) =>
    readFileSync(`/proc/${pid}/net/${table}`, 'utf8')
      .split('\n')
      .map((line) => line.trim().split(/\s+/))
      .filter(([, , , state, , , , , , inode]) => state === LISTENING && sockets.has(inode ?? ''))
      .map(([, local = '']) => Number.parseInt(local.split(':')[1] ?? '', 16)),
  )
}

const LISTENING = '0A'

/** Empty where the file has been closed meanwhile. */
function linkOf(path: string): string {
  try {
    return readlinkSync(path)
  } catch {
    return ''
  }
}
