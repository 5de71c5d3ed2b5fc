import { html } from 'hono/html'
import { type Around, type Html, page } from './frame.ts'
import type { HealthView } from './views.ts'

const VERDICTS: Record<Exclude<HealthView['status'], 'unavailable'>, string> = {
  ok: 'PingOne answers, and every permission is there',
  degraded: 'PingOne answers, but a permission is missing',
  failed: 'PingOne could not be reached as configured',
}

/** The three checks; undefined while nobody has asked for them. */
export function connectionPage(health: HealthView | undefined, around: Around): Html {
  return page({
    title: 'Connection',
    around,
    body: html`<h1>Connection to PingOne</h1>
      ${health === undefined ? '' : verdict(health)}
      <form class="card quiet" method="get" action="/approvals/connection">
        <input type="hidden" name="check" value="now" />
        <p>
          Three requests are sent to PingOne: for the environment, one user, and the populations. Nothing is changed.
        </p>
        <button type="submit">${health === undefined ? 'Check now' : 'Check again'}</button>
      </form>`,
  })
}

function verdict(health: HealthView): Html {
  if (health.status === 'unavailable') {
    return html`<section class="card verdict bad" role="status">
      <h2>Not checked</h2>
      <p>${health.sentence}</p>
    </section>`
  }
  const { status, checks, environment } = health
  return html`<section class="card verdict ${status === 'ok' ? 'good' : 'bad'}" role="status">
    <h2>${VERDICTS[status]}</h2>
    ${
      environment === undefined
        ? ''
        : html`<p>
            ${environment.name}
            <span class="tag ${environment.type === 'PRODUCTION' ? 'production' : ''}"
              >${environment.type.toLowerCase()}</span
            >
            <span class="soft">${environment.region} · ${environment.id}</span>
          </p>`
    }
    <ul class="fates">
      ${checks.map(
        ({ name, ok, message, next }) =>
          html`<li class="${ok ? 'done' : 'failed'}">
            <strong>${ok ? 'passed' : 'not passed'}</strong> ${name}<span class="more">${message}</span>
            ${next === undefined ? '' : html`<span class="more">Next: ${next}</span>`}
          </li>`,
      )}
    </ul>
  </section>`
}
