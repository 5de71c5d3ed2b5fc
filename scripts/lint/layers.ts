import { dirname, join, normalize, sep } from 'node:path'

/**
 * Which part of `src` may import which, and which packages belong to which part. This table is the rule: the lint plugin
 * beside it reads it, and `docs/architecture.md` draws it.
 *
 * An entry names a part (`lib`), one file or family of files in a part (`pingone/endpoint`, `approval/plan*`), or a file
 * outside of `src` (`../package.json`). With `type ` in front, only types may come from there: they vanish when the
 * program is built.
 */
const IMPORTABLE: Readonly<Record<string, readonly string[]>> = {
  main: ['cli', 'app', 'config', 'home', 'version', 'lib'],
  cli: [
    'app',
    'desktop',
    'config',
    'home',
    'saved-connection',
    'secret-command',
    'approval',
    'mcp/client',
    'sandbox',
    'pingone/endpoint',
    'version',
    'lib',
    'type store',
    'catalog',
    'type console',
    'http/settings',
    'install',
  ],
  app: [
    'serving',
    'config',
    'desktop',
    'home',
    'saved-connection',
    'secret-command',
    'http',
    'telemetry',
    'console',
    'mcp',
    'tools',
    'approval',
    'store',
    'pingone',
    'catalog',
    'version',
    'lib',
  ],
  serving: [
    'config',
    'http',
    'mcp',
    'telemetry',
    'approval',
    'version',
    'lib',
    'type pingone',
    'type catalog',
    'type store',
  ],
  http: ['mcp', 'tools', 'approval', 'pingone', 'catalog', 'version', 'lib', 'type config', 'type home', 'type store'],
  telemetry: ['lib', 'type store', 'type pingone'],
  console: ['tools', 'approval', 'pingone', 'catalog', 'version', 'lib', 'type config', 'type store', 'type http'],
  mcp: ['prompts', 'tools', 'approval', 'pingone', 'catalog', 'version', 'lib', 'type config', 'type store'],
  tools: ['pingone', 'catalog', 'approval/plan*', 'store/approval-state', 'lib', 'type approval'],
  prompts: ['tools/input', 'tools/params', 'lib'],
  config: ['home', 'saved-connection', 'pingone/endpoint', 'lib', 'type approval'],
  'saved-connection': ['pingone/endpoint', 'lib'],
  'secret-command': ['lib'],
  approval: ['store', 'lib', 'type pingone/call'],
  store: ['lib'],
  pingone: ['version', 'lib'],
  catalog: ['lib'],
  sandbox: ['lib'],
  install: ['lib', 'type home'],
  home: [],
  desktop: ['type home'],
  version: ['../package.json'],
  lib: [],
}

/** Packages and Node modules that stay behind the parts named. What is not listed may be used anywhere. */
const PACKAGE_HOMES: Readonly<Record<string, readonly string[]>> = {
  '@modelcontextprotocol/*': ['mcp'],
  undici: ['pingone'],
  'node:sqlite': ['store'],
  postgres: ['store'],
  hono: ['http', 'console', 'sandbox'],
  '@hono/*': ['http', 'console', 'sandbox'],
  '@simplewebauthn/*': ['approval', 'console'],
  jose: ['http'],
  'openid-client': ['console'],
  'prom-client': ['telemetry'],
  '@opentelemetry/*': ['telemetry'],
  ajv: ['catalog'],
  'fuse.js': ['catalog', 'cli'],
  'jsonc-parser': ['approval', 'install'],
  '@decimalturn/*': ['install'],
  '@inquirer/*': ['cli'],
  '@clack/*': ['cli'],
}

interface Import {
  /** The importing file, below `src`, with slashes: `tools/unpair-mfa-device.ts`. */
  from: string
  /** As written: `../lib/text.ts`, `undici`. */
  specifier: string
  isType: boolean
}

/** The part of `src` that a file below it belongs to: its folder, or its own name where it has none. */
function partOf(file: string): string {
  return file.split('/')[0]?.replace(/\.ts$/, '') ?? file
}

/** What is wrong with an import, as a sentence; undefined where it may stand. */
export function findFault({ from, specifier, isType }: Import): string | undefined {
  if (specifier.startsWith('.')) return faultOfFile(from, resolvePath(from, specifier), isType)
  return faultOfPackage(partOf(from), specifier)
}

function faultOfFile(from: string, to: string, isType: boolean): string | undefined {
  const [part, target] = [partOf(from), partOf(to)]
  if (part === target) return undefined
  const allowed = IMPORTABLE[part]
  if (allowed === undefined) return `src/${part} has no place in scripts/lint/layers.ts yet`
  const entriesThatMatch = allowed.filter((entry) => matches(entry.replace(/^type /, ''), target, withoutExtension(to)))
  if (entriesThatMatch.some((entry) => isType || !entry.startsWith('type '))) return undefined
  if (target === '..') return `src/${part} may not reach outside of src: ${to}`
  return `src/${part} may not import${entriesThatMatch.length > 0 ? ' more than types' : ''} from src/${target}`
}

function faultOfPackage(part: string, specifier: string): string | undefined {
  const home = Object.entries(PACKAGE_HOMES).find(([name]) => isPackage(name, specifier))
  if (home === undefined || home[1].includes(part)) return undefined
  return `${specifier} may be imported only by ${home[1].map((name) => `src/${name}`).join(', ')}`
}

function matches(entry: string, part: string, file: string): boolean {
  if (entry.endsWith('*')) return file.startsWith(entry.slice(0, -1))
  return entry === part || withoutExtension(entry) === file
}

function isPackage(pattern: string, specifier: string): boolean {
  if (pattern.endsWith('/*')) return specifier.startsWith(pattern.slice(0, -1))
  return specifier === pattern || specifier.startsWith(`${pattern}/`)
}

function withoutExtension(file: string): string {
  return file.replace(/\.(ts|json)$/, '')
}

/** The path below `src` that a relative specifier means; with `../` in front where it leaves `src`. */
function resolvePath(from: string, specifier: string): string {
  return normalize(join(dirname(from), specifier))
    .split(sep)
    .join('/')
}
