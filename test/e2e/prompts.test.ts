import { expect, test } from 'vitest'
import { onStage } from './stage.ts'

const GENERATIONS = ['v1', 'v2'] as const

/** The contract's order, and what each takes. */
const EXPECTED = [
  ['lost_phone', ['email']],
  ['new_phone_number', ['email']],
  ['remove_one_device', ['email']],
  ['start_over', ['email']],
  ['connection_trouble', []],
  ['find_endpoint', ['goal']],
]

test.each(GENERATIONS)('a client of generation %s lists the prompts, gets each, and completes', async (generation) => {
  await onStage(async (stage) => {
    const session = await stage.connect({ generation })

    const listed = await session.prompts()
    const texts = await Promise.all(
      listed.map(({ name, arguments: [argument] }) =>
        session.prompt(name, argument === undefined ? {} : { [argument.name]: 'someone@example.com' }),
      ),
    )
    const completed = await session.complete('find_endpoint', { name: 'goal', value: 'create pop' })

    expect(listed.map(({ name, arguments: args }) => [name, args.map((argument) => argument.name)])).toEqual(EXPECTED)
    expect(listed.flatMap(({ arguments: args }) => args).every(({ required }) => required)).toBe(true)
    expect(texts.every((text) => /^1\. \S/m.test(text))).toBe(true)
    expect(texts.filter((text) => text.includes('"someone@example.com"'))).toHaveLength(5)
    expect(completed).toEqual(['Create a population'])
  })
})

test.each(GENERATIONS)('a client of generation %s is told what is wrong with an argument', async (generation) => {
  await onStage(async (stage) => {
    const session = await stage.connect({ generation })

    await expect(session.prompt('lost_phone', { email: 'alice' })).rejects.toThrow(
      'INVALID_INPUT: email: must be an email address.',
    )
    await expect(session.prompt('lost_phone')).rejects.toThrow('INVALID_INPUT: email: must be a string.')
    await expect(session.prompt('find_phone')).rejects.toThrow(/not found/)
  })
})

test.each(GENERATIONS)(
  'read-only, a client of generation %s gets no prompt that changes something',
  async (generation) => {
    await onStage(async (stage) => {
      const session = await stage.connect({ generation, env: { PINGONE_MFA_READ_ONLY: '1' } })

      expect((await session.prompts()).map(({ name }) => name)).toEqual(['connection_trouble', 'find_endpoint'])
      await expect(session.prompt('start_over', { email: 'alice@example.com' })).rejects.toThrow(/not found/)
    })
  },
)
