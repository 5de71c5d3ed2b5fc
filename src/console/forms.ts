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
    const { status } = context.res
    const cookies = context.res.headers.getSetCookie()
    // Taken away first: what is set in its place would otherwise be merged with it.
    context.res = undefined
    context.res =
      ok === true
        ? context.redirect(location ?? back, 303)
        : await context.html(
            problemPage({ title: 'Nothing was decided', sentence: sentence ?? '', back }, await aroundFor(context)),
            status as 400,
          )
    for (const cookie of cookies) context.res.headers.append('set-cookie', cookie)
  })
}
