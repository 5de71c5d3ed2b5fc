import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { followLink, readAllPages, readPages } from '../../src/pingone/pages.ts'
import type { Bench } from './bench-client.ts'
import { bench, ENVIRONMENT_PATH, failure, peer as startOther } from './bench-client.ts'
import type { Reply } from './scripted-peer.ts'
import { CORRELATION_ID } from './scripted-peer.ts'

const LIST = { path: `${ENVIRONMENT_PATH}/things`, list: 'things', item: z.object({ id: z.string() }) }

function page(ids: string[], next?: string): Reply {
  return {
    headers: { 'correlation-id': CORRELATION_ID },
    json: {
      _links: next === undefined ? {} : { next: { href: next } },
      _embedded: { things: ids.map((id) => ({ id })) },
    },
  }
}

async function listBench(pages: (url: string) => Reply[]): Promise<Bench> {
  const made = await bench()
  made.peer.onApi(...pages(`${made.peer.url}/v1${LIST.path}`))
  return made
}

const ids = (items: { id: string }[]) => items.map(({ id }) => id)

describe('reading pages', () => {
  it('follows the link word for word until there is none, however short a page is', async () => {
    const { peer, client } = await listBench((url) => [
      page(['a'], `${url}?limit=2&cursor=x%2B1%20y&filter=a%20eq%20%22b%22`),
      page([], `${url}?cursor=2`),
      page(['b', 'c']),
    ])

    const found = await readPages(client, { ...LIST, query: { limit: 2 } })

    expect(found).toEqual({
      items: [{ id: 'a' }, { id: 'b' }, { id: 'c' }],
      hasMore: false,
      correlationId: CORRELATION_ID,
    })
    expect(peer.apiRequests().map(({ query }) => query)).toEqual([
      'limit=2',
      'limit=2&cursor=x%2B1%20y&filter=a%20eq%20%22b%22',
      'cursor=2',
    ])
  })

  it('takes a list without entries, and an answer without a list', async () => {
    const { peer, client } = await bench()
    peer.onApi({ json: { _embedded: {} } }, { json: { size: 0 } })

    expect((await readPages(client, LIST)).items).toEqual([])
    expect((await readPages(client, LIST)).items).toEqual([])
  })

  it('takes a link without a host', async () => {
    const { client } = await listBench(() => [page(['a'], `/v1${LIST.path}?cursor=2`), page(['b'])])

    expect(ids((await readPages(client, LIST)).items)).toEqual(['a', 'b'])
  })

  it('stops at the limit of items, and says that there are more', async () => {
    const { peer, client } = await listBench((url) => [page(['a', 'b'], `${url}?cursor=2`)])

    const found = await readPages(client, { ...LIST, maxItems: 2 })

    expect(found).toMatchObject({ items: [{ id: 'a' }, { id: 'b' }], hasMore: true })
    expect(peer.apiRequests()).toHaveLength(1)
  })

  it('stops at the limit of pages, and says that there are more', async () => {
    let count = 0
    const { peer, client } = await bench()
    peer.onApi(() => page(['x'], `${peer.url}/v1${LIST.path}?cursor=${++count}`))

    expect(await readPages(client, LIST)).toMatchObject({ hasMore: true })
    expect(peer.apiRequests()).toHaveLength(20)
  })

  it('refuses half a list where all of it is wanted', async () => {
    const { client } = await listBench((url) => [page(['a'], `${url}?cursor=2`)])

    const error = await failure(readAllPages(client, { ...LIST, maxPages: 1 }))

    expect(error).toMatchObject({ code: 'PINGONE_UNEXPECTED_RESPONSE', correlationId: CORRELATION_ID })
  })

  it('notices a link that leads in a circle', async () => {
    const { peer, client } = await listBench((url) => [page(['a'], `${url}?cursor=1`)])

    const error = await failure(readPages(client, LIST))

    expect(error.message).toContain('read already')
    expect(peer.apiRequests()).toHaveLength(2)
  })

  it('never sends the token to another origin', async () => {
    const canary = await startOther()
    const { peer, client } = await bench()
    peer.onApi(page(['a'], `${canary.url}/v1${LIST.path}?cursor=2`))

    const error = await failure(readPages(client, LIST))

    expect(error).toMatchObject({ code: 'PINGONE_UNEXPECTED_RESPONSE', correlationId: CORRELATION_ID })
    expect(error.message).toContain(`127.0.0.1:${canary.port}`)
    expect(error.next).toContain('PINGONE_API_URL')
    expect(canary.seen).toHaveLength(0)
  })
})

describe('following a link', () => {
  const connection = {
    apiUrl: 'https://api.example.com/proxy/v1',
    authUrl: '',
    environmentId: '',
    workerEnvironmentId: '',
    clientId: '',
    tokenAuthMethod: 'basic',
  } as const

  it('keeps path and query below the base', () => {
    expect(followLink(connection, 'https://api.example.com/proxy/v1/environments/e?cursor=%2F')).toEqual({
      path: '/environments/e',
      search: 'cursor=%2F',
    })
  })

  it.each([
    'https://api.example.com.evil.example/proxy/v1/environments/e',
    'http://api.example.com/proxy/v1/environments/e',
    'https://api.example.com:8443/proxy/v1/environments/e',
    'https://user@api.example.com/proxy/v1/environments/e',
    'https://api.example.com/v1/environments/e',
    'https://api.example.com/proxy/v1evil/environments/e',
    'https://api.example.com/proxy/v1/../secret',
    'https://api.example.com/proxy/v1/%2e%2e/secret',
    'https://api.example.com/proxy/v1/',
    'https://api.example.com/proxy/v1\\..\\secret',
    '//evil.example/proxy/v1/environments/e',
    'data:text/plain,x',
    'https://[',
  ])('refuses %s', (href) => {
    expect(() => followLink(connection, href)).toThrow(/link to the next page/)
  })
})
