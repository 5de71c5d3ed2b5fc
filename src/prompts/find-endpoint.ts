import { DECIDE, decision } from './decision.ts'
import type { Setting } from './prompt.ts'
import type { Workflow } from './workflow.ts'

const CHANGE = `Another \`effect\`: show the person method, path and body first. After their yes use \`change_endpoint\` with what \`call\` shows, filled in, and a short \`reason\`. ${DECIDE}`

const CANNOT_CHANGE =
  'Another `effect`: this server only reads, so you cannot do it. Say which endpoint would, with the `role` that it needs, and stop.'

/** With a server that only reads it ends where something would have to be changed. */
export function findEndpoint({ goal }: { goal: string }, { readOnly }: Setting): Workflow {
  return {
    task: 'Find what in the PingOne APIs serves a goal, and use it with the right values.',
    given: { goal },
    steps: [
      'Call `search_endpoints` with the goal as `query`, in plain words: a thing, and what is to be done with it.',
      'If `confident` is false, nothing seems to fit. Say so, with the `hint`. Search once or twice in other words; if it stays false, stop. Never pick the nearest one to have something.',
      'Choose by `title`, `path` and `effect`. If two fit, ask which is meant. If the result has a `tool`, use that dedicated tool, and leave this workflow.',
      'Call `describe_endpoint` with the `id` as `endpoint`. Read `notes` for traps and `role` for what the worker application needs. At `ENDPOINT_UNKNOWN` search again.',
      'Fill in what `parameters` and `body` want. Ids come from an answer or from the person; never make one up. Look up what is missing with `read_endpoint`. The environment is filled in for you.',
      'The `effect` is read: Call `read_endpoint` with what `call` shows, filled in. Keep the answer small with `fields` and `limit`; more is behind `page.next`, which you pass as `cursor` in `query`.',
      readOnly ? CANNOT_CHANGE : CHANGE,
      'Say what was found or done, in the words of the goal, and what was not.',
    ],
    ...(readOnly ? {} : { section: decision('read_endpoint') }),
  }
}
