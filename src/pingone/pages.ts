import { z } from 'zod'
import { plainText } from '../lib/text.ts'
import type { Connection } from './endpoint.ts'
import { PingOneError } from './errors.ts'
import { isBuiltPath } from './paths.ts'
import type { PingOneClient } from './request.ts'

export interface PagesRequest<T> {
  path: string
  query?: Readonly<Record<string, string | number | undefined>> | undefined
  /** The name of the list in `_embedded`. */
  list: string
  item: z.ZodType<T>
  /** Stops once there are so many; default: all. */
  maxItems?: number | undefined
  /** Default 20. */
  maxPages?: number | undefined
  signal?: AbortSignal | undefined
  budgetMs?: number | undefined
}

export interface Pages<T> {
  items: T[]
  /** True where PingOne has more than was read. */
  hasMore: boolean
  /** Of the last page. */
  correlationId: string | undefined
}

const MAX_PAGES = 20

/**
 * Reads a list page by page, by `_links.next` alone: a short page is not the last one. `budgetMs` counts for each page.
 */
export async function readPages<T>(client: PingOneClient, request: PagesRequest<T>): Promise<Pages<T>> {
  const { list, item, maxItems = Number.POSITIVE_INFINITY, maxPages = MAX_PAGES, signal, budgetMs } = request
  const schema = pageSchema(list, item)
  const items: T[] = []
  const seen = new Set<string>()
  let target: { path: string; query?: PagesRequest<T>['query']; search?: string } = {
    path: request.path,
    query: request.query,
  }
  for (let page = 1; ; page++) {
    const { data, correlationId } = await client.request({ method: 'GET', ...target, schema, signal, budgetMs })
    items.push(...data.items)
    if (items.length > maxItems) return { items: items.slice(0, maxItems), hasMore: true, correlationId }
    if (data.next === undefined) return { items, hasMore: false, correlationId }
    if (items.length >= maxItems || page >= maxPages) return { items, hasMore: true, correlationId }
    if (seen.has(data.next)) throw unusableLink('leads back to a page that was read already', correlationId)
    seen.add(data.next)
    target = followLink(client.connection, data.next, correlationId)
  }
}

/** The whole list, or PINGONE_UNEXPECTED_RESPONSE: for decisions that half a list would make wrong. */
export async function readAllPages<T>(client: PingOneClient, request: Omit<PagesRequest<T>, 'maxItems'>): Promise<T[]> {
  const { items, hasMore, correlationId } = await readPages(client, request)
  if (!hasMore) return items
  throw new PingOneError('PINGONE_UNEXPECTED_RESPONSE', `PingOne has more ${request.list} than can be read`, {
    delivery: 'unknown',
    correlationId,
  })
}

type PageSchema<T> = z.ZodType<{ items: T[]; next: string | undefined }>

/** A schema is compiled when it first parses, which takes longer than all its later work for one request. */
const PAGE_SCHEMAS = new WeakMap<z.ZodType, Map<string, PageSchema<unknown>>>()

function pageSchema<T>(list: string, item: z.ZodType<T>): PageSchema<T> {
  const known = PAGE_SCHEMAS.get(item) ?? new Map<string, PageSchema<unknown>>()
  PAGE_SCHEMAS.set(item, known)
  const schema = known.get(list) ?? newPageSchema(list, item)
  known.set(list, schema)
  return schema as PageSchema<T>
}

function newPageSchema<T>(list: string, item: z.ZodType<T>): PageSchema<T> {
  return z
    .looseObject({
      _embedded: z.looseObject({ [list]: z.array(item).optional() }).optional(),
      _links: z.looseObject({ next: z.looseObject({ href: z.string().optional() }).optional() }).optional(),
    })
    .transform((page) => ({ items: page._embedded?.[list] ?? [], next: page._links?.next?.href }))
}

/**
 * A link of PingOne's as the path and query of a request. PINGONE_UNEXPECTED_RESPONSE where it leads anywhere but below
 * the API URL of the connection, because the access token would go along.
 */
export function followLink(
  connection: Connection,
  href: string,
  correlationId?: string,
): { path: string; search: string } {
  const base = new URL(connection.apiUrl)
  const basePath = base.pathname.replace(/\/+$/, '')
  if (!URL.canParse(href, connection.apiUrl)) throw unusableLink('is not a URL', correlationId)
  const url = new URL(href, connection.apiUrl)
  const path = url.pathname.slice(basePath.length)
  const isBelow = url.origin === base.origin && url.username === '' && url.pathname.startsWith(`${basePath}/`)
  if (!isBelow) {
    throw unusableLink(`leads to another address than the API URL (${plainText(url.host, 100)})`, correlationId)
  }
  if (!isBuiltPath(path)) throw unusableLink('is not a usable path', correlationId)
  return { path, search: url.search.slice(1) }
}

function unusableLink(problem: string, correlationId: string | undefined): PingOneError {
  return new PingOneError('PINGONE_UNEXPECTED_RESPONSE', `PingOne's link to the next page ${problem}`, {
    delivery: 'unknown',
    correlationId,
    next: 'Check PINGONE_API_URL: it must be the address that PingOne itself uses in its links.',
  })
}
