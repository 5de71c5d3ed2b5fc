import { findNodeAtLocation, type Node, type ParseError, parse, parseTree, stripComments } from 'jsonc-parser'
import { assertOnlyAdded, type ConfigFormat, isRecord, SERVER_NAME } from './config-format.ts'
import { withMembers } from './json-edit.ts'

export interface JsonRules {
  /** The client that reads the file. */
  reader: string
  allowsComments: boolean
  allowsTrailingCommas: boolean
}

const BOM = '\uFEFF'

/** JSON as one client reads it, with the servers under a key at the top. */
export function jsonFormat(serversKey: string, rules: JsonRules): ConfigFormat {
  const valueOf = (text: string): unknown =>
    isEmpty(text) ? {} : parse(text, [], { allowTrailingComma: rules.allowsTrailingCommas })
  return {
    read(text) {
      const body = withoutBom(text)
      if (isEmpty(body)) {
        // Only comments, for a client that reads none, is no file that it can read.
        return body.trim() === '' || rules.allowsComments
          ? { entry: undefined }
          : { problem: syntaxProblem(body, 0, rules) }
      }
      const errors: ParseError[] = []
      const root = parseTree(body, errors, {
        disallowComments: !rules.allowsComments,
        allowTrailingComma: rules.allowsTrailingCommas,
      })
      const [error] = errors
      if (error !== undefined) return { problem: syntaxProblem(body, error.offset, rules) }
      return entryIn(root, serversKey)
    },
    write(text, entry) {
      const body = withoutBom(text)
      const added = { [serversKey]: { [SERVER_NAME]: entry } }
      const written = withMembers(isEmpty(body) ? emptyObjectAfter(body) : body, added)
      assertOnlyAdded(valueOf(body), added, valueOf(written))
      return text.startsWith(BOM) ? `${BOM}${written}` : written
    },
    snippet: (entry) => `${JSON.stringify({ [serversKey]: { [SERVER_NAME]: entry } }, null, 2)}\n`,
  }
}

function withoutBom(text: string): string {
  return text.startsWith(BOM) ? text.slice(1) : text
}

/** Nothing in it but blanks and comments. */
function isEmpty(text: string): boolean {
  return stripComments(text).trim() === ''
}

function emptyObjectAfter(comments: string): string {
  return comments.trim() === '' ? '{}\n' : `${comments.trimEnd()}${comments.includes('\r\n') ? '\r\n' : '\n'}{}\n`
}

function syntaxProblem(
  text: string,
  offset: number,
  { reader, allowsComments, allowsTrailingCommas }: JsonRules,
): string {
  const line = text.slice(0, offset).split('\n').length
  const allowed = allowsTrailingCommas
    ? 'comments and trailing commas are allowed'
    : allowsComments
      ? 'comments are allowed, trailing commas are not'
      : 'without comments and trailing commas'
  return `line ${line} is not JSON as ${reader} reads it (${allowed})`
}

function entryIn(root: Node | undefined, serversKey: string): ReturnType<ConfigFormat['read']> {
  if (root?.type !== 'object') return { problem: 'it holds no JSON object' }
  let node = root
  for (const key of [serversKey, SERVER_NAME]) {
    // Of two members with one name a client takes the last, and nobody could tell which was meant.
    const named = (node.children ?? []).filter(({ children }) => children?.[0]?.value === key)
    if (named.length > 1) return { problem: `"${key}" stands in it twice` }
    const value = findNodeAtLocation(node, [key])
    if (value === undefined) return { entry: undefined }
    if (value.type !== 'object') return { problem: `"${key}" in it is not an object` }
    node = value
  }
  const entry: unknown = valueOfNode(node)
  return { entry: isRecord(entry) ? entry : {} }
}

function valueOfNode(node: Node): unknown {
  if (node.type === 'array') return (node.children ?? []).map(valueOfNode)
  if (node.type !== 'object') return node.value as unknown
  return Object.fromEntries(
    (node.children ?? []).map(({ children: [key, value] = [] }) => [key?.value, value && valueOfNode(value)]),
  )
}
