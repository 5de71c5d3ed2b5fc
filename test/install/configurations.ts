import { parse as parseJsonWithComments, type ParseError, stripComments } from 'jsonc-parser'
import { parse as parseToml } from '@decimalturn/toml-patch'
import type { ClientName } from '../../src/install/client-names.ts'

type Config = Record<string, Record<string, Record<string, unknown>>>

interface Sample {
  /** Below the home folder, on Linux and on macOS. */
  linux: string
  darwin: string
  /** The table of servers. */
  key: string
  /** A configuration as it is found on people's machines. */
  existing: string
  /** What must still stand in it afterwards, letter by letter, but for commas. */
  kept: string[]
  /** As the client itself reads its file; throws where the client would. */
  read: (text: string) => Config
  broken: string
  /** The table of servers is something else. */
  misshapen: string
}

const strictJson = (text: string) => JSON.parse(text) as Config
/** Gemini CLI strips comments and parses what is left; Cursor is no stricter. */
const strippedJson = (text: string) => JSON.parse(stripComments(text)) as Config

function jsonWithTrailingCommas(text: string): Config {
  const errors: ParseError[] = []
  const value = parseJsonWithComments(text, errors, { allowTrailingComma: true }) as Config
  if (errors.length > 0) throw new Error('VS Code would not read this')
  return value
}

export const SAMPLES: Readonly<Record<ClientName, Sample>> = {
  'claude-code': {
    linux: '.claude.json',
    darwin: '.claude.json',
    key: 'mcpServers',
    existing: `{
  "numStartups": 412,
  "tipsHistory": { "new-user-warmup": 3, "shift-enter": 17 },
  "mcpServers": {
    "docs": {
      "type": "http",
      "url": "https://docs.example.com/mcp"
    }
  },
  "projects": {
    "/srv/olga/desk": {
      "allowedTools": [],
      "mcpServers": {},
      "lastCost": 0.25
    }
  },
  "userID": "4f1e"
}
`,
    kept: ['"tipsHistory": { "new-user-warmup": 3, "shift-enter": 17 },', '"mcpServers": {},', '"userID": "4f1e"'],
    read: strictJson,
    broken: '{ "mcpServers": { "docs": { } }, }',
    misshapen: '{ "mcpServers": [] }',
  },
  'claude-desktop': {
    linux: '.config/Claude/claude_desktop_config.json',
    darwin: 'Library/Application Support/Claude/claude_desktop_config.json',
    key: 'mcpServers',
    existing: `{
    "globalShortcut": "Ctrl+Space",
    "mcpServers": {
        "filesystem": {
            "command": "npx",
            "args": ["-y", "@modelcontextprotocol/server-filesystem", "/srv/olga/Desk"]
        }
    },
    "preferences": {"menuBarEnabled": true}
}`,
    kept: [
      '    "globalShortcut": "Ctrl+Space",',
      '            "args": ["-y", ',
      '"preferences": {"menuBarEnabled": true}',
    ],
    read: strictJson,
    broken: '{ // mine\n  "mcpServers": {} }',
    misshapen: '{ "mcpServers": "none" }',
  },
  cursor: {
    linux: '.cursor/mcp.json',
    darwin: '.cursor/mcp.json',
    key: 'mcpServers',
    existing: `{
\t// what everybody here has
\t"mcpServers": {
\t\t"docs": { "url": "https://docs.example.com/mcp" }, // read only
\t\t/* for the release */
\t\t"tracker": {
\t\t\t"command": "uvx",
\t\t\t"args": ["tracker-mcp"] // pinned elsewhere
\t\t} // until spring
\t}
}
`,
    kept: [
      '// what everybody here has',
      '}, // read only',
      '\t\t/* for the release */',
      '["tracker-mcp"] // pinned elsewhere',
      '// until spring',
    ],
    read: strippedJson,
    broken: '{ "mcpServers": { "docs": {}, } }',
    misshapen: '{ "mcpServers": { "pingone-mfa": "node" } }',
  },
  vscode: {
    linux: '.config/Code/User/mcp.json',
    darwin: 'Library/Application Support/Code/User/mcp.json',
    key: 'servers',
    existing: `{
  // asked once, kept by VS Code
  "inputs": [
    { "type": "promptString", "id": "token", "description": "Token", "password": true },
  ],
  "servers": {
    "tracker": {
      "type": "stdio",
      "command": "uvx",
      "args": ["tracker-mcp"],
      "env": { "TOKEN": "\${input:token}", }, // asked for
    }, // the last one
  },
}
`,
    kept: [
      '// asked once, kept by VS Code',
      '"password": true },',
      'input:token}", }, // asked for',
      '}, // the last one',
    ],
    read: jsonWithTrailingCommas,
    broken: '{ "servers": { "tracker": { "command": "uvx" "args": [] } } }',
    misshapen: '{ "servers": [ { "name": "tracker" } ] }',
  },
  codex: {
    linux: '.codex/config.toml',
    darwin: '.codex/config.toml',
    key: 'mcp_servers',
    existing: `# Codex on this machine
model = "o5" # the large one
approval_policy = "on-request"

[profiles.quick]
model = "o5-mini"

# everybody's documentation
[mcp_servers.docs]
command = "npx"
args = [
  "-y",
  "docs-mcp", # latest
]
startup_timeout_sec = 20

[mcp_servers.docs.env]
LEVEL = "1"

[projects."/srv/olga/a desk"]
trust_level = "trusted"
since = 2026-01-31

[[notes]]
text = """
[mcp_servers.not-one]  # inside of a text
"""
`,
    kept: [
      '# Codex on this machine',
      'model = "o5" # the large one',
      "# everybody's documentation",
      '  "docs-mcp", # latest',
      'since = 2026-01-31',
      '[mcp_servers.not-one]  # inside of a text',
    ],
    read: (text) => parseToml(text) as Config,
    broken: 'model = "o5\n[mcp_servers.docs]\n',
    misshapen: 'mcp_servers = "none"\n',
  },
  gemini: {
    linux: '.gemini/settings.json',
    darwin: '.gemini/settings.json',
    key: 'mcpServers',
    existing: `{
  "security": { "auth": { "selectedType": "gemini-api-key" } },
  "mcpServers": {
    // none yet
  },
  "ui": {
    "theme": "GitHub" // the light one
  } // the end
}
`,
    kept: ['"selectedType": "gemini-api-key"', '    // none yet', '"theme": "GitHub" // the light one', '} // the end'],
    read: strippedJson,
    broken: '{ "mcpServers": {} ',
    misshapen: '[ "mcpServers" ]',
  },
}
