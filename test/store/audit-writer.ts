import { systemClock } from '../../src/lib/clock.ts'
import { createLog } from '../../src/lib/log.ts'
import { Secret } from '../../src/lib/secret.ts'
import { openPostgresStore } from '../../src/store/postgres.ts'

/** `node audit-writer.ts URL COUNT NAME`: writes that many entries, as many at once as the store lets it. */
const [url = '', count = '0', name = ''] = process.argv.slice(2)
const store = await openPostgresStore({ url: new Secret(url), log: createLog('error', systemClock, () => undefined) })
await Promise.all(
  Array.from({ length: Number(count) }, (_, n) => store.audit({ at: n, kind: 'call.refused', data: { name, n } })),
)
await store.close()
