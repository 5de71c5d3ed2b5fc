import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

export const ROOT = join(import.meta.dirname, '../..')

export interface Document {
  /** Below the root, with slashes. */
  name: string
  text: string
}

/** Every Markdown file that a reader finds: those at the root and those in `docs`. */
export function readDocuments(): Document[] {
  const names = ['', 'docs/'].flatMap((folder) =>
    readdirSync(join(ROOT, folder))
      .filter((name) => name.endsWith('.md'))
      .map((name) => `${folder}${name}`),
  )
  return names.map((name) => ({ name, text: readFileSync(join(ROOT, name), 'utf8') }))
}

/** The blocks of one language, without their fences. */
export function blocksOf({ text }: Document, language: string): string[] {
  return [...text.matchAll(/^```(\w*)\n([\s\S]*?)^```$/gm)]
    .filter(([, found]) => found === language)
    .map(([, , block]) => block ?? '')
}

function proseOf({ text }: Document): string {
  return text.replace(/^```[\s\S]*?^```$/gm, '')
}

/** Targets of links and pictures, as they are written. */
export function linksOf(document: Document): string[] {
  const prose = proseOf(document).replace(/`[^`\n]*`/g, '')
  const written = [...prose.matchAll(/\]\(([^)\s]+)\)/g), ...prose.matchAll(/\bsrc="([^"]+)"/g)]
  return written.map(([, target]) => target ?? '')
}

/** The anchors that GitHub gives to the headings. */
export function anchorsOf(document: Document): string[] {
  return [...proseOf(document).matchAll(/^#{1,6} (.+)$/gm)].map(([, heading]) =>
    (heading ?? '')
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  )
}

/** The rows of a table whose first cell is this name in code. */
export function rowsOf({ text }: Document, name: string): string[] {
  return text.split('\n').filter((line) => line.startsWith(`| \`${name}\` `))
}
