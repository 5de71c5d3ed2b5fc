import { chmodSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { lazy } from './lib/lazy.ts'
import { TOKEN_AUTH_METHODS } from './pingone/endpoint.ts'

const savedConnection = lazy(() =>
  z.object({
    version: z.literal(1),
    region: z.string().optional(),
    apiUrl: z.string(),
    authUrl: z.string(),
    environmentId: z.string(),
    clientId: z.string(),
    clientSecret: z.string().min(1),
    workerEnvironmentId: z.string().optional(),
    tokenAuthMethod: z.enum(TOKEN_AUTH_METHODS).optional(),
  }),
)

/** What `connect` saves. The secret is bound to the two URLs beside it. */
export type SavedConnection = z.infer<ReturnType<typeof savedConnection>>

export function connectionPath(home: string): string {
  return join(home, 'connection.json')
}

/** The saved connection, undefined where nothing was saved, or what is wrong with the file. */
export function readSavedConnection(home: string): SavedConnection | undefined | { problem: string } {
  let text: string
  try {
    text = readFileSync(connectionPath(home), 'utf8')
  } catch (error) {
    const { code = 'unknown' } = error as NodeJS.ErrnoException
    // Where the home folder cannot be one, nothing was saved; who needs the folder names it.
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined
    return { problem: `cannot be read (${code})` }
  }
  try {
    const parsed = savedConnection().safeParse(JSON.parse(text))
    return parsed.success
      ? parsed.data
      : { problem: `is not a saved connection (${parsed.error.issues[0]?.path.join('.')})` }
  } catch {
    return { problem: 'is not valid JSON' }
  }
}

/** Writes the file whole or not at all, readable by its owner alone. */
export function saveConnection(home: string, connection: SavedConnection): void {
  mkdirSync(home, { recursive: true, mode: 0o700 })
  chmodSync(home, 0o700)
  const draftFolder = mkdtempSync(join(home, '.connection-'))
  try {
    const draft = join(draftFolder, 'connection.json')
    writeFileSync(draft, `${JSON.stringify(connection, null, 2)}\n`, { mode: 0o600 })
    renameSync(draft, connectionPath(home))
  } finally {
    rmSync(draftFolder, { recursive: true, force: true })
  }
}
