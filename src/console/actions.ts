import type { Context, Hono } from 'hono'
import { z } from 'zod'
import type { Approvals } from '../approval/approvals.ts'
import type { Approvers, Voucher } from '../approval/approvers.ts'
import { Assertion } from '../approval/passkey-json.ts'
import { vouchPurpose, type Vouching } from '../approval/vouching.ts'
import { AppError } from '../lib/errors.ts'
import { Secret } from '../lib/secret.ts'
import { readBody, refuse } from './guard.ts'
import type { Nonces } from './nonces.ts'
import type { Site } from './site.ts'
import { Code, NOT_A_CODE } from './typed-code.ts'
import { seesOne, type VisitorOf } from './visitor.ts'

export interface ActionDeps {
  approvals: Approvals
  approvers: Approvers
  vouching: Vouching
  nonces: Nonces
  site: Site
  visitorOf: VisitorOf
}

const Nothing = z.strictObject({})

/** What decides: approving by passkey, denying, and taking credentials away. Each answers JSON and the next nonce. */
export function addActions(routes: Hono, deps: ActionDeps): void {
  addDenial(routes, deps)
  // A passkey belongs to a name; under another one there is nothing to ask for.
  if (!deps.site.takesPasskeys) return
  addApproval(routes, deps)
  addRemovals(routes, deps)
}

function addApproval(routes: Hono, { approvals, nonces, site: { origin } }: ActionDeps): void {
  routes.post('/approvals/:id/options', async (context) => {
    const id = context.req.param('id')
    const read = await readBody(context, { nonces, subject: id, schema: Nothing })
    if ('refusal' in read) return read.refusal
    const asked = await approvals.passkeyOptions({ id, origin })
    if (!asked.ok) return refuse(context, asked.why, 409, nonces.mint(id))
    return context.json({ ok: true, nonce: nonces.mint(id), digest: asked.digest, options: asked.options })
  })

  routes.post('/approvals/:id/approve', async (context) => {
    const id = context.req.param('id')
    const schema = z.strictObject({ assertion: Assertion, code: z.string().max(40).optional() })
    const read = await readBody(context, { nonces, subject: id, schema })
    if ('refusal' in read) return read.refusal
    const { assertion, code } = read.body
    const digits = code === undefined ? undefined : Code.safeParse(code)
    if (digits?.success === false) return refuse(context, NOT_A_CODE, 422, nonces.mint(id))
    const result = await approvals.approveByPasskey({
      id,
      origin,
      assertion,
      ...(digits === undefined ? {} : { code: new Secret(digits.data) }),
    })
    if (result.approved) return context.json({ ok: true, state: 'approved', nonce: nonces.mint(id) })
    return refuse(context, `${result.why} Nothing was approved.`, 409, nonces.mint(id))
  })
}

function addDenial(routes: Hono, { approvals, nonces, site, visitorOf }: ActionDeps): void {
  routes.post('/approvals/:id/deny', async (context) => {
    const id = context.req.param('id')
    const schema = z.strictObject({ reason: z.string().max(1000).default('') })
    const read = await readBody(context, { nonces, subject: id, schema })
    if ('refusal' in read) return read.refusal
    const visitor = await visitorOf(context)
    if (!seesOne(site, visitor)) return refuse(context, 'Sign in first. Nothing was decided.', 403, nonces.mint(id))
    const result = await approvals.deny({ id, reason: read.body.reason, who: visitor.person ?? 'page' })
    if (result.denied) return context.json({ ok: true, state: result.state, nonce: nonces.mint(id) })
    return refuse(context, result.why, 409, nonces.mint(id))
  })
}

/** Removing needs an enrolled approver's signature for exactly this removal. */
function addRemovals(routes: Hono, { approvers, vouching, nonces, site: { origin } }: ActionDeps): void {
  const subject = 'approvers'
  const removal = (
    path: string,
    wordsOf: (context: Context) => string[],
    remove: (context: Context, voucher: Voucher) => Promise<boolean>,
  ) => {
    routes.post(`${path}/options`, async (context) => {
      const read = await readBody(context, { nonces, subject, schema: Nothing })
      if ('refusal' in read) return read.refusal
      const asked = await vouching.options(vouchPurpose(wordsOf(context), origin))
      if (!asked.ok) return refuse(context, asked.why, 409, nonces.mint(subject))
      return context.json({ ok: true, nonce: nonces.mint(subject), options: asked.options })
    })
    routes.post(path, async (context) => {
      const read = await readBody(context, { nonces, subject, schema: z.strictObject({ assertion: Assertion }) })
      if ('refusal' in read) return read.refusal
      const vouched = await vouching.check(wordsOf(context), origin, read.body.assertion)
      const nonce = nonces.mint(subject)
      if (!vouched.ok) return refuse(context, `${vouched.why} Nothing was removed.`, 409, nonce)
      if (await remove(context, vouched.voucher)) return context.json({ ok: true, nonce })
      return refuse(context, 'Nothing was removed: it is gone already, or the only credential there is.', 409, nonce)
    })
  }

  const part = (context: Context, name: string) => context.req.param(name) ?? ''
  removal(
    '/approvals/approvers/:name/credentials/:id/remove',
    (context) => ['remove credential', part(context, 'name'), part(context, 'id')],
    (context, voucher) => approvers.removeCredential(part(context, 'name'), part(context, 'id'), voucher),
  )
  removal(
    '/approvals/approvers/:name/remove',
    (context) => ['remove approver', part(context, 'name')],
    async (context, voucher) => {
      try {
        await approvers.remove(part(context, 'name'), voucher)
        return true
      } catch (error) {
        if (error instanceof AppError) return false
        throw error
      }
    },
  )
}
