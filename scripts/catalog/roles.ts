import type { Method } from '../../src/catalog/record.ts'

const IDENTITY_DATA_READER = 'Identity Data Admin or Identity Data Read Only'
const IDENTITY_DATA_ADMIN = 'Identity Data Admin'

interface RoleRule {
  paths: RegExp
  read: string | undefined
  change: string | undefined
}

/** The built-in roles that suffice, as far as they are known. The first rule that fits counts. */
const RULES: readonly RoleRule[] = [
  // What gives roles away wants more than to administer users, and nobody says what.
  {
    paths: /^\/environments\/\{environmentID\}\/users\/\{userID\}\/(roleAssignments|applicationRoles)/,
    read: undefined,
    change: undefined,
  },
  // Products of their own, with roles of their own.
  {
    paths: /^\/environments\/\{environmentID\}\/users\/\{userID\}\/(verifyTransactions|credentials|digitalWallets)/,
    read: undefined,
    change: undefined,
  },
  { paths: /^\/environments\/\{environmentID\}\/users(\/|$)/, read: IDENTITY_DATA_READER, change: IDENTITY_DATA_ADMIN },
  {
    paths: /^\/environments\/\{environmentID\}\/populations(\/|$)/,
    read: 'any role but Organization Admin',
    change: undefined,
  },
  { paths: /^\/environments\/\{environmentID\}$/, read: 'any role', change: undefined },
]

export function roleFor(method: Method, path: string): string | undefined {
  const rule = RULES.find(({ paths }) => paths.test(path))
  return method === 'GET' ? rule?.read : rule?.change
}
