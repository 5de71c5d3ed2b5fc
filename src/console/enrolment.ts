import type { Hono } from 'hono'
import { z } from 'zod'
import type { Enrolments } from '../approval/enrolments.ts'
import { Assertion, Attestation } from '../approval/passkey-json.ts'
import type { Clock } from '../lib/clock.ts'
import { readBody, refuse } from './guard.ts'
import type { Nonces } from './nonces.ts'
import type { Site } from './site.ts'
import { usedLinkPage } from './pages/closed.ts'
import { enrolmentPage } from './pages/enrolment.ts'

export interface EnrolmentRouteDeps {
  enrolments: Enrolments
  nonces: Nonces
  clock: Clock
  site: Site
}

const Nothing = z.strictObject({})

/** The one-time link's page, and what it asks for: somebody vouches, then the passkey is registered. */
export function addEnrolment(routes: Hono, { enrolments, nonces, clock, site }: EnrolmentRouteDeps): void {
  const { origin } = site
  routes.get('/approvals/enrol/:token', async (context) => {
    const token = context.req.param('token')
    const open = await enrolments.look(token)
    if (open === undefined) return context.html(usedLinkPage('pingone-mfa-mcp approver add', { site }), 404)
    return context.html(enrolmentPage({ token, ...open }, clock.now(), nonces.mint(`enrol ${token}`), { site }))
  })

  const answer = <Schema extends z.ZodType>(
    path: string,
    schema: Schema,
    act: (token: string, body: z.infer<Schema>) => Promise<{ ok: true; options?: object } | { ok: false; why: string }>,
  ) =>
    routes.post(`/approvals/enrol/:token${path}`, async (context) => {
      const token = context.req.param('token') ?? ''
      const subject = `enrol ${token}`
      const read = await readBody(context, { nonces, subject, schema })
      if ('refusal' in read) return read.refusal
      const result = await act(token, read.body)
      const nonce = nonces.mint(subject)
      if (!result.ok) return refuse(context, result.why, 409, nonce)
      return context.json({ ok: true, nonce, ...(result.options === undefined ? {} : { options: result.options }) })
    })

  answer('/vouch/options', Nothing, (token) => enrolments.vouchOptions(token, origin))
  answer('/vouch', z.strictObject({ assertion: Assertion }), (token, { assertion }) =>
    enrolments.vouch(token, origin, assertion),
  )
  answer('/options', Nothing, (token) => enrolments.options(token, origin))
  answer(
    '/register',
    z.strictObject({ attestation: Attestation, credentialName: z.string().max(200).default('') }),
    (token, { attestation, credentialName }) => enrolments.register(token, origin, attestation, credentialName),
  )
}
