import type { McpbManifestAny } from '@anthropic-ai/mcpb'
import { PROMPTS } from '../../src/prompts/index.ts'
import { workflowText } from '../../src/prompts/workflow.ts'
import { TOOLS } from '../../src/tools/index.ts'

/** What package.json says of the program. */
export interface Product {
  name: string
  version: string
  description: string
  license: string
  keywords: string[]
  engines: { node: string }
}

/**
 * The manifest of the bundle (MCPB 0.3). Hosts put nothing into the place of an optional field that was left empty, and
 * the server would get the placeholder itself. So each has a default, and for the server an empty text is no value.
 */
export async function createManifest(product: Product): Promise<McpbManifestAny> {
  const { name, version, description, license, keywords, engines } = product
  const settings = Object.entries(SETTINGS).map(([variable, key]) => [variable, placeholder(`user_config.${key}`)])
  const env = Object.fromEntries(settings) as Record<string, string>
  return {
    manifest_version: '0.3',
    name,
    display_name: 'PingOne MFA',
    version,
    description,
    long_description: LONG_DESCRIPTION,
    author: { name: `The ${name} authors` },
    license,
    keywords,
    server: {
      type: 'node',
      entry_point: 'dist/main.js',
      mcp_config: { command: 'node', args: [`${placeholder('__dirname')}/dist/main.js`, 'stdio'], env },
    },
    tools: TOOLS.map((tool) => ({ name: tool.name, description: tool.description })),
    prompts: await Promise.all(PROMPTS.map(describePrompt)),
    compatibility: { platforms: ['darwin', 'win32', 'linux'], runtimes: { node: engines.node } },
    privacy_policies: ['https://www.pingidentity.com/en/legal/privacy.html'],
    user_config: USER_CONFIG,
  }
}

/** The text of a prompt with the bundle's own placeholders where a person's values will stand. */
async function describePrompt(prompt: (typeof PROMPTS)[number]) {
  const names = Object.keys(prompt.input.json['properties'] ?? {})
  const values = Object.fromEntries(names.map((name) => [name, placeholder(`arguments.${name}`)]))
  const workflow = await prompt.workflow(values, { readOnly: false })
  return { name: prompt.name, description: prompt.description, arguments: names, text: workflowText(workflow) }
}

const LONG_DESCRIPTION = `Find a user in PingOne, list the user's MFA devices, add and activate an SMS device, unpair \
one device or reset all of them, and call any other endpoint of the PingOne APIs under the same rule: reading is \
immediate, and every change waits for a person, who approves exactly that change with a passkey on a page or a \
passphrase in a terminal. Nothing in a conversation can approve.

Before the first change somebody has to be enrolled as an approver, in a terminal: \
\`npx pingone-mfa-mcp approver add --name NAME --email EMAIL\`.`

/** The server's variables, and the field of `user_config` that each is filled from. */
const SETTINGS = {
  PINGONE_REGION: 'region',
  PINGONE_ENVIRONMENT_ID: 'environment_id',
  PINGONE_CLIENT_ID: 'client_id',
  PINGONE_CLIENT_SECRET: 'client_secret',
  PINGONE_CLIENT_SECRET_COMMAND: 'client_secret_command',
  PINGONE_TOKEN_AUTH_METHOD: 'token_auth_method',
  PINGONE_MFA_READ_ONLY: 'read_only',
  PINGONE_MFA_HOME: 'home',
}

function placeholder(name: string): string {
  return `\${${name}}`
}

const USER_CONFIG: McpbManifestAny['user_config'] = {
  region: {
    type: 'string',
    title: 'Region',
    description: 'NA, CA, EU, AP, AU or SG, or the API domain, such as api.pingone.eu',
    required: true,
  },
  environment_id: {
    type: 'string',
    title: 'Environment id',
    description: 'The environment that is administered: a UUID, on the Properties page of the environment',
    required: true,
  },
  client_id: {
    type: 'string',
    title: 'Client id',
    description: 'Of the worker application, on its Overview page',
    required: true,
  },
  client_secret: {
    type: 'string',
    title: 'Client secret',
    description: 'Of the worker application. Leave it empty if a command below prints it',
    sensitive: true,
    required: false,
    default: '',
  },
  client_secret_command: {
    type: 'string',
    title: 'Command that prints the client secret',
    description: 'Instead of the secret itself, such as `op read op://vault/pingone/secret`. It is run without a shell',
    required: false,
    default: '',
  },
  token_auth_method: {
    type: 'string',
    title: 'Token endpoint authentication',
    description: '`basic` or `post`, as the worker application is set',
    required: false,
    default: 'basic',
  },
  read_only: {
    type: 'boolean',
    title: 'Read only',
    description: 'Offer no tool that asks for a change',
    required: false,
    default: false,
  },
  home: {
    type: 'string',
    title: 'Folder of the approvals',
    description:
      "Where approvals, approvers and the audit log are kept. Empty: this system's folder for application data",
    required: false,
    default: '',
  },
}
