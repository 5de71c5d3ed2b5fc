import { afterAll, beforeAll, expect, test } from 'vitest'
import { FIXED_IDS } from '../../src/sandbox/people.ts'
import { hostileTexts } from './hostile-texts.ts'
import { faultsOf, faultsOfLog } from './seemly.ts'
import type { Session } from './session.ts'
import { openStage, type Stage } from './stage.ts'

const TEXTS = hostileTexts(400)
const USER = { userID: FIXED_IDS.alice }

let stage: Stage
let session: Session
beforeAll(async () => {
  stage = await openStage()
  await stage.human.enrol()
  session = await stage.connect()
})
afterAll(() => stage.close())

/** Every place of the generic tools' arguments that takes a text of any kind. */
const PLACES: [tool: string, place: string, args: (text: string) => Record<string, unknown>][] = [
  ['search_endpoints', 'query', (text) => ({ query: text })],
  ['search_endpoints', 'service', (text) => ({ query: 'users', service: text })],
  ['search_endpoints', 'method', (text) => ({ query: 'users', method: text })],
  ['describe_endpoint', 'endpoint', (text) => ({ endpoint: text })],
  ['describe_endpoint', 'endpoint after a method', (text) => ({ endpoint: `GET /${text}` })],
  ['read_endpoint', 'endpoint', (text) => ({ endpoint: text })],
  ['read_endpoint', 'value in the path', (text) => ({ endpoint: READ_USER, path: { userID: text } })],
  ['read_endpoint', 'name in the path', (text) => ({ endpoint: READ_USER, path: { ...USER, [text]: 'x' } })],
  ['read_endpoint', 'value in the query', (text) => ({ endpoint: READ_USERS, query: { filter: text } })],
  ['read_endpoint', 'name in the query', (text) => ({ endpoint: READ_USERS, query: { [text]: 'x' } })],
  ['read_endpoint', 'cursor', (text) => ({ endpoint: READ_USERS, query: { cursor: text } })],
  ['read_endpoint', 'field', (text) => ({ endpoint: READ_USERS, fields: [text] })],
  ['change_endpoint', 'endpoint', (text) => ({ endpoint: text })],
  ['change_endpoint', 'value in the path', (text) => ({ endpoint: DELETE_USER, path: { userID: text } })],
  ['change_endpoint', 'name in the query', (text) => ({ endpoint: DELETE_USER, path: USER, query: { [text]: 'x' } })],
  ['change_endpoint', 'body', (text) => ({ endpoint: UPDATE_USER, path: USER, body: text })],
  ['change_endpoint', 'value in the body', (text) => ({ endpoint: UPDATE_USER, path: USER, body: { nickname: text } })],
  ['change_endpoint', 'name in the body', (text) => ({ endpoint: UPDATE_USER, path: USER, body: { [text]: 'x' } })],
  ['change_endpoint', 'reason', (text) => ({ endpoint: DELETE_USER, path: USER, reason: text })],
]
const READ_USER = 'GET /environments/{environmentID}/users/{userID}'
const READ_USERS = 'GET /environments/{environmentID}/users'
const UPDATE_USER = 'PATCH /environments/{environmentID}/users/{userID}'
const DELETE_USER = 'DELETE /environments/{environmentID}/users/{userID}'

test.each(PLACES)('%s takes any text as %s without harm', { timeout: 300_000 }, async (tool, _place, args) => {
  const before = stage.sandbox.requests.length

  const faults = await faultsOf(TEXTS.map((text) => [text, () => session.call(tool, args(text))]))

  expect(faults).toEqual([])
  expect(stage.sandbox.changes).toEqual([])
  const strays = stage.sandbox.requests.slice(before).filter(({ host, path }) => host === 'api' && !isOwn(path))
  expect(strays.map(({ path }) => path)).toEqual([])
})

/** In the environment that is administered, and about users: nothing that a text could lead to elsewhere. */
function isOwn(path: string): boolean {
  const { environmentId } = stage.sandbox.tenant
  const rest = path.replace(/^\/v1/, '')
  return rest === `/environments/${environmentId}` || rest.startsWith(`/environments/${environmentId}/users`)
}

test('after all of this the server still answers, and its log is whole', async () => {
  expect((await session.call('list_mfa_devices', { email: 'alice@example.com' })).structured.count).toBe(3)
  expect(faultsOfLog(session.stderr())).toEqual([])
})
