import { describe, expect, test } from 'vitest'
import { CLIENT_NAMES, type ClientName } from '../../src/install/client-names.ts'
import { CLIENTS } from '../../src/install/clients.ts'

const HOMES = { linux: '/srv/olga', darwin: '/srv/mac/olga', win32: 'C:\\Users\\olga' } as const
type Platform = keyof typeof HOMES

const fileOf = (
  name: ClientName,
  platform: Platform,
  env: Record<string, string> = {},
  folders: Record<string, string[]> = {},
) =>
  CLIENTS[name].file({
    env,
    machine: { platform, homeFolder: HOMES[platform], userName: 'olga' },
    listFolder: (path) => folders[path] ?? [],
  })

const PATHS: Record<ClientName, Record<Platform, string>> = {
  'claude-code': {
    linux: '/srv/olga/.claude.json',
    darwin: '/srv/mac/olga/.claude.json',
    win32: 'C:\\Users\\olga\\.claude.json',
  },
  'claude-desktop': {
    linux: '/srv/olga/.config/Claude/claude_desktop_config.json',
    darwin: '/srv/mac/olga/Library/Application Support/Claude/claude_desktop_config.json',
    win32: 'C:\\Users\\olga\\AppData\\Roaming\\Claude\\claude_desktop_config.json',
  },
  cursor: {
    linux: '/srv/olga/.cursor/mcp.json',
    darwin: '/srv/mac/olga/.cursor/mcp.json',
    win32: 'C:\\Users\\olga\\.cursor\\mcp.json',
  },
  vscode: {
    linux: '/srv/olga/.config/Code/User/mcp.json',
    darwin: '/srv/mac/olga/Library/Application Support/Code/User/mcp.json',
    win32: 'C:\\Users\\olga\\AppData\\Roaming\\Code\\User\\mcp.json',
  },
  codex: {
    linux: '/srv/olga/.codex/config.toml',
    darwin: '/srv/mac/olga/.codex/config.toml',
    win32: 'C:\\Users\\olga\\.codex\\config.toml',
  },
  gemini: {
    linux: '/srv/olga/.gemini/settings.json',
    darwin: '/srv/mac/olga/.gemini/settings.json',
    win32: 'C:\\Users\\olga\\.gemini\\settings.json',
  },
}

describe.each(CLIENT_NAMES)('the configuration of %s', (name) => {
  test.each(['linux', 'darwin', 'win32'] as const)('is where the client looks for it on %s', (platform) => {
    expect(fileOf(name, platform)).toBe(PATHS[name][platform])
  })
})

describe('a client that was told to look elsewhere', () => {
  test.each<[ClientName, Platform, Record<string, string>, string]>([
    ['claude-code', 'linux', { CLAUDE_CONFIG_DIR: '/srv/claude' }, '/srv/claude/.claude.json'],
    ['codex', 'darwin', { CODEX_HOME: '/srv/codex' }, '/srv/codex/config.toml'],
    ['gemini', 'linux', { GEMINI_CLI_HOME: '/srv/gemini' }, '/srv/gemini/.gemini/settings.json'],
    ['vscode', 'linux', { XDG_CONFIG_HOME: '/srv/xdg' }, '/srv/xdg/Code/User/mcp.json'],
    ['vscode', 'darwin', { VSCODE_PORTABLE: '/srv/code' }, '/srv/code/user-data/User/mcp.json'],
    ['vscode', 'darwin', { VSCODE_APPDATA: '/srv/data' }, '/srv/data/Code/User/mcp.json'],
    ['vscode', 'win32', { APPDATA: 'D:\\Roaming' }, 'D:\\Roaming\\Code\\User\\mcp.json'],
    ['claude-desktop', 'linux', { XDG_CONFIG_HOME: '/srv/xdg' }, '/srv/xdg/Claude/claude_desktop_config.json'],
    ['claude-desktop', 'win32', { APPDATA: 'D:\\Roaming' }, 'D:\\Roaming\\Claude\\claude_desktop_config.json'],
  ])('is followed: %s on %s with %j', (name, platform, env, path) => {
    expect(fileOf(name, platform, env)).toBe(path)
  })

  test.each<[ClientName, string]>([
    ['claude-code', 'CLAUDE_CONFIG_DIR'],
    ['codex', 'CODEX_HOME'],
    ['vscode', 'XDG_CONFIG_HOME'],
  ])('by a variable that says nothing is where it always is: %s', (name, variable) => {
    expect(fileOf(name, 'linux', { [variable]: ' ' })).toBe(PATHS[name].linux)
  })
})

describe('Claude Desktop for Windows, installed as a package', () => {
  const PACKAGE =
    'AppData\\Local\\Packages\\Claude_pzs8sxrjxfjjc\\LocalCache\\Roaming\\Claude\\claude_desktop_config.json'

  test('reads the file of its package, whatever stands in the folder that others see', () => {
    const folders = {
      'C:\\Users\\olga\\AppData\\Local\\Packages': ['Claude.Other_1', 'Claude_pzs8sxrjxfjjc', 'Zoom_1'],
    }

    expect(fileOf('claude-desktop', 'win32', {}, folders)).toBe(`C:\\Users\\olga\\${PACKAGE}`)
  })

  test('is found where LOCALAPPDATA says that packages are', () => {
    const folders = { 'D:\\Local\\Packages': ['Claude_pzs8sxrjxfjjc'] }

    expect(fileOf('claude-desktop', 'win32', { LOCALAPPDATA: 'D:\\Local' }, folders)).toBe(
      `D:\\Local${PACKAGE.replace('AppData\\Local', '')}`,
    )
  })

  test('is nothing that another platform has', () => {
    const folders = { '/srv/olga/AppData/Local/Packages': ['Claude_pzs8sxrjxfjjc'] }

    expect(fileOf('claude-desktop', 'linux', {}, folders)).toBe(PATHS['claude-desktop'].linux)
  })
})
