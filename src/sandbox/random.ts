/** Repeatable randomness. Each stream runs on its own, so that more requests do not change the next one-time code. */
export interface Random {
  /** A whole number from 0 up to, but without, `bound`. */
  below(bound: number): number
  pick<T>(choices: readonly [T, ...T[]]): T
  digits(length: number): string
  characters(length: number, alphabet: string): string
  uuid(): string
}

function seedOf(seed: number, stream: string): number {
  let hash = 2166136261
  for (const character of `${seed}:${stream}`) {
    hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), 16777619)
  }
  return hash >>> 0
}

/** A 32-bit generator (splitmix-like): good for a simulation, worthless for secrets. */
export function createRandom(seed: number, stream: string): Random {
  let state = seedOf(seed, stream)
  const next = (): number => {
    state = (state + 0x9e3779b9) >>> 0
    let mixed = state ^ (state >>> 16)
    mixed = Math.imul(mixed, 0x21f0aaad)
    mixed ^= mixed >>> 15
    mixed = Math.imul(mixed, 0x735a2d97)
    return ((mixed ^ (mixed >>> 15)) >>> 0) / 4294967296
  }
  const below = (bound: number): number => Math.floor(next() * bound)
  const characters = (length: number, alphabet: string): string =>
    Array.from({ length }, () => alphabet.charAt(below(alphabet.length))).join('')

  return {
    below,
    pick: (choices) => choices[below(choices.length)] ?? choices[0],
    digits: (length) => characters(length, '0123456789'),
    characters,
    uuid: () => {
      const hex = characters(32, '0123456789abcdef')
      const variant = '89ab'.charAt(below(4))
      return [
        hex.slice(0, 8),
        hex.slice(8, 12),
        `4${hex.slice(13, 16)}`,
        variant + hex.slice(17, 20),
        hex.slice(20),
      ].join('-')
    },
  }
}
