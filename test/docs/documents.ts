import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

export const ROOT = join(import.meta.dirname, '../..')

export interface Document {
  /** Below the root, with slashes. */
  name: string
  text: string
}

/** Every Markdown file that a reader finds: those at the root, in `docs` and in `examples`. */
export function readDocuments(): Document[] {
  const names = ['', 'docs/', 'examples/'].flatMap((folder) =>
    readdirSync(join(ROOT, folder))
      .filter((name) => name.endsWith('.md'))
      .map((name) => `${folder}${name}`),
  )
  return names.map((name) => ({ name, text: readFileSync(join(ROOT, name), 'utf8') }))
}

/** The blocks of one language, without their fences; those inside of lists, too. */
export function blocksOf({ text }: Document, language: string): string[] {
  return [...text.matchAll(/^ *```(\w*)\n([\s\S]*?)^ *```$/gm)]
    .filter(([, found]) => found === language)
    .map(([, , block]) => block ?? '')
}

function proseOf({ text }: Document): string {
  return text.replace(/^ *```[\s\S]*?^ *```$/gm, '')
}

/** The program by its name, at the start of a command or behind another one that starts it, and what follows. */
const PROGRAM = /(?<![\w./@-]|--tag )(?:pingone-mfa-mcp|node dist\/main\.js)(?= |$)((?:<[\w-]+>|[^#|>;&)])*)/g

/** What follows the program's name in everything that a reader may type: in blocks of shell, in units, in the text. */
export function commandsOf(document: Document): string[] {
  const shell = blocksOf(document, 'sh').flatMap((block) => block.replaceAll('\\\n', ' ').split('\n'))
  const typed = [...proseOf(document).matchAll(/`((?:pingone-mfa-mcp|node dist\/main\.js) [^`]+)`/g)].map(
    ([, command]) => (command ?? '').replaceAll(/\s+/g, ' '),
  )
  const lines = [...shell, ...typed].map((line) => line.replace(/^ *#.*/, ''))
  const units = blocksOf(document, 'ini').flatMap((block) => [
    ...block.matchAll(/^Exec\w+=\S*\/pingone-mfa-mcp(.*)$/gm),
  ])
  return [...lines.flatMap((line) => [...line.matchAll(PROGRAM)]), ...units].map(([, words]) =>
    (words ?? '').replace(/ < .*$/, '').trim(),
  )
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
