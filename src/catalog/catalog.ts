import { lazy } from '../lib/lazy.ts'
import type { Definitions, EndpointRecord, Service, ServiceCatalog } from './record.ts'
import { createBodyCheck } from './validate.ts'

/** Every endpoint, and how one is found by what a caller calls it. */
export interface Catalog {
  endpoints: readonly EndpointRecord[]
  /** By id, or by `METHOD /path`. */
  find(reference: string): Found | undefined
  definitionsOf(service: Service): Definitions
  /** What is wrong with a body, naming the field; empty where nothing is, or where it is not known what it must be. */
  bodyProblems(record: EndpointRecord, body: unknown): string[]
}

export interface Found {
  record: EndpointRecord
  /** The other actions behind the same method and path, told apart by media type. */
  variants: readonly EndpointRecord[]
}

export function indexCatalog(services: readonly ServiceCatalog[]): Catalog {
  const endpoints = services.flatMap((service) => service.endpoints)
  const byId = new Map(endpoints.map((record) => [record.id, record]))
  const byCall = new Map<string, EndpointRecord[]>()
  for (const record of endpoints) {
    const key = callKey(record.method, record.path)
    byCall.set(key, [...(byCall.get(key) ?? []), record])
  }
  const definitions = new Map(services.map((service) => [service.service, service.$defs]))

  const siblingsOf = (record: EndpointRecord) => byCall.get(callKey(record.method, record.path)) ?? []

  const definitionsOf = (service: Service) => definitions.get(service) ?? {}
  const bodies = lazy(() => createBodyCheck(({ service }) => definitionsOf(service)))

  return {
    endpoints,
    find(reference) {
      const wanted = reference.trim()
      const record = byId.get(wanted) ?? plainest(byCall.get(toCallKey(wanted)) ?? [])
      if (record === undefined) return undefined
      return { record, variants: siblingsOf(record).filter((other) => other !== record) }
    },
    definitionsOf,
    bodyProblems: (record, body) => bodies().problems(record, body),
  }
}

/** Of several actions behind one method and path, the one that plain JSON, or no body, selects. */
function plainest(records: readonly EndpointRecord[]): EndpointRecord | undefined {
  return (
    records.find(({ contentType }) => contentType === undefined || contentType === 'application/json') ?? records[0]
  )
}

function callKey(method: string, path: string): string {
  return `${method} ${path.replace(/\{[^}]*\}/g, '{}')}`
}

/** `get  /v1/environments/{id}/users/` → the key of `GET /environments/{environmentID}/users`. */
function toCallKey(text: string): string {
  const [method = '', path = ''] = text.split(/\s+/, 2)
  return callKey(method.toUpperCase(), path.replace(/^\/v1(?=\/)/, '').replace(/(.)\/+$/, '$1'))
}
