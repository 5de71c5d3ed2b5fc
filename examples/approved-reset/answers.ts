import { z } from 'zod'

/** What the tools answer, as far as this program reads it. Everything else is left alone. */
const Approval = z.object({
  token: z.string(),
  id: z.string(),
  summary: z.string(),
  approveAt: z.string().optional(),
  denialReason: z.string().optional(),
})

const Outcome = z.object({
  devices: z.array(z.object({ label: z.string(), result: z.string(), error: z.string().optional() })),
})

export const ANSWERS = {
  search_endpoints: z.object({
    confident: z.boolean(),
    hint: z.string().optional(),
    results: z.array(z.object({ id: z.string(), method: z.string(), path: z.string() })),
  }),
  describe_endpoint: z.object({ call: z.object({ tool: z.string() }) }),
  list_mfa_devices: z.object({
    devices: z.array(z.object({ label: z.string(), nickname: z.string().optional() })),
  }),
  reset_mfa_devices: z.discriminatedUnion('status', [
    z.object({ status: z.literal('approval_required'), approval: Approval }),
    z.object({ status: z.literal('nothing_to_do'), summary: z.string() }),
  ]),
  check_approval: z.object({ status: z.string(), approval: Approval }),
  execute_approved_action: z.discriminatedUnion('status', [
    z.object({ status: z.literal('completed'), outcome: Outcome, replayed: z.boolean() }),
    z.object({ status: z.enum(['executing', 'approval_pending']) }),
  ]),
} as const

export type Answers = { [Tool in keyof typeof ANSWERS]: z.infer<(typeof ANSWERS)[Tool]> }
