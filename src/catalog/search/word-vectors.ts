/**
 * What words mean, as far as newspapers tell: for sentences that share no word with what the catalogue says. `Smashed
 * handset` is near to `broken phone`.
 */
export interface WordVectors {
  dimensions: number
  has(word: string): boolean
  /** Writes the direction of several words together, of length 1, to a place in an array of zeros; nothing where none is known. */
  addDirection(words: Iterable<string>, to: Float32Array, start: number): void
}

/** Joined words of ours stand for these in the vectors' English. */
const PLAIN = new Map([
  ['signon', 'login'],
  ['signoff', 'logout'],
  ['signup', 'registration'],
  ['mfa', 'authentication'],
  ['idp', 'provider'],
  ['webauthn', 'authentication'],
  ['fido2', 'authentication'],
  ['passkey', 'authentication'],
])
const EMPTY = new Set(
  'the a an to in for on and or is are was with by from at it this that which who what how'.split(' '),
)

/** Reads catalog/search-vectors.bin: a line of JSON, then for each word its numbers and its weight, one byte each. */
export function openVectors(bytes: Uint8Array): WordVectors {
  const end = bytes.indexOf(10)
  const { dimensions, words } = JSON.parse(new TextDecoder().decode(bytes.subarray(0, end))) as {
    dimensions: number
    words: string
  }
  const rows = new Map(words.split(' ').map((word, row) => [word, row]))
  const numbers = new Int8Array(bytes.buffer, bytes.byteOffset + end + 1)
  return {
    dimensions,
    has: (word) => rows.has(PLAIN.get(word) ?? word),
    addDirection: (list, to, start) => {
      for (const word of list) {
        const row = EMPTY.has(word) ? undefined : rows.get(PLAIN.get(word) ?? word)
        if (row === undefined) continue
        const at = row * (dimensions + 1)
        const weight = numbers[at + dimensions] as number
        for (let i = 0; i < dimensions; i++)
          to[start + i] = (to[start + i] as number) + weight * (numbers[at + i] as number)
      }
      let square = 0
      for (let i = start; i < start + dimensions; i++) square += (to[i] as number) ** 2
      const length = Math.sqrt(square) || 1
      for (let i = start; i < start + dimensions; i++) to[i] = (to[i] as number) / length
    },
  }
}
