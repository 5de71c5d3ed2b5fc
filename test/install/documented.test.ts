import { afterEach, beforeEach, expect, test } from 'vitest'
import { parse as parseToml } from '@decimalturn/toml-patch'
import { CLIENT_NAMES } from '../../src/install/client-names.ts'
import { CLIENTS } from '../../src/install/clients.ts'
import { blocksOf, readDocuments } from '../docs/documents.ts'
import { openWorkplace, type Workplace } from './workplace.ts'

const page = readDocuments().find(({ name }) => name === 'docs/clients.md')?.text ?? ''

let workplace: Workplace
beforeEach(() => {
  workplace = openWorkplace()
})
afterEach(() => workplace[Symbol.dispose]())

test.each(CLIENT_NAMES)('the page about clients shows the entry that install prints for %s', async (name) => {
  const { title, syntax } = CLIENTS[name]
  const section = page.split(`\n## ${title}\n`)[1]?.split('\n## ')[0] ?? ''
  const [shown = ''] = blocksOf({ name, text: section }, syntax === 'toml' ? 'toml' : 'json')
  const script = workplace.write('pingone-mfa-mcp/dist/main.js', '')

  const { stdout } = await workplace.install([name, '--print'], {
    program: { command: '/usr/local/bin/node', args: [script] },
  })

  const printed = stdout.replace(script, '/path/to/pingone-mfa-mcp/dist/main.js')
  const read = syntax === 'toml' ? parseToml : (text: string) => JSON.parse(text) as unknown
  expect(read(shown)).toEqual(read(printed))
})

test.each(CLIENT_NAMES)('the page about clients says in its table where the file of %s is', (name) => {
  const { title, file } = CLIENTS[name]
  const row = page.split('\n').find((line) => line.startsWith(`| ${title} `)) ?? ''

  const path = file({
    env: {},
    machine: { platform: 'linux', homeFolder: '~', userName: 'olga' },
    listFolder: () => [],
  })
  expect(row).toContain(
    name === 'vscode' ? 'Code/User/mcp.json' : name === 'claude-desktop' ? path.split('/').at(-1) : path,
  )
})
