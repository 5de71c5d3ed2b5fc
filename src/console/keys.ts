import { hkdfSync } from 'node:crypto'
import type { Store } from '../store/store.ts'

/** A key of this store for one purpose: the same in every process that shares the store (HKDF-SHA-256, RFC 5869). */
export async function keyFor(store: Store, purpose: string): Promise<Buffer> {
  return Buffer.from(hkdfSync('sha256', await store.pepper(), 'pingone-mfa-mcp console', purpose, 32))
}
