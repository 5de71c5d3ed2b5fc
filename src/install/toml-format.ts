import { isDeepStrictEqual } from 'node:util'
import { parse, patch, stringify, TomlFormat } from '@decimalturn/toml-patch'
import { assertOnlyAdded, type ConfigFormat, isRecord, merged, SERVER_NAME } from './config-format.ts'

/** TOML with the servers as tables below a key at the top. */
export function tomlFormat(serversKey: string): ConfigFormat {
  const snippet = (entry: object) => {
    const format = TomlFormat.default()
    format.inlineTableStart = 4
    format.bracketSpacing = false
    const text = stringify({ [serversKey]: { [SERVER_NAME]: entry } }, format)
    return text.replace(`[${serversKey}]\n\n`, '')
  }
  return {
    read(text) {
      let root: unknown
      try {
        root = valueOf(text)
      } catch (error) {
        const line = isRecord(error) && typeof error['line'] === 'number' ? `line ${error['line']} ` : 'it '
        return { problem: `${line}is not TOML` }
      }
      return entryIn(root, serversKey)
    },
    write(text, entry) {
      const before = valueOf(text)
      const added = { [serversKey]: { [SERVER_NAME]: entry } }
      const wanted = merged(before, added)
      if (isDeepStrictEqual(before, wanted)) return text
      const written = appended(text, snippet(entry), wanted) ?? patch(text, wanted as Parameters<typeof patch>[1])
      assertOnlyAdded(before, added, valueOf(written))
      return written
    },
    snippet,
  }
}

/** The library's objects have no prototype, and compare as different from any other. */
function valueOf(text: string): unknown {
  return plain(parse(text))
}

function plain(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(plain)
  if (!isRecord(value) || value instanceof Date) return value
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, plain(member)]))
}

/**
 * A table of its own at the end of the file moves nothing. Undefined where the servers are written so that TOML allows
 * no such table any more, or where ours stands there already.
 */
function appended(text: string, table: string, wanted: unknown): string | undefined {
  const lineBreak = text.includes('\r\n') ? '\r\n' : '\n'
  const gap = text === '' || text === '\uFEFF' ? '' : text.endsWith('\n') ? lineBreak : `${lineBreak}${lineBreak}`
  const written = `${text}${gap}${table.replaceAll('\n', lineBreak)}`
  try {
    return isDeepStrictEqual(valueOf(written), wanted) ? written : undefined
  } catch {
    return undefined
  }
}

function entryIn(root: unknown, serversKey: string): ReturnType<ConfigFormat['read']> {
  let value = root
  for (const key of [serversKey, SERVER_NAME]) {
    value = isRecord(value) ? value[key] : undefined
    if (value === undefined) return { entry: undefined }
    if (!isRecord(value)) return { problem: `"${key}" in it is not a table` }
  }
  return { entry: isRecord(value) ? value : undefined }
}
