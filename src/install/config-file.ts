import {
  chmodSync,
  chownSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'

/** A configuration file as it was read. */
export interface ConfigFile {
  /** As the client knows it; where it is a link, `target` is what it leads to. */
  path: string
  target: string
  /** Empty where there is no such file yet. */
  text: string
  exists: boolean
  /** The folder that it belongs into is there: the client has been used here. */
  hasFolder: boolean
}

type FileResult<T> = T | { problem: string }

export function readConfigFile(path: string): FileResult<ConfigFile> {
  try {
    const target = followLinks(path)
    const hasFolder = statSync(dirname(target), { throwIfNoEntry: false })?.isDirectory() ?? false
    const bytes = readIfThere(target)
    if (bytes === undefined) return { path, target, text: '', exists: false, hasFolder }
    return { path, target, text: decoded(bytes), exists: true, hasFolder }
  } catch (error) {
    return { problem: error instanceof TypeError ? 'it is not text in UTF-8' : `it cannot be read (${codeOf(error)})` }
  }
}

/**
 * Puts the text in the file's place, whole or not at all, and keeps what stood there beside it. Permissions and owner
 * stay; a new file is readable by its owner alone, since the next server in it may come with a secret. Answers the
 * backup's path; there is none of a file that did not exist.
 */
export function replaceConfigFile(file: ConfigFile, text: string, now: number): FileResult<{ backup?: string }> {
  let draftFolder: string | undefined
  try {
    const folder = dirname(file.target)
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    draftFolder = mkdtempSync(join(folder, '.pingone-mfa-'))
    const draft = join(draftFolder, basename(file.target))
    const before = statSync(file.target, { throwIfNoEntry: false })
    const mode = before === undefined ? 0o600 : before.mode & 0o777
    writeFileSync(draft, text, { mode, flush: true })
    chmodSync(draft, mode)
    keepOwner(draft, before)
    const present = readIfThere(file.target)
    if ((present === undefined ? undefined : decoded(present)) !== (file.exists ? file.text : undefined)) {
      return { problem: 'another program changed it at the same moment' }
    }
    const backup = file.exists ? writeBackup(file, mode, now) : undefined
    renameSync(draft, file.target)
    return backup === undefined ? {} : { backup }
  } catch (error) {
    return { problem: `it cannot be written (${codeOf(error)})` }
  } finally {
    if (draftFolder !== undefined) rmSync(draftFolder, { recursive: true, force: true })
  }
}

/** Under `sudo` a file that is replaced would become root's, and its owner's client could no longer read it. */
function keepOwner(draft: string, before: { uid: number; gid: number } | undefined): void {
  const { uid, gid } = statSync(draft)
  if (before !== undefined && (before.uid !== uid || before.gid !== gid)) chownSync(draft, before.uid, before.gid)
}

function writeBackup({ path, text }: ConfigFile, mode: number, now: number): string {
  const stamp = new Date(now)
    .toISOString()
    .replace(/\.\d+Z$/, 'Z')
    .replaceAll(':', '-')
  for (let count = 1; ; count++) {
    const backup = `${path}.backup-${stamp}${count === 1 ? '' : `-${count}`}`
    try {
      writeFileSync(backup, text, { mode, flag: 'wx' })
      return backup
    } catch (error) {
      if (codeOf(error) !== 'EEXIST') throw error
    }
  }
}

/** What the path leads to, also where that is not there yet. */
function followLinks(path: string): string {
  try {
    return realpathSync(path)
  } catch (error) {
    if (codeOf(error) !== 'ENOENT') throw error
  }
  try {
    return followLinks(resolve(dirname(path), readlinkSync(path)))
  } catch (error) {
    if (codeOf(error) !== 'ENOENT') throw error
    return path
  }
}

function readIfThere(path: string): Buffer | undefined {
  try {
    return readFileSync(path)
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined
    throw error
  }
}

/** Throws a TypeError where it is not UTF-8; a byte order mark stays. */
function decoded(bytes: Buffer): string {
  return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
}

function codeOf(error: unknown): string {
  return (error as NodeJS.ErrnoException).code ?? 'unknown'
}
