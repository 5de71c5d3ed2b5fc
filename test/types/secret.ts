import type { PlanDraft } from '../../src/approval/plan.ts'
import type { ToolContext } from '../../src/tools/tool.ts'
import { Secret } from '../../src/lib/secret.ts'

/** What must not compile: a secret that is a text, and a way to approve from inside of a tool. */

const secret = new Secret('x')
// @ts-expect-error -- a secret is no text
export const text: string = secret
// @ts-expect-error -- a plan's secret is wrapped
export const planned: NonNullable<PlanDraft['secrets']> = [{ step: 0, field: 'otp', value: '123456' }]

declare const gate: Awaited<ReturnType<ToolContext['gate']>>
// @ts-expect-error -- a tool can ask, look and start; it cannot approve
export const approve = gate.approve
// @ts-expect-error -- nor decide otherwise
export const deny = gate.deny
