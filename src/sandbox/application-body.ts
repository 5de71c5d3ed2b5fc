import { z } from 'zod'
import type { Call } from './call.ts'
import { jsonObject, parseValue } from './call.ts'
import type { SandboxApplication } from './directory.ts'
import { unsupportedMediaType } from './problems.ts'

/** PingOne: Application, as far as a caller may write it. The protocol decides what else there is; the rest is ignored. */

const text = z.string().optional()
const flag = z.boolean().optional()
const count = z.int().optional()
const texts = z.array(z.string()).optional()
const object = z.record(z.string(), z.unknown()).optional()
const reference = z.object({ id: z.string() })

const Common = z.object({
  name: z.string().min(1),
  enabled: z.boolean(),
  description: text,
  loginPageUrl: text,
  hiddenFromAppPortal: flag,
  icon: object,
  accessControl: object,
})

const GRANT_TYPES = ['AUTHORIZATION_CODE', 'IMPLICIT', 'REFRESH_TOKEN', 'CLIENT_CREDENTIALS', 'DEVICE_CODE'] as const
const AUTH_METHODS = [
  'NONE',
  'CLIENT_SECRET_BASIC',
  'CLIENT_SECRET_POST',
  'CLIENT_SECRET_JWT',
  'PRIVATE_KEY_JWT',
] as const

const OpenIdConnect = Common.extend({
  protocol: z.literal('OPENID_CONNECT'),
  type: z.enum(['WEB_APP', 'NATIVE_APP', 'SINGLE_PAGE_APP', 'WORKER', 'SERVICE', 'CUSTOM_APP']),
  tokenEndpointAuthMethod: z.enum(AUTH_METHODS),
  grantTypes: z.array(z.enum([...GRANT_TYPES, 'TOKEN_EXCHANGE', 'CIBA'])).optional(),
  responseTypes: z.array(z.enum(['TOKEN', 'ID_TOKEN', 'CODE'])).optional(),
  redirectUris: texts,
  postLogoutRedirectUris: texts,
  allowWildcardInRedirectUris: flag,
  homePageUrl: text,
  initiateLoginUri: text,
  targetLinkUri: text,
  pkceEnforcement: z.enum(['OPTIONAL', 'REQUIRED', 'S256_REQUIRED']).optional(),
  parRequirement: z.enum(['OPTIONAL', 'REQUIRED']).optional(),
  parTimeout: z.int().min(1).max(600).optional(),
  refreshTokenDuration: z.int().min(60).max(2_147_483_647).optional(),
  refreshTokenRollingDuration: count,
  refreshTokenRollingGracePeriodDuration: count,
  additionalRefreshTokenReplayProtectionEnabled: flag,
  idpSignoff: flag,
  requireSignedRequestObject: flag,
  supportUnsignedRequestObject: flag,
  jwks: text,
  jwksUrl: text,
  corsSettings: object,
  mobile: object,
})

const Saml = Common.extend({
  protocol: z.literal('SAML'),
  type: z.enum(['WEB_APP', 'CUSTOM_APP', 'TEMPLATE_APP']),
  acsUrls: z.array(z.string()),
  assertionDuration: z.int(),
  spEntityId: z.string(),
  assertionSigned: flag,
  responseSigned: flag,
  defaultTargetUrl: text,
  homePageUrl: text,
  idpSigning: object,
  nameIdFormat: text,
  sessionNotOnOrAfterDuration: count,
  sloBinding: z.enum(['HTTP_POST', 'HTTP_REDIRECT']).optional(),
  sloEndpoint: text,
  sloResponseEndpoint: text,
  sloWindow: count,
  spEncryption: object,
  spVerification: object,
  corsSettings: object,
})

const WsFederation = Common.extend({
  protocol: z.literal('WS_FED'),
  type: z.enum(['WEB_APP', 'CUSTOM_APP', 'TEMPLATE_APP']),
  domainName: z.string(),
  idpSigning: z.object({ key: reference, algorithm: text }),
  replyUrl: z.string(),
  assertionDuration: count,
  audienceRestriction: text,
  sloEndpoint: text,
})

const ExternalLink = Common.extend({
  protocol: z.literal('EXTERNAL_LINK'),
  type: z.literal('PORTAL_LINK_APP'),
  homePageUrl: z.string(),
})

const BODIES = {
  OPENID_CONNECT: OpenIdConnect,
  SAML: Saml,
  WS_FED: WsFederation,
  EXTERNAL_LINK: ExternalLink,
} as const

const Protocol = z.object({ protocol: z.enum(['OPENID_CONNECT', 'SAML', 'WS_FED', 'EXTERNAL_LINK']) })

/** The configuration of a request, or the refusal that names what is wrong with it. */
export function parseApplication(call: Call): SandboxApplication['config'] {
  if (call.contentType !== 'application/json') throw unsupportedMediaType()
  const body = jsonObject(call)
  const { protocol } = parseValue(body, Protocol)
  return parseValue(body, BODIES[protocol])
}
