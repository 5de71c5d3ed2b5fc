import { workerSecrets } from './applications.ts'
import { sign } from './jwt.ts'
import type { Call, Reply } from './call.ts'
import { invalidRequest, notFound, oauthError } from './problems.ts'
import type { World } from './world.ts'

const TOKEN_LIFETIME_SECONDS = 3600
const ID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

interface Credentials {
  method: 'basic' | 'post' | 'none'
  clientId: string
  clientSecret: string
}

function decodeForm(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '))
  } catch {
    return text
  }
}

function credentialsOf(call: Call, form: URLSearchParams): Credentials {
  const [, encoded] = /^Basic\s+(\S+)$/i.exec(call.authorization) ?? []
  const posted = form.get('client_secret')
  if (encoded !== undefined && posted !== null) {
    throw oauthError(400, 'invalid_request', 'More than one authentication method')
  }
  if (encoded !== undefined) {
    const pair = Buffer.from(encoded, 'base64').toString()
    const colon = pair.indexOf(':')
    if (colon < 0) throw oauthError(401, 'invalid_client', 'Invalid client credentials')
    return { method: 'basic', clientId: pair.slice(0, colon), clientSecret: pair.slice(colon + 1) }
  }
  return {
    method: posted === null ? 'none' : 'post',
    clientId: form.get('client_id') ?? '',
    clientSecret: posted ?? '',
  }
}

function checkEnvironment(world: World, environmentId: string): void {
  if (!ID.test(environmentId)) {
    throw world.knobs.malformedEnvironmentAtToken === 'bad-request'
      ? invalidRequest('The environment id is malformed.')
      : notFound()
  }
  if ([world.tenant.environmentId, world.tenant.workerEnvironmentId].includes(environmentId)) return
  throw world.knobs.unknownEnvironmentAtToken === 'not-found'
    ? notFound(`Unable to find environment with ID: '${environmentId}'`)
    : oauthError(401, 'invalid_client', 'Invalid client credentials')
}

function checkClient(world: World, environmentId: string, given: Credentials): void {
  const { tenant, knobs } = world
  const isHere = environmentId === tenant.workerEnvironmentId
  const clientIds = given.method === 'basic' ? [given.clientId, decodeForm(given.clientId)] : [given.clientId]
  if (!isHere || !clientIds.includes(tenant.clientId)) {
    throw oauthError(401, 'invalid_client', 'Invalid client credentials')
  }
  if (given.method !== tenant.tokenAuthMethod) {
    throw oauthError(401, 'invalid_client', 'Unsupported authentication method')
  }
  if (!tenant.applicationEnabled) throw oauthError(401, 'invalid_client', 'The application is disabled')
  const secrets = given.method === 'basic' ? [given.clientSecret, decodeForm(given.clientSecret)] : [given.clientSecret]
  if (!workerSecrets(world).some((secret) => secrets.includes(secret))) {
    throw oauthError(knobs.wrongSecretStatus, 'invalid_client', 'Invalid client credentials')
  }
}

function checkGrant(world: World, form: URLSearchParams): void {
  const grantType = form.get('grant_type')
  if (grantType === null || grantType === '') throw oauthError(400, 'invalid_request', 'grant_type is missing')
  const isKnown = ['client_credentials', 'authorization_code', 'refresh_token', 'implicit'].includes(grantType)
  if (!isKnown) throw oauthError(400, 'unsupported_grant_type', 'Unsupported grant type')
  if (grantType !== 'client_credentials' || !world.tenant.grantTypes.includes(grantType)) {
    throw oauthError(400, 'unauthorized_client', 'The grant type is not enabled for this application')
  }
  if (world.tenant.workerRoles.length === 0) {
    throw oauthError(world.knobs.noRolesStatus, 'access_denied', 'Application does not have any role assignments')
  }
}

/** `POST /{environment}/as/token`, RFC 6749 §4.4. */
export function answerToken(world: World, call: Call): Reply {
  const environmentId = call.params['environmentId'] ?? ''
  checkEnvironment(world, environmentId)
  if (call.contentType !== 'application/x-www-form-urlencoded') {
    throw oauthError(400, 'invalid_request', 'The body must be form-encoded')
  }
  const form = new URLSearchParams(call.body)
  for (const name of form.keys()) {
    if (form.getAll(name).length > 1) throw oauthError(400, 'invalid_request', 'A parameter is repeated')
  }
  checkClient(world, environmentId, credentialsOf(call, form))
  checkGrant(world, form)

  const expiresAt = world.now() + TOKEN_LIFETIME_SECONDS * 1000
  const { clientId, organizationId } = world.tenant
  const token = sign(world.ids, {
    client_id: clientId,
    iss: `${call.origin}/${environmentId}/as`,
    iat: Math.floor(world.now() / 1000),
    exp: Math.floor(expiresAt / 1000),
    aud: [call.origin],
    jti: world.ids.uuid(),
    env: environmentId,
    org: organizationId,
  })
  world.tokens.set(token, { clientId, expiresAt })
  return {
    status: 200,
    contentType: 'application/json;charset=UTF-8',
    body: { access_token: token, token_type: 'Bearer', expires_in: TOKEN_LIFETIME_SECONDS },
  }
}

export function bearerOf(authorization: string): string | undefined {
  return /^Bearer\s+(\S+)$/i.exec(authorization)?.[1]
}

/** True for a token that was given out here and has neither ended nor been revoked. */
export function isValidToken(world: World, authorization: string): boolean {
  const bearer = bearerOf(authorization)
  const token = bearer === undefined ? undefined : world.tokens.get(bearer)
  return token !== undefined && token.expiresAt > world.now() && token.clientId === world.tenant.clientId
}
