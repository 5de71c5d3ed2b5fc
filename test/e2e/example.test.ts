import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { onStage, type Stage } from './stage.ts'

const EXAMPLE = join(import.meta.dirname, '../../examples/approved-reset/main.ts')

interface Ended {
  code: number | null
  output: string
}

/** The example as a workflow author starts it; `decide` is called with the approval as soon as one waits. */
async function runExample(stage: Stage, args: string[], decide?: (id: string) => Promise<unknown>): Promise<Ended> {
  const child = spawn(process.execPath, [EXAMPLE, ...args], { env: stage.env, stdio: ['ignore', 'pipe', 'pipe'] })
  let output = ''
  const listen = (text: string) => {
    output += text
    stage.printed.push(text)
  }
  child.stdout.setEncoding('utf8').on('data', listen)
  child.stderr.setEncoding('utf8').on('data', (text: string) => stage.printed.push(text))
  const ended = new Promise<number | null>((resolve, reject) => {
    child.on('error', reject)
    child.on('close', resolve)
  })
  if (decide !== undefined) {
    const approvals = await stage.human.app.approvals()
    let waiting = await approvals.list()
    while (waiting.length === 0 && child.exitCode === null) {
      await new Promise((resolve) => setTimeout(resolve, 50))
      waiting = await approvals.list()
    }
    const [row] = waiting
    if (row !== undefined) await decide(row.id)
  }
  return { code: await ended, output }
}

describe('the example for workflow authors', () => {
  it('removes all devices after a person has approved', () =>
    onStage(async (stage) => {
      await stage.human.enrol()

      const { code, output } = await runExample(stage, ['alice@example.com'], (id) => stage.human.approve(id))

      expect(output).toContain('is called by list_mfa_devices')
      expect(output).toContain('All devices are removed.')
      expect(code).toBe(0)
      expect(stage.sandbox.state.devicesOf('alice@example.com')).toEqual([])
    }))

  it('says what the person said, and changes nothing, after a denial', () =>
    onStage(async (stage) => {
      await stage.human.enrol()

      const { code, output } = await runExample(stage, ['alice@example.com'], (id) =>
        stage.human.deny(id, 'Alice was not called back.'),
      )

      expect(output).toContain('Alice was not called back.')
      expect(code).toBe(1)
      expect(stage.sandbox.changes).toEqual([])
    }))

  it('passes on why a tool refuses', () =>
    onStage(async (stage) => {
      const { code, output } = await runExample(stage, ['nobody@example.com'])

      expect(output).toContain('USER_NOT_FOUND')
      expect(code).toBe(1)
    }))

  it('says how it is called', () =>
    onStage(async (stage) => {
      const { code, output } = await runExample(stage, [])

      expect(output).toContain('Usage:')
      expect(code).toBe(2)
    }))
})
