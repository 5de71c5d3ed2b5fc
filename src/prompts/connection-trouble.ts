import type { Workflow } from './workflow.ts'

export function connectionTrouble(): Workflow {
  return {
    task: 'Something is wrong with the connection to PingOne. Find out what, and say it so that the person can mend it.',
    steps: [
      'Never ask for the client secret, and do not take it if it is offered: it belongs into `pingone-mfa-mcp connect`, which the person runs in a terminal of their own. Do not try other regions, ids or credentials.',
      'Call `check_connection`. It changes nothing.',
      "`ok`: say so, with the environment's `name`, `type` and `region`: is it the one that is meant? Then ask which call went wrong, and explain the code that it answered with.",
      '`degraded`: PingOne knows the worker application and does not let it read everything. Pass on `message` and `next` of each check whose `ok` is false. As a rule a role is missing, such as Identity Data Admin for this environment.',
      '`failed`: the first check says where to look: region, environment id, client id or secret, type of the application, authentication method, role. Pass on its `message` and `next`, in its own words.',
      '`NOT_CONFIGURED`: name each field that the text names. The person mends them with `pingone-mfa-mcp connect`, or in the variables that their client gives to the server.',
      'Codes of other calls: `AUTH_FAILED` is the client id, the secret, the authentication method or the region. `FORBIDDEN` is a missing role or licence. `PINGONE_UNAVAILABLE` and `RATE_LIMITED` pass: wait as long as the text says. `PINGONE_UNEXPECTED_RESPONSE` means that somebody else answered, such as a proxy or a wrong URL.',
      'When something has been mended, use `check_connection` again, and say whether it passes now. If it does not, say what has changed since the first time.',
    ],
  }
}
