/**
 * Which built-in role covers a path, as a clause for a hint. PingOne: `GET /v1/roles` lists the permissions of each;
 * reading an environment needs any of them.
 */
export function roleFor(method: string, path: string): string {
  const below = path.replace(/^\/environments\/[^/]+/, '')
  const isRead = method === 'GET' || method === 'HEAD'
  if (below === '' && isRead) return 'any role, such as Identity Data Admin'
  if (/^\/users(?:\/|$)/.test(below) && !/roleAssignments/.test(below)) {
    return isRead ? 'Identity Data Admin (for reading, Identity Data Read Only is enough)' : 'Identity Data Admin'
  }
  if (/^\/populations(?:\/|$)/.test(below) && isRead) {
    return 'Identity Data Admin (for reading, Identity Data Read Only is enough)'
  }
  if (/^\/(?:deviceAuthenticationPolicies|fido2?Policies|fidoDevicesMetadata|mfaSettings)(?:\/|$)/.test(below)) {
    return isRead ? 'Environment Admin (for reading, Configuration Read Only is enough)' : 'Environment Admin'
  }
  return 'a role that covers this'
}
