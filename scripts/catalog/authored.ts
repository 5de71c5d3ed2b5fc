import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parse } from 'yaml'
import { z } from 'zod'
import { EFFECTS, METHODS, type Service } from '../../src/catalog/record.ts'

/** What we say about one way to call an operation; facts come from its specification. */
const entry = z.strictObject({
  /** Without the service in front. */
  id: z.string().regex(/^[a-z][A-Za-z0-9]*(\.[a-z][A-Za-z0-9]*)+$/),
  title: z.string().regex(/^[A-Z].*[^.]$/),
  notes: z.array(z.string().regex(/^[A-Z`].*[.]$/)).default([]),
  /** Where the method alone does not tell: GET reads, DELETE destroys, everything else changes. */
  effect: z.enum(EFFECTS).optional(),
  /** The media type that selects it, where several actions share a method and a path. */
  contentType: z.string().optional(),
  /** Known from the documentation only: the specification does not have this media type. */
  beyondSpecification: z.literal(true).optional(),
  deprecated: z.literal(true).optional(),
  /** What is sent, where the specification does not say or says something else; `null` for nothing. */
  body: z.record(z.string(), z.unknown()).nullable().optional(),
})

export type AuthoredEndpoint = z.infer<typeof entry>

/** By `METHOD /path`, the plainest action first. */
export type Authored = Map<string, AuthoredEndpoint[]>

const file = z.record(z.string(), z.union([entry.transform((only) => [only]), z.array(entry).min(1)]))
const KEY = new RegExp(`^(${METHODS.join('|')}) (/.*|~.*)$`)

/** Reads what we wrote about a service. `~` stands for `/environments/{environmentID}`. */
export async function readAuthored(folder: string, service: Service): Promise<Authored> {
  const text = await readFile(join(folder, `${service}.yaml`), 'utf8')
  const entries = Object.entries(file.parse(parse(text)))
  return new Map(
    entries.map(([key, endpoints]) => {
      if (!KEY.test(key)) throw new Error(`${service}.yaml: "${key}" is not METHOD /path`)
      return [key.replace('~', '/environments/{environmentID}'), endpoints]
    }),
  )
}
