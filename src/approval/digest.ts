import { createHash, createHmac } from 'node:crypto'
import type { PlanDraft } from './plan.ts'

/** SHA-256 (hex) of the stored bytes of a plan. */
export function digestOf(planJson: string): string {
  return createHash('sha256').update(planJson).digest('hex')
}

/** The tenant that an approval belongs to: API URL, auth URL and environment id together. */
export function tenantKey(tenant: { apiUrl: string; authUrl: string; environmentId: string }): string {
  return createHash('sha256')
    .update(JSON.stringify([tenant.apiUrl, tenant.authUrl, tenant.environmentId]))
    .digest('hex')
}

/** Equal for two requests of the same thing, whatever the world is like, the reason says or the code is. */
export function requestKeyOf(draft: PlanDraft, pepper: string): string {
  return keyed(pepper, [draft.action, draft.target?.id ?? '', ...draft.sameAs])
}

/** Equal for two requests of the same thing in the same state of the world. */
export function shareKeyOf(draft: PlanDraft, pepper: string): string {
  return keyed(pepper, [requestKeyOf(draft, pepper), draft.steps, draft.witness, draft.warnings, draft.request])
}

function keyed(pepper: string, parts: readonly unknown[]): string {
  return createHmac('sha256', pepper).update(JSON.stringify(parts)).digest('hex')
}
