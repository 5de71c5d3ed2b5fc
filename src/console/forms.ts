import type { Context, Hono } from 'hono'
import { isForm } from './guard.ts'
import type { Around } from './pages/frame.ts'
import { problemPage } from './pages/sign-in.ts'

interface Told {
  ok?: boolean
  sentence?: string
  location?: string
}

/** What is answered to a page's script becomes a page, where the page has no script and sent a form. */
export function addForms(routes: Hono, aroundFor: (context: Context) => Promise<Around>): void {
  routes.use(async (context, next) => {
    await next()
    const isTold = (context.res.headers.get('content-type') ?? '').startsWith('application/json')
    if (context.req.method !== 'POST' || !isForm(context) || !isTold) return
    const { ok, sentence, location } = (await context.res.json()) as Told
    const back = context.req.path.replace(/\/[^/]*$/, '')
    const { status, headers } = context.res
    const answer =
      ok === true
        ? new Response(null, { status: 303, headers: { location: location ?? back } })
        : new Response(
            String(
              await problemPage(
                { title: 'Nothing was decided', sentence: sentence ?? '', back },
                await aroundFor(context),
              ),
            ),
            { status, headers: { 'content-type': 'text/html; charset=UTF-8' } },
          )
    for (const cookie of headers.getSetCookie()) answer.headers.append('set-cookie', cookie)
    // Taken away first: the new one would otherwise get the headers of the old.
    context.res = undefined
    context.res = answer
  })
}
