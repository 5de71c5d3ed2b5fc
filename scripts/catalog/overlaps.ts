import type { EndpointRecord, Service, ServiceCatalog } from '../../src/catalog/record.ts'

/** Where specifications overlap, the management API stands for all of them, but for what MFA is about. */
const OWNERS: readonly { paths: RegExp; service: Service }[] = [
  { paths: /\/pairingKeys(\/|$)/, service: 'mfa' },
  { paths: /./, service: 'management' },
]

/** Marks the records that say again what another specification's record says, with that record's id. */
export function markOverlaps(catalogs: readonly ServiceCatalog[]): ServiceCatalog[] {
  const byCall = Map.groupBy(
    catalogs.flatMap(({ endpoints }) => endpoints),
    ({ method, path }) => `${method} ${path}`,
  )
  return catalogs.map((catalog) => ({
    ...catalog,
    endpoints: catalog.endpoints.map((endpoint) => {
      const alike = byCall.get(`${endpoint.method} ${endpoint.path}`) ?? []
      const owner = ownerOf(alike)
      return owner === undefined || owner.service === endpoint.service ? endpoint : { ...endpoint, sameAs: owner.id }
    }),
  }))
}

function ownerOf(alike: readonly EndpointRecord[]): EndpointRecord | undefined {
  if (new Set(alike.map(({ service }) => service)).size < 2) return undefined
  const rule = OWNERS.find(({ paths }) => paths.test(alike[0]?.path ?? ''))
  return alike.find(({ service }) => service === rule?.service)
}
