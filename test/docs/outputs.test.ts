import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Desk, openDesk } from '../cli/desk.ts'
import { blocksOf, readDocuments } from './documents.ts'

/** The block of printed text in the README that has this line in it, as lines. */
function shownWith(line: string): string[] {
  const readme = readDocuments().find(({ name }) => name === 'README.md')
  const block = readme && blocksOf(readme, 'text').find((text) => text.includes(line))
  if (block === undefined) throw new Error(`the README shows no output with ${line}`)
  return linesOf(block)
}

/** Without what differs from run to run, and without what is left out. */
function linesOf(text: string): string[] {
  return text
    .split('\n')
    .map((line) => line.trim().replaceAll(/apv_[\w-]+…?/g, 'apv_…'))
    .filter((line) => line !== '' && line !== '…')
}

/** The first line that does not come, after those before it. */
function firstMissing(shown: readonly string[], printed: readonly string[]): string | undefined {
  let from = 0
  for (const line of shown) {
    const at = printed.indexOf(line, from)
    if (at === -1) return line
    from = at + 1
  }
  return undefined
}

describe('what the README shows is printed by', () => {
  let desk: Desk
  beforeAll(async () => {
    desk = await openDesk()
  })
  afterAll(() => desk[Symbol.asyncDispose]())

  it('`demo`, line by line and in this order', async () => {
    const { code, stdout } = await desk.run(['demo'])

    expect(code).toBe(0)
    expect(firstMissing(shownWith('Alice has lost her phone'), linesOf(stdout))).toBeUndefined()
  })

  it('`check` where the worker application may do what it has to', async () => {
    const { code, stdout } = await desk.run(['check'])

    expect(code).toBe(0)
    expect(firstMissing(shownWith('Test PingID Connection'), linesOf(stdout))).toBeUndefined()
  })

  it('nothing where a line is another one, so that the above means something', () => {
    expect(firstMissing(['one', 'three'], ['one', 'two'])).toBe('three')
    expect(firstMissing(['two', 'one'], ['one', 'two'])).toBe('one')
  })
})
