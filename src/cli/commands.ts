import { METHODS, SERVICES } from '../catalog/record.ts'
import { CLIENT_NAMES } from '../install/client-names.ts'
import { type Command, defineCommand } from './command.ts'

const json = { help: 'print JSON' } as const

/** Every command, in the order of `--help`. Parsing, help and "did you mean" all read this table. */
export const COMMANDS: readonly Command[] = [
  defineCommand({
    name: 'stdio',
    summary: 'serve MCP over stdin and stdout until stdin ends (also: no command at all)',
    flags: {},
    untilStopped: true,
    load: async () => (await import('./stdio.ts')).stdio,
  }),
  defineCommand({
    name: 'http',
    summary: 'serve MCP over HTTP with OAuth, and the approval pages, until stopped',
    flags: {
      host: { value: 'HOST', help: 'the name or address to bind', default: 'localhost' },
      port: { value: 'N', help: 'the port; 0 picks one', default: '8080' },
      'insecure-loopback': { help: 'ask for no access token; only on a loopback address' },
    },
    untilStopped: true,
    load: async () => (await import('./http.ts')).http,
  }),
  defineCommand({
    name: 'connect',
    summary: 'ask for the connection to PingOne, save it and check it',
    flags: {
      region: { value: 'REGION', help: 'NA, CA, EU, AP, AU, SG, or the API domain' },
      'environment-id': { value: 'UUID', help: 'the environment that is administered' },
      'client-id': { value: 'UUID', help: "the worker application's client id" },
      'client-secret-stdin': { help: 'read the client secret from stdin; nothing is asked' },
      'token-auth-method': { value: 'METHOD', help: "basic or post, as the application's settings say" },
      'worker-environment-id': { value: 'UUID', help: 'where the worker application lives, if elsewhere' },
    },
    load: async () => (await import('./connect.ts')).connect,
  }),
  defineCommand({
    name: 'check',
    summary: 'test the connection and what it may read',
    flags: { json },
    load: async () => (await import('./check.ts')).check,
  }),
  defineCommand({
    name: 'search',
    summary: 'find PingOne endpoints by what they do, in plain words',
    words: ['words'],
    isOpenEnded: true,
    flags: {
      limit: { value: 'N', help: 'how many to show, 1 to 50; default 10' },
      service: { value: 'S', help: `only of one API: ${SERVICES.join(', ')}` },
      method: { value: 'M', help: `only one method: ${METHODS.join(', ')}` },
      json,
      jsonl: { help: 'answer each line {"id","query"} of stdin with a line, as it comes' },
    },
    load: async () => (await import('./search.ts')).search,
  }),
  defineCommand({
    name: 'describe',
    summary: 'show what is needed to call one endpoint, by id or as "METHOD /path"',
    words: ['endpoint'],
    flags: { json },
    load: async () => (await import('./describe.ts')).describe,
  }),
  defineCommand({
    name: 'approver add',
    summary: 'enrol a person who may approve; whoever is enrolled already vouches first',
    flags: {
      name: { value: 'NAME', help: 'what the person is called here', required: true },
      email: {
        value: 'EMAIL',
        help: "the person's email: nobody approves a change to their own account",
        required: true,
      },
      passphrase: { help: 'with a passphrase, typed twice on this terminal, instead of a passkey on a page' },
    },
    load: async () => (await import('./approver-add.ts')).approverAdd,
  }),
  defineCommand({
    name: 'approver list',
    summary: 'show who may approve',
    flags: { json },
    load: async () => (await import('./approver-list.ts')).approverList,
  }),
  defineCommand({
    name: 'approver remove',
    summary: 'take an approver off the list; an approver vouches first',
    words: ['name'],
    flags: {},
    load: async () => (await import('./approver-remove.ts')).approverRemove,
  }),
  defineCommand({
    name: 'approvals',
    summary: 'list what waits for a person',
    flags: { json },
    load: async () => (await import('./approvals-list.ts')).approvalsList,
  }),
  defineCommand({
    name: 'approvals show',
    summary: 'show one approval: its plan, who decided, how it ended',
    words: ['id'],
    flags: { json, follow: { help: 'wait for its end first, and tell what goes on meanwhile' } },
    load: async () => (await import('./approvals-show.ts')).approvalsShow,
  }),
  defineCommand({
    name: 'approvals approve',
    summary: 'read what will happen and say yes, on a terminal',
    words: ['id'],
    flags: {},
    load: async () => (await import('./approvals-approve.ts')).approvalsApprove,
  }),
  defineCommand({
    name: 'approvals deny',
    summary: 'say no, or take back a yes that has not started, on a terminal',
    words: ['id'],
    flags: {},
    load: async () => (await import('./approvals-deny.ts')).approvalsDeny,
  }),
  defineCommand({
    name: 'approvals prune',
    summary: 'delete what is finished and old; the audit log stays whole',
    flags: {
      before: {
        value: 'T',
        help: 'what ended before a time, or so long ago (90d); at least 24 hours',
        required: true,
      },
      yes: { help: 'do it without asking; needed where there is no terminal' },
    },
    load: async () => (await import('./approvals-prune.ts')).approvalsPrune,
  }),
  defineCommand({
    name: 'console',
    summary: 'serve the approval pages on this machine until stopped',
    flags: { open: { help: 'open them in a browser, too' } },
    untilStopped: true,
    load: async () => (await import('./console.ts')).console,
  }),
  defineCommand({
    name: 'audit',
    summary: 'read the audit log',
    flags: { json, since: { value: 'T', help: 'a time (2026-11-24T12:00:00Z), or how far back (30m, 24h, 7d)' } },
    load: async () => (await import('./audit-list.ts')).auditList,
  }),
  defineCommand({
    name: 'audit export',
    summary: "print the audit log as JSON lines with the chain's head, for keeping elsewhere",
    flags: {
      'after-seq': { value: 'N', help: 'only what follows entry N: the number of entries of the export before' },
      since: { value: 'T', help: 'only what follows a time, or how far back (24h, 7d)' },
      sign: { value: 'KEYFILE', help: 'sign the last line with this Ed25519 private key (PEM)' },
    },
    load: async () => (await import('./audit-export.ts')).auditExport,
  }),
  defineCommand({
    name: 'audit verify',
    summary: 'check that nothing in the audit log was changed or left out',
    flags: {
      head: { value: 'H', help: 'a head that was noted earlier and must be in the chain' },
      checkpoint: { value: 'FILE', help: 'an earlier signed export, or its last line: it must be in the chain' },
      file: { value: 'EXPORT', help: 'verify exports instead of the store; "-" reads them from stdin' },
      'public-key': { value: 'FILE', help: 'the Ed25519 public key (PEM) that checkpoints must be signed with' },
    },
    load: async () => (await import('./audit-verify.ts')).auditVerify,
  }),
  defineCommand({
    name: 'policy',
    summary: 'show the policy in force',
    flags: { json },
    load: async () => (await import('./policy-show.ts')).policyShow,
  }),
  defineCommand({
    name: 'policy accept',
    summary: 'accept the policy file as it stands; an approver does it, on a terminal',
    flags: {},
    load: async () => (await import('./policy-accept.ts')).policyAccept,
  }),
  defineCommand({
    name: 'sandbox',
    summary: 'simulate a PingOne tenant on this machine until stopped',
    flags: {
      port: { value: 'N', help: 'the port to serve it on; 0 picks one', default: '0' },
      seed: { value: 'S', help: 'a whole number: the same seed makes the same tenant', default: '1' },
    },
    untilStopped: true,
    load: async () => (await import('./sandbox.ts')).sandbox,
  }),
  defineCommand({
    name: 'demo',
    summary: 'tell the whole story on a simulated tenant, without an account',
    flags: { interactive: { help: 'you are the approver' } },
    load: async () => (await import('./demo.ts')).demo,
  }),
  defineCommand({
    name: 'install',
    summary: `write the server into a client's own configuration: ${CLIENT_NAMES.join(', ')}`,
    words: ['client'],
    flags: {
      print: { help: 'print what would be written, and change nothing' },
      'with-secret-command': { help: 'write PINGONE_CLIENT_SECRET_COMMAND, too: for a command that holds no secret' },
    },
    load: async () => (await import('./install.ts')).install,
  }),
]
