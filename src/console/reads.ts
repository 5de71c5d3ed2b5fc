import type { Approvals } from '../approval/approvals.ts'
import { verifyAudit } from '../approval/audit.ts'
import { expireOverdue } from '../approval/expiry.ts'
import { passkeysOf } from '../approval/passkey-owners.ts'
import { type Sheet, sheetOf } from '../approval/sheet.ts'
import type { Catalog } from '../catalog/catalog.ts'
import { describeEndpoint } from '../catalog/describe.ts'
import type { Search } from '../catalog/search/search.ts'
import type { Clock } from '../lib/clock.ts'
import { AppError } from '../lib/errors.ts'
import type { Health } from '../pingone/health.ts'
import type { ApprovalRow, PageOf, Store } from '../store/store.ts'
import type { Ways } from './pages/decision.ts'
import type { ConsoleReads, Paged } from './pages/views.ts'
import type { Site } from './site.ts'

export interface ReadDeps {
  site: Site
  store: Store
  approvals: Approvals
  clock: Clock
  catalog(): Promise<Catalog>
  search(): Promise<Search>
  health(): Promise<Health>
}

const PAGE_SIZE = 25
const MOST_HITS = 10

/** What the pages show: the store, the catalogue and PingOne, read anew for each view. */
export function createReads(deps: ReadDeps): ConsoleReads {
  const { store, approvals, clock, site } = deps

  const approvalList = async (which: 'pending' | 'history', page: number): Promise<Paged<Sheet>> => {
    await expireOverdue(store, clock.now())
    const paged = await pageOf(page, (slice) => store.approvalPage({ which, ...slice }))
    return { ...paged, items: paged.items.map((row) => sheetOf(row, { full: false })) }
  }

  /** How somebody could approve on its page. */
  const waysTo = async (state: ApprovalRow['state']): Promise<Ways> => {
    if (state !== 'pending') return { passkey: false, signIn: false }
    const passkey = site.takesPasskeys && passkeysOf(await store.approvers()).length > 0
    return { passkey, signIn: site.signIn?.claim !== undefined }
  }

  return {
    pending: (page) => approvalList('pending', page),
    history: (page) => approvalList('history', page),
    async approval(id) {
      const row = await approvals.find(id)
      if (row === undefined) return undefined
      const ways = await waysTo(row.state)
      return { sheet: sheetOf(row, { full: ways.passkey || ways.signIn }), ways }
    },
    audit: (page) => pageOf(page, (slice) => store.auditPage(slice)),
    auditState: () => verifyAudit(store),
    async approvers() {
      const enrolled = await store.approvers()
      return enrolled.map((approver) => ({
        ...approver,
        credentials: approver.credentials.map(({ id, kind, name, createdAt, lastUsedAt }) => ({
          id,
          kind,
          name,
          createdAt,
          lastUsedAt,
        })),
      }))
    },
    async health() {
      try {
        return await deps.health()
      } catch (error) {
        if (error instanceof AppError) return { status: 'unavailable', sentence: error.message }
        throw error
      }
    },
    async search(query) {
      const [catalog, search] = await Promise.all([deps.catalog(), deps.search()])
      const { confident, hint, results } = search(query, { limit: MOST_HITS })
      return { confident, hint, results: results.flatMap(({ id }) => catalog.find(id)?.record ?? []) }
    },
    async describe(id) {
      const catalog = await deps.catalog()
      const found = catalog.find(id)
      return found === undefined ? undefined : describeEndpoint(catalog, found)
    },
  }
}

/** The page that was asked for, or the last one there is. */
async function pageOf<Row>(
  asked: number,
  read: (slice: { offset: number; limit: number }) => Promise<PageOf<Row>>,
): Promise<Paged<Row>> {
  const at = (page: number) => read({ offset: (page - 1) * PAGE_SIZE, limit: PAGE_SIZE })
  const pagesOf = (total: number) => Math.max(1, Math.ceil(total / PAGE_SIZE))
  const { rows, total } = await at(asked)
  const pages = pagesOf(total)
  if (asked <= pages) return { items: rows, page: asked, pages, total }
  return { items: (await at(pages)).rows, page: pages, pages, total }
}
