import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import type { Intent } from '../../src/catalog/search/index-format.ts'
import { INTENTS } from '../../src/catalog/search/index-format.ts'
import { stem } from '../../src/catalog/search/stem.ts'

/** Phrases in one string, with semicolons between them: a resource stays on one line of the file. */
const Phrases = z.string().transform((text) => text.split(';').map((phrase) => phrase.trim()))

const Vocabulary = z.strictObject({
  /** What people call a resource. The key is its path below the environment, without parameters. */
  resources: z.record(z.string(), Phrases),
  /** What people want when they need an operation. The key is the method and the path, `{}` for each parameter. */
  operations: z.record(z.string(), Phrases),
  /** Words of which one may stand for another. */
  words: z.array(z.string().transform((line) => line.split(' '))),
  /** Verbs by what they ask for. */
  verbs: z.partialRecord(
    z.enum(INTENTS),
    z.string().transform((line) => line.split(' ')),
  ),
})
export type Vocabulary = z.infer<typeof Vocabulary>

export function readVocabulary(root: string): Vocabulary {
  return Vocabulary.parse(JSON.parse(readFileSync(join(root, 'catalog/vocabulary.json'), 'utf8')))
}

/** By the verb itself and by its stem, so that `removing` is found as well. */
export function verbIntents(verbs: Vocabulary['verbs']): Record<string, Intent> {
  const intents: Record<string, Intent> = {}
  for (const [intent, words] of Object.entries(verbs)) {
    for (const word of words) {
      intents[word] ??= intent as Intent
      intents[stem(word)] ??= intent as Intent
    }
  }
  return intents
}
