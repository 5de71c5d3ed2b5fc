/**
 * What no public source settles about PingOne. Each is a switch, so that a client can be tried against either answer;
 * the default is the likelier one.
 */
export interface SandboxKnobs {
  /** Status of a created device. */
  createStatus: 200 | 201
  /** Name of the link that a pending device carries. */
  activateLinkName: 'device.activate' | 'activate'
  /** Answer to the second DELETE of a device. */
  deletedDeviceStatus: 204 | 404
  /** Answer of the API for an environment that does not exist, or that the worker has no role in. */
  missingEnvironmentStatus: 403 | 404
  /** Answer to a user of a population that the worker has no role in. */
  outOfScopeStatus: 403 | 404
  /** Whether a worker may give away a role that it does not hold itself. */
  grantsOfRolesNotHeld: 'refused' | 'allowed'
  /** Answer to a method that a path does not know: the gateway's `{message}`, or the documented 405. */
  unsupportedMethod: 'gateway' | 'method-not-allowed'
  /** Status of `access_denied` for an application without roles. */
  noRolesStatus: 400 | 403
  /** Status of `invalid_client` for a wrong secret. */
  wrongSecretStatus: 400 | 401
  unknownEnvironmentAtToken: 'not-found' | 'invalid-client'
  malformedEnvironmentAtToken: 'bad-request' | 'not-found'
  /** How a list without items looks: an empty array, or no `_embedded` at all. */
  emptyList: 'array' | 'absent'
  /** Whether lists carry `count` (the total); large ones omit it. */
  listCount: 'always' | 'never'
  defaultPageSize: number
  /** A page is never larger, whatever `limit` asks for. */
  maxPageSize: number
  /** Whether a device shows its number as E.164 or as it was sent. */
  normalisePhones: boolean
  duplicatePhones: 'allowed' | 'refused'
  /** Detail code of a rejected one-time code. */
  wrongOtpDetail: 'INVALID_OTP' | 'INVALID_VALUE'
  showAttemptsRemaining: boolean
  /** Whether an activation counts against the device limit too. */
  limitAtActivation: boolean
  /** A pending device that is older is gone. */
  pendingLifetimeMs: number
  /** Type of `test.otp`; a number loses leading zeros. */
  testOtp: 'string' | 'number'
  /** Whether TOTP, FIDO2 and OATH devices are created pending whatever `status` says. */
  registrationAlwaysPending: boolean
}

export const DEFAULT_KNOBS: Readonly<SandboxKnobs> = {
  createStatus: 201,
  activateLinkName: 'device.activate',
  deletedDeviceStatus: 404,
  missingEnvironmentStatus: 403,
  outOfScopeStatus: 404,
  grantsOfRolesNotHeld: 'refused',
  unsupportedMethod: 'gateway',
  noRolesStatus: 403,
  wrongSecretStatus: 401,
  unknownEnvironmentAtToken: 'not-found',
  malformedEnvironmentAtToken: 'bad-request',
  emptyList: 'array',
  listCount: 'always',
  defaultPageSize: 100,
  maxPageSize: 200,
  normalisePhones: true,
  duplicatePhones: 'allowed',
  wrongOtpDetail: 'INVALID_OTP',
  showAttemptsRemaining: true,
  limitAtActivation: true,
  pendingLifetimeMs: 24 * 60 * 60 * 1000,
  testOtp: 'string',
  registrationAlwaysPending: true,
}
