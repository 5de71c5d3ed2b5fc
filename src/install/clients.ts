import { posix, win32 } from 'node:path'
import type { Environment, Machine } from '../home.ts'
import type { ClientName } from './client-names.ts'
import type { ConfigFormat } from './config-format.ts'

/** Where a client is looked for. Paths are spelled as the machine's platform spells them. */
export interface Place {
  env: Environment
  machine: Machine
  /** The names in a folder; none where there is no such folder. */
  listFolder: (path: string) => readonly string[]
}

/** One client: where its user-wide configuration is, what an entry there looks like, and what a person does next. */
export interface Client {
  readonly title: string
  readonly file: (place: Place) => string
  readonly syntax: 'json' | 'json with comments' | 'json with comments and trailing commas' | 'toml'
  /** The table of servers in that file. */
  readonly serversKey: string
  /** An entry says that it is spoken to over stdio. */
  readonly namesTransport: boolean
  /** What the client puts something else in place of, wherever it stands in an entry. */
  readonly replaces?: RegExp
  /** It runs in a window, so it may not see the PATH of a shell. */
  readonly hasWindow: boolean
  readonly next: string
}

/**
 * The six clients as of November 2026. Sources: each one's own documentation of its MCP configuration, for VS Code,
 * Codex and Gemini CLI also where their sources find and read the file. What is strict JSON to a client is strict here:
 * a comment in it would make the client ignore, or even replace, the file.
 */
export const CLIENTS: Readonly<Record<ClientName, Client>> = {
  'claude-code': {
    title: 'Claude Code',
    file: ({ env, machine }) => join(machine, override(env, 'CLAUDE_CONFIG_DIR') ?? machine.homeFolder, '.claude.json'),
    syntax: 'json',
    serversKey: 'mcpServers',
    namesTransport: true,
    replaces: /\$\{/,
    hasWindow: false,
    next: 'Start Claude Code again, in any project: "/mcp" lists the server and its tools.',
  },
  'claude-desktop': {
    title: 'Claude Desktop',
    file: (place) => join(place.machine, claudeDesktopFolder(place), 'claude_desktop_config.json'),
    syntax: 'json',
    serversKey: 'mcpServers',
    namesTransport: false,
    hasWindow: true,
    next: 'Quit Claude Desktop, not only its window, and open it again: Settings, Developer lists the server.',
  },
  cursor: {
    title: 'Cursor',
    file: ({ machine }) => join(machine, machine.homeFolder, '.cursor', 'mcp.json'),
    syntax: 'json with comments',
    serversKey: 'mcpServers',
    namesTransport: true,
    replaces: /\$\{/,
    hasWindow: true,
    next: "Restart Cursor: its settings list the server under MCP, and the agent's chat can use its tools.",
  },
  vscode: {
    title: 'VS Code',
    file: (place) => join(place.machine, vscodeFolder(place), 'User', 'mcp.json'),
    syntax: 'json with comments and trailing commas',
    serversKey: 'servers',
    namesTransport: true,
    replaces: /\$\{/,
    hasWindow: true,
    next: 'In VS Code run "MCP: List Servers", start the server and trust it; agent mode then has its tools.',
  },
  codex: {
    title: 'Codex',
    file: ({ env, machine }) =>
      join(machine, override(env, 'CODEX_HOME') ?? join(machine, machine.homeFolder, '.codex'), 'config.toml'),
    syntax: 'toml',
    serversKey: 'mcp_servers',
    namesTransport: false,
    hasWindow: false,
    next: 'Start Codex again: "/mcp" lists the server and its tools.',
  },
  gemini: {
    title: 'Gemini CLI',
    file: ({ env, machine }) =>
      join(machine, override(env, 'GEMINI_CLI_HOME') ?? machine.homeFolder, '.gemini', 'settings.json'),
    syntax: 'json with comments',
    serversKey: 'mcpServers',
    namesTransport: false,
    replaces: /\$[\w{]/,
    hasWindow: false,
    next: 'Start Gemini CLI again: "/mcp" lists the server and its tools.',
  },
}

/** How the client's file is read and written. Loads what that takes. */
export async function formatOf({ title, syntax, serversKey }: Client): Promise<ConfigFormat> {
  if (syntax === 'toml') return (await import('./toml-format.ts')).tomlFormat(serversKey)
  const { jsonFormat } = await import('./json-format.ts')
  return jsonFormat(serversKey, {
    reader: title,
    allowsComments: syntax !== 'json',
    allowsTrailingCommas: syntax === 'json with comments and trailing commas',
  })
}

/** An environment variable by which a client is told to look elsewhere. */
function override(env: Environment, name: string): string | undefined {
  const value = env[name]?.trim()
  return value === '' ? undefined : value
}

function join({ platform }: Machine, ...parts: string[]): string {
  return (platform === 'win32' ? win32 : posix).join(...parts)
}

/** The folder in which programs of the platform keep their settings. */
function settingsFolder({ env, machine }: Place): string {
  const { platform, homeFolder } = machine
  if (platform === 'win32') return override(env, 'APPDATA') ?? join(machine, homeFolder, 'AppData', 'Roaming')
  if (platform === 'darwin') return join(machine, homeFolder, 'Library', 'Application Support')
  return override(env, 'XDG_CONFIG_HOME') ?? join(machine, homeFolder, '.config')
}

function claudeDesktopFolder(place: Place): string {
  return packagedClaudeDesktop(place) ?? join(place.machine, settingsFolder(place), 'Claude')
}

/**
 * Claude Desktop for Windows comes as a packaged app, which Windows shows a copy of AppData: what stands in the folder
 * that everybody else sees, the app never reads. Undefined where that package is not installed.
 */
export function packagedClaudeDesktop({ env, machine, listFolder }: Place): string | undefined {
  if (machine.platform !== 'win32') return undefined
  const local = override(env, 'LOCALAPPDATA') ?? join(machine, machine.homeFolder, 'AppData', 'Local')
  const packages = join(machine, local, 'Packages')
  const name = listFolder(packages).find((folder) => /^Claude_[a-z0-9]+$/i.test(folder))
  return name === undefined ? undefined : join(machine, packages, name, 'LocalCache', 'Roaming', 'Claude')
}

function vscodeFolder(place: Place): string {
  const portable = override(place.env, 'VSCODE_PORTABLE')
  if (portable !== undefined) return join(place.machine, portable, 'user-data')
  return join(place.machine, override(place.env, 'VSCODE_APPDATA') ?? settingsFolder(place), 'Code')
}
