/** What a seeded tenant holds besides people: plain facts, all made up. */

/** Ids that never change, whatever the seed. */
export const DIRECTORY_IDS = {
  engineering: '96000000-0000-4000-8000-000000000001',
  platform: '96000000-0000-4000-8000-000000000002',
  helpDesk: '96000000-0000-4000-8000-000000000003',
  migration: '96000000-0000-4000-8000-000000000004',
  onCall: '96000000-0000-4000-8000-000000000005',
  portal: 'a9900000-0000-4000-8000-000000000001',
  expenses: 'a9900000-0000-4000-8000-000000000002',
  fieldApp: 'a9900000-0000-4000-8000-000000000003',
  wiki: 'a9900000-0000-4000-8000-000000000004',
  google: '1d900000-0000-4000-8000-000000000001',
  partnerLogin: '1d900000-0000-4000-8000-000000000002',
  singleFactor: '50900000-0000-4000-8000-000000000001',
  multiFactor: '50900000-0000-4000-8000-000000000002',
  gateway: '6a700000-0000-4000-8000-000000000001',
  signingKey: '0e700000-0000-4000-8000-000000000001',
} as const

export interface SeedGroup {
  id: string
  name: string
  description: string
  population?: 'Contractors'
  /** Emails. */
  members: readonly string[]
  memberOfGroups?: readonly string[]
  holdsRole?: 'IDENTITY_DATA_ADMIN'
}

export const GROUPS: readonly SeedGroup[] = [
  {
    id: DIRECTORY_IDS.engineering,
    name: 'Engineering',
    description: 'Everybody who builds the product',
    members: ['alice@example.com', 'bob@example.com', 'weiling.chen@example.com'],
  },
  {
    id: DIRECTORY_IDS.platform,
    name: 'Platform team',
    description: 'Part of Engineering',
    members: ['dave@example.com', 'priya.raghunathan@example.com'],
    memberOfGroups: [DIRECTORY_IDS.engineering],
  },
  {
    id: DIRECTORY_IDS.helpDesk,
    name: 'Help desk',
    description: 'May administer users and their devices',
    members: ['erin@example.com', 'ops.manager@example.com'],
    holdsRole: 'IDENTITY_DATA_ADMIN',
  },
  {
    id: DIRECTORY_IDS.migration,
    name: 'Migration project',
    description: 'Contractors only',
    population: 'Contractors',
    members: ['amara.diallo@example.org', 'nikos.papadakis@example.org'],
  },
  { id: DIRECTORY_IDS.onCall, name: 'On call', description: 'Nobody at the moment', members: [] },
]

export const WORKER_CONFIG = {
  name: 'MFA assistant',
  description: 'The worker application of this program',
  protocol: 'OPENID_CONNECT',
  type: 'WORKER',
  enabled: true,
  grantTypes: ['CLIENT_CREDENTIALS'],
  tokenEndpointAuthMethod: 'CLIENT_SECRET_BASIC',
}

export const APPLICATIONS = [
  {
    id: DIRECTORY_IDS.portal,
    hasSecret: true,
    config: {
      name: 'Staff portal',
      description: 'Where everybody begins the day',
      protocol: 'OPENID_CONNECT',
      type: 'WEB_APP',
      enabled: true,
      tokenEndpointAuthMethod: 'CLIENT_SECRET_BASIC',
      grantTypes: ['AUTHORIZATION_CODE', 'REFRESH_TOKEN'],
      responseTypes: ['CODE'],
      redirectUris: ['https://portal.example.com/callback'],
      pkceEnforcement: 'S256_REQUIRED',
    },
  },
  {
    id: DIRECTORY_IDS.expenses,
    hasSecret: false,
    config: {
      name: 'Expense reports',
      protocol: 'SAML',
      type: 'WEB_APP',
      enabled: true,
      acsUrls: ['https://expenses.example.com/saml/acs'],
      assertionDuration: 300,
      assertionSigned: true,
      spEntityId: 'urn:example:expenses',
    },
  },
  {
    id: DIRECTORY_IDS.fieldApp,
    hasSecret: false,
    config: {
      name: 'Field app',
      protocol: 'OPENID_CONNECT',
      type: 'NATIVE_APP',
      enabled: true,
      tokenEndpointAuthMethod: 'NONE',
      grantTypes: ['AUTHORIZATION_CODE'],
      responseTypes: ['CODE'],
      redirectUris: ['com.example.field://signed-on'],
      pkceEnforcement: 'S256_REQUIRED',
    },
  },
  {
    id: DIRECTORY_IDS.wiki,
    hasSecret: false,
    config: {
      name: 'Wiki',
      protocol: 'EXTERNAL_LINK',
      type: 'PORTAL_LINK_APP',
      enabled: false,
      homePageUrl: 'https://wiki.example.com',
    },
  },
] as const

export const SIGN_ON_POLICIES = [
  { id: DIRECTORY_IDS.singleFactor, name: 'Single_Factor', default: true, description: 'A password and no more' },
  { id: DIRECTORY_IDS.multiFactor, name: 'Multi_Factor', default: false, description: 'A password and a device' },
] as const

export const KEYS = [
  {
    id: DIRECTORY_IDS.signingKey,
    name: 'Signing certificate',
    algorithm: 'RSA',
    keyLength: 2048,
    signatureAlgorithm: 'SHA256withRSA',
    subjectDN: 'CN=Sandbox, O=Example, C=US',
    issuerDN: 'CN=Sandbox, O=Example, C=US',
    usageType: 'SIGNING',
    default: true,
    validityPeriod: 3650,
    status: 'VALID',
    startsAt: '2025-02-03T09:20:00.000Z',
    expiresAt: '2035-02-01T09:20:00.000Z',
  },
] as const

export const GATEWAYS = [
  { id: DIRECTORY_IDS.gateway, name: 'Branch office VPN', type: 'RADIUS', enabled: true, description: 'In the cellar' },
] as const

export const IDENTITY_PROVIDERS = [
  {
    id: DIRECTORY_IDS.google,
    hasSecret: true,
    fields: {
      name: 'Google',
      type: 'GOOGLE',
      enabled: true,
      clientId: '100000000000-sandbox.apps.example.com',
    },
  },
  {
    id: DIRECTORY_IDS.partnerLogin,
    hasSecret: false,
    fields: {
      name: 'Partner login',
      type: 'SAML',
      enabled: false,
      idpEntityId: 'urn:example:partner',
      spEntityId: 'urn:example:sandbox',
      ssoBinding: 'HTTP_POST',
      ssoEndpoint: 'https://login.example.org/sso',
    },
  },
] as const
