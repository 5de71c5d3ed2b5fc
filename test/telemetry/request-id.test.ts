import { afterEach, beforeEach, expect, test } from 'vitest'
import { openService, type TestService } from '../http/service.ts'

let service: TestService
beforeEach(async () => {
  service = await openService({ insecure: true })
})
afterEach(() => service.close())

test('one id joins the answer, the lines of the log and the calls to PingOne', async () => {
  const { headers } = await service.rpc(undefined, 'tools/call', {
    name: 'list_mfa_devices',
    arguments: { email: 'alice@example.com' },
  })

  const id = headers['x-request-id']
  expect(id).toMatch(/^[0-9a-f-]{36}$/)
  const lines = service.log.map((line) => JSON.parse(line) as { event: string; requestId?: string })
  const own = lines.filter(({ requestId }) => requestId === id).map(({ event }) => event)
  expect(own).toEqual(expect.arrayContaining(['pingone.answered', 'tool.answered', 'http.answered']))
  const ids = service.sandbox.requests
    .filter(({ host }) => host === 'api')
    .map(({ externalTransactionId }) => externalTransactionId)
  expect(ids).toEqual([id, id])
})

test('two requests have two ids, and another client cannot choose one', async () => {
  const ask = () => service.send({ path: '/healthz', headers: { 'x-request-id': 'chosen' } })

  const ids = [(await ask()).headers['x-request-id'], (await ask()).headers['x-request-id']]

  expect(new Set(ids).size).toBe(2)
  expect(ids).not.toContain('chosen')
})
