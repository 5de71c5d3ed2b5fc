import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import manifest from '../../package.json' with { type: 'json' }
import { COMMANDS } from '../../src/cli/commands.ts'
import { parseCommandLine } from '../../src/cli/parse.ts'
import { parseSettings, resolveConnection } from '../../src/config.ts'
import { parseHttpSettings } from '../../src/http/settings.ts'
import { buildContext, readDockerfile, ROOT, wordsOf } from './deployment-files.ts'

describe('the Dockerfile', () => {
  const instructions = readDockerfile()
  const all = (name: string) => instructions.filter((instruction) => instruction.name === name)
  const only = (name: string) => {
    const [first, ...others] = all(name)
    if (first === undefined || others.length > 0) throw new Error(`there is not one ${name}`)
    return first
  }

  test('has the Node that the tests run on', () => {
    expect(all('ARG').map(({ rest }) => rest)).toEqual([`NODE_IMAGE=node:${manifest.devDependencies.node}-slim`])
    const image = ['$', '{NODE_IMAGE}'].join('')
    expect(all('FROM').map(({ rest }) => rest)).toEqual([`${image} AS build`, image])
  })

  test('copies what there is, and what .dockerignore lets in', () => {
    const context = buildContext()
    const sources = all('COPY')
      .filter(({ rest }) => !rest.startsWith('--from'))
      .flatMap(({ rest }) => rest.split(' ').slice(0, -1))

    expect(sources).toContain('.')
    expect(sources.filter((source) => !existsSync(join(ROOT, source)))).toEqual([])
    expect(sources.filter((source) => source !== '.' && !context.includes(source))).toEqual([])
  })

  test('takes nothing over from the build but the package', () => {
    expect(all('COPY').filter(({ rest }) => rest.startsWith('--from'))).toEqual([
      { name: 'COPY', rest: '--from=build --chown=0:0 /package /app' },
    ])
  })

  test('runs as a number that is not root, and may not write to the program', () => {
    expect(only('USER').rest).toBe('1000:1000')
    expect(instructions.findIndex(({ name }) => name === 'USER')).toBeGreaterThan(
      instructions.findLastIndex(({ name }) => name === 'RUN' || name === 'COPY'),
    )
  })

  test('starts a command that there is', async () => {
    const [program, script, ...before] = wordsOf(only('ENTRYPOINT'))

    expect([program, script, ...before]).toEqual(['node', '/app/dist/main.js'])
    expect(await parseCommandLine(wordsOf(only('CMD')), COMMANDS)).toMatchObject({
      kind: 'run',
      command: { name: 'http' },
      args: { host: '0.0.0.0', port: only('EXPOSE').rest },
    })
  })

  test('looks after its health with Node alone, on the port that it serves', () => {
    const [program, flag, code] = wordsOf(only('HEALTHCHECK'))

    expect([program, flag]).toEqual(['node', '-e'])
    expect(code).toContain(`http://127.0.0.1:${only('EXPOSE').rest}/healthz`)
  })

  test('keeps no secret in a layer', () => {
    const named = [...all('ARG'), ...all('ENV')].filter(({ rest }) => /secret|password|token|key/i.test(rest))

    expect(named).toEqual([])
  })
})

describe('a build', () => {
  test('sees nothing but what it needs', () => {
    expect(buildContext().toSorted()).toEqual(
      [
        '.npmrc',
        'package-lock.json',
        'package.json',
        'scripts',
        'src',
        'tsconfig.json',
        'catalog',
        ...manifest.files.filter((file) => file.endsWith('.md') || file === 'LICENSE'),
      ].toSorted(),
    )
  })
})

interface ComposeService {
  image: string
  read_only: boolean
  cap_drop: string[]
  cap_add?: string[]
  security_opt: string[]
  ports?: string[]
  networks: string[]
  tmpfs: string[]
  secrets?: string[]
  volumes?: string[]
  environment: Record<string, string>
  depends_on?: Record<string, { condition: string }>
  healthcheck?: { test: string[] }
}

interface Compose {
  services: { service: ComposeService; database: ComposeService }
  networks: Record<string, { internal?: boolean }>
  secrets: Record<string, { file: string }>
  volumes: Record<string, object>
}

/** What Compose makes of `${NAME:?message}` and `${NAME:-default}`. */
function interpolated(text: string, env: Record<string, string>): string {
  return text.replace(/\$\{(\w+):([?-])([^}]*)\}/g, (_all, name: string, kind: string, rest: string) => {
    const value = env[name] ?? ''
    if (value !== '') return value
    if (kind === '?') throw new Error(`${name}: ${rest}`)
    return rest
  })
}

describe('compose.yaml', () => {
  const text = readFileSync(join(ROOT, 'compose.yaml'), 'utf8')
  const compose = parse(text, { merge: true }) as Compose
  const { service, database } = compose.services
  const wanted = [...text.matchAll(/\$\{(\w+):\?/g)].map(([, name]) => name ?? '')

  const VALUES: Record<string, string> = {
    PINGONE_REGION: 'EU',
    PINGONE_ENVIRONMENT_ID: '0e1d8c9c-0000-4000-8000-000000000001',
    PINGONE_CLIENT_ID: '0e1d8c9c-0000-4000-8000-000000000002',
    PINGONE_MFA_PUBLIC_URL: 'https://mfa.example.com',
    PINGONE_MFA_HTTP_ISSUER: 'https://issuer.example.com',
    PINGONE_MFA_APPROVER_CLIENT_ID: 'console',
    PINGONE_MFA_APPROVER_CLIENT_SECRET: 'hidden',
    PINGONE_MFA_APPROVER_CLAIM: 'groups=mfa-approvers',
    DATABASE_PASSWORD: 'a1b2c3',
    DATABASE_ADMIN_PASSWORD: 'd4e5f6',
    WORKER_SECRET_FILE: './worker-secret',
  }
  const environment = (env: Record<string, string>) =>
    Object.fromEntries(Object.entries(service.environment).map(([name, value]) => [name, interpolated(value, env)]))

  test('gives the program a configuration that it takes', () => {
    const env = environment(VALUES)
    const machine = { platform: 'linux', homeFolder: '/', userName: 'user 1000' } as const

    const settings = parseSettings(env, machine)
    const connection = resolveConnection(env, undefined)
    const http = parseHttpSettings(env, { host: '0.0.0.0', port: '8080', insecureLoopback: false })

    expect(settings.problems).toEqual([])
    expect(settings.databaseUrl?.reveal()).toBe('postgres://pingone_mfa:a1b2c3@database/pingone_mfa')
    expect(http).toMatchObject({
      tokens: { issuer: VALUES['PINGONE_MFA_HTTP_ISSUER'] },
      approvers: { claim: { name: 'groups' } },
    })
    expect(connection).toMatchObject({ secret: { command: 'cat /run/secrets/pingone_client_secret' } })
  })

  test('does not start without each value that only its reader knows', () => {
    expect(new Set(wanted)).toEqual(new Set(Object.keys(VALUES)))
    expect([...text.matchAll(/\$\{(\w+)(?!\w|:[?-])/g)]).toEqual([])
    expect(() => interpolated(text, { ...VALUES, PINGONE_MFA_APPROVER_CLAIM: '' })).toThrow('who may approve')
  })

  test('holds no secret itself', () => {
    const secrets = [...Object.entries(service.environment), ...Object.entries(database.environment)].filter(([name]) =>
      /SECRET$|PASSWORD$/.test(name),
    )

    expect(secrets.length).toBeGreaterThan(2)
    expect(secrets.filter(([, value]) => !/^\$\{\w+:\?[^}]+\}$/.test(value))).toEqual([])
  })

  test('mounts the secret where the command reads it', () => {
    expect(service.secrets).toEqual(Object.keys(compose.secrets))
    expect(service.environment['PINGONE_CLIENT_SECRET_COMMAND']).toBe(`cat /run/secrets/${service.secrets?.[0]}`)
  })

  test.each([
    ['the service', service],
    ['the database', database],
  ])('lets %s write to nothing but its own folders, and take no rights', (_name, one) => {
    expect(one).toMatchObject({ read_only: true, cap_drop: ['ALL'], security_opt: ['no-new-privileges:true'] })
  })

  test('gives the service a home that it can write to, as its user', () => {
    const home = readDockerfile()
      .filter(({ name }) => name === 'ENV')
      .flatMap(({ rest }) => rest.split(' '))
      .find((word) => word.startsWith('PINGONE_MFA_HOME='))
      ?.split('=')[1]

    expect(service.tmpfs).toContain(`${home}:uid=1000,gid=1000,mode=0700`)
    expect(service.cap_add).toBeUndefined()
  })

  test('shows the database to nobody but the service, and the service to nobody but this machine', () => {
    expect(database.ports).toBeUndefined()
    expect(database.networks.map((name) => compose.networks[name]?.internal)).toEqual([true])
    expect(service.ports).toEqual(['127.0.0.1:8080:8080'])
    expect(service.networks).toEqual(expect.arrayContaining(database.networks))
  })

  test('starts the service when the database answers', () => {
    expect(service.depends_on).toEqual({ database: { condition: 'service_healthy' } })
    expect(database.healthcheck?.test).toEqual(expect.arrayContaining(['pg_isready', '--dbname=pingone_mfa']))
  })

  test('makes the role and the database that the service uses', () => {
    const [, script] = database.volumes ?? []
    const sql = readFileSync(join(ROOT, script?.split(':')[0] ?? ''), 'utf8')

    expect(script).toMatch(/:\/docker-entrypoint-initdb\.d\/\w+\.sql:ro$/)
    expect(sql).toContain('\\getenv password DATABASE_PASSWORD')
    expect(sql).toContain('CREATE DATABASE pingone_mfa OWNER pingone_mfa')
  })

  test('keeps the data of the database where PostgreSQL 18 puts it', () => {
    expect(database.image).toBe('postgres:18')
    expect(database.volumes?.[0]).toBe(`${Object.keys(compose.volumes)[0]}:/var/lib/postgresql`)
  })
})
