import { isDeepStrictEqual } from 'node:util'
import { applyEdits, type Edit, findNodeAtLocation, getNodeValue, type Node, parseTree } from 'jsonc-parser'
import { isRecord } from './config-format.ts'

/** Each edit brings one member in; an entry has far fewer. */
const MOST_EDITS = 200

/**
 * Puts members into a JSON text with comments, object by object, and touches nothing that is right already: comments
 * stay with what they tell of, and order, indentation, line endings and trailing commas are those of the file. The
 * library's own `modify` formats whole lines anew and lets a comment at the end of a line slip to the next member.
 */
export function withMembers(text: string, members: Readonly<Record<string, unknown>>): string {
  let current = text
  for (let round = 0; round < MOST_EDITS; round += 1) {
    const root = parseTree(current, [], { allowTrailingComma: true })
    if (root === undefined) throw new Error('there is no JSON to edit')
    const edits = nextEdits(current, root, members)
    if (edits.length === 0) return current
    current = applyEdits(current, edits)
  }
  throw new Error('the file is laid out in a way that this program does not understand')
}

/** What brings the first member that is missing or different into the object. */
function nextEdits(text: string, object: Node, members: Readonly<Record<string, unknown>>): Edit[] {
  for (const [key, value] of Object.entries(members)) {
    if (value === undefined) continue
    const node = findNodeAtLocation(object, [key])
    if (node === undefined) return insertion(text, object, key, value)
    if (isRecord(value) && node.type === 'object') {
      const edits = nextEdits(text, node, value)
      if (edits.length > 0) return edits
    } else if (!isDeepStrictEqual(getNodeValue(node), value)) {
      const indent = isOneLine(text, object) ? undefined : baseIndent(text, node.offset)
      return [{ offset: node.offset, length: node.length, content: rendered(text, value, indent) }]
    }
  }
  return []
}

function insertion(text: string, object: Node, key: string, value: unknown): Edit[] {
  const space = isTight(text) ? '' : ' '
  const member = (indent?: string) => `${JSON.stringify(key)}:${space}${rendered(text, value, indent)}`
  const last = object.children?.at(-1)
  if (last === undefined) return intoEmpty(text, object, member)
  const end = last.offset + last.length
  if (isOneLine(text, object)) return [{ offset: end, length: 0, content: `,${space}${member()}` }]
  const indent = memberIndent(text, object)
  const after = trailing(text, end)
  const added = `${lineBreak(text)}${indent}${member(indent)}`
  if (after.hasComma) return [{ offset: after.end, length: 0, content: `${added},` }]
  return [
    { offset: end, length: 0, content: ',' },
    { offset: after.end, length: 0, content: added },
  ]
}

function intoEmpty(text: string, object: Node, member: (indent?: string) => string): Edit[] {
  const close = object.offset + object.length - 1
  // Comments in an object that is otherwise empty stay in front.
  const start = object.offset + 1 + text.slice(object.offset + 1, close).trimEnd().length
  const outer = object.parent?.parent
  if (outer !== undefined && isOneLine(text, outer)) {
    return [{ offset: start, length: close - start, content: member() }]
  }
  const outerIndent = baseIndent(text, object.offset)
  const indent = `${outerIndent}${indentUnit(text)}`
  const content = `${lineBreak(text)}${indent}${member(indent)}${lineBreak(text)}${outerIndent}`
  return [{ offset: start, length: close - start, content }]
}

const TO_COMMA = /^(?:\s|\/\/[^\n]*\n|\/\*(?:(?!\*\/)[\s\S])*\*\/)*,/
const COMMENTS_ON_LINE = /^(?:[ \t]*\/\*(?:(?!\*\/)[^\n])*\*\/)*(?:[ \t]*\/\/[^\r\n]*)?/

/** What follows a member: whether a comma, and where the comments that stand on its line end. */
function trailing(text: string, offset: number): { hasComma: boolean; end: number } {
  const comma = TO_COMMA.exec(text.slice(offset))
  const start = offset + (comma?.[0].length ?? 0)
  const comments = COMMENTS_ON_LINE.exec(text.slice(start))
  return { hasComma: comma !== null, end: start + (comments?.[0].length ?? 0) }
}

/** On one line where there is no indentation to follow. */
function rendered(text: string, value: unknown, indent: string | undefined): string {
  if (isTight(text)) return JSON.stringify(value)
  const lines = JSON.stringify(value, null, indentUnit(text)).split('\n')
  return indent === undefined ? lines.map((line) => line.trim()).join(' ') : lines.join(`${lineBreak(text)}${indent}`)
}

/** It has members, and they all stand on the line of its braces. */
function isOneLine(text: string, object: Node): boolean {
  return (object.children ?? []).length > 0 && !text.slice(object.offset, object.offset + object.length).includes('\n')
}

/** The whole file without a blank, as programs write it. */
function isTight(text: string): boolean {
  const line = text.trim()
  return line.length > 2 && !line.includes('\n') && !/[:,{] /.test(line)
}

function lineBreak(text: string): string {
  return text.includes('\r\n') ? '\r\n' : '\n'
}

function indentUnit(text: string): string {
  return /^([ \t]+)["{}[\]]/m.exec(text)?.[1] ?? '  '
}

function memberIndent(text: string, object: Node): string {
  const first = object.children?.[0]
  const line = first === undefined ? '' : text.slice(lineStart(text, first.offset), first.offset)
  return line.trim() === '' ? line : `${baseIndent(text, object.offset)}${indentUnit(text)}`
}

function baseIndent(text: string, offset: number): string {
  return /^[ \t]*/.exec(text.slice(lineStart(text, offset)))?.[0] ?? ''
}

function lineStart(text: string, offset: number): number {
  return text.lastIndexOf('\n', offset - 1) + 1
}
