import { html } from 'hono/html'
import type { Description } from '../../catalog/describe.ts'
import { type Around, type Html, list, page } from './frame.ts'
import type { EndpointSearch } from './views.ts'

/** The endpoint explorer: for whoever writes a workflow. Local: nothing is sent to PingOne. */
export function endpointsPage(query: string, found: EndpointSearch | undefined, around: Around): Html {
  return page({
    title: query === '' ? 'Endpoints' : `${query} · Endpoints`,
    around,
    body: html`<h1>Endpoints</h1>
      <form class="search" role="search" method="get" action="/approvals/endpoints" data-search>
        <label for="query">What do you want to do?</label>
        <div class="with-switch">
          <input
            id="query"
            name="q"
            type="search"
            value="${query}"
            placeholder="unlock a user’s device"
            maxlength="200"
            autocomplete="off"
            spellcheck="false"
          />
          <button type="submit">Search</button>
        </div>
        <p class="hint">Words of an administrator, an id, or a method and a path. Nothing is sent to PingOne.</p>
      </form>
      <section id="results" aria-label="Results">${found === undefined ? EXAMPLES : results(query, found)}</section>`,
  })
}

const EXAMPLES = html`<p class="soft">
  For example:
  ${['unlock a device', 'change the MFA policy', 'who is in a group', 'failed sign-ins'].map(
    (words, at) =>
      html`${at === 0 ? '' : ' · '}<a href="/approvals/endpoints?q=${encodeURIComponent(words)}">${words}</a>`,
  )}
</p>`

function results(query: string, { results: hits, confident, hint }: EndpointSearch): Html {
  const verdict =
    hits.length === 0 ? 'Nothing was found' : confident ? `For “${query}”` : 'Nothing fits well. The nearest:'
  return html`<h2 class="verdict-line">${verdict}</h2>
    ${hint === undefined ? '' : html`<p class="soft">${hint}</p>`}
    ${
      hits.length === 0
        ? ''
        : html`<ul class="rows card">
            ${hits.map(
              ({ id, method, path, title, service, effect, tool }) =>
                html`<li>
                  <div>
                    <h3><a class="whole" href="/approvals/endpoints/${encodeURIComponent(id)}">${title}</a></h3>
                    <p class="call"><span class="method ${method}">${method}</span> <code>${path}</code></p>
                  </div>
                  <p class="soft aside">
                    <span class="tag ${effect}">${effect}</span>
                    ${service}${tool === undefined ? '' : html`<br />tool ${tool}`}
                  </p>
                </li>`,
            )}
          </ul>`
    }`
}

/** One endpoint in full. */
export function endpointPage(described: Description, around: Around): Html {
  const { id, method, path, contentType, title, effect, role, notes, parameters, body, example, curl, call } = described
  const json = (value: unknown) => JSON.stringify(value, undefined, 2)
  const own = parameters.path.filter(({ name }) => name !== 'environmentID')
  return page({
    title,
    around,
    body: html`<p class="back"><a href="/approvals/endpoints">All endpoints</a></p>
      <article class="card sheet">
        <p class="state"><span class="tag ${effect}">${effect}</span> <code>${id}</code></p>
        <h1>${title}</h1>
        <p class="call"><span class="method ${method}">${method}</span> <code>${path}</code></p>
        ${contentType === undefined ? '' : html`<p class="soft">Content-Type: ${contentType}</p>`}
        ${notes.length === 0 ? '' : html`<section class="note">${list(notes)}</section>`}
        <dl>
          <dt>Role of the worker</dt>
          <dd>${role}</dd>
          ${own.map((parameter) => parameterRow(parameter, 'path'))}
          ${parameters.query.map((parameter) => parameterRow(parameter, 'query'))}
        </dl>
        ${block('As a tool call', `${call.tool} ${json(call.arguments)}`)} ${block('With curl', curl)}
        ${example === undefined ? '' : block('Example body', json(example))}
        ${
          body === undefined
            ? ''
            : html`<details>
                <summary>JSON Schema of the body</summary>
                <pre tabindex="0" aria-label="JSON Schema of the body">${json(body)}</pre>
              </details>`
        }
        ${
          described.variants === undefined
            ? ''
            : html`<h2>Other actions of the same method and path</h2>
                <ul>
                  ${described.variants.map(
                    (variant) =>
                      html`<li>
                        <a href="/approvals/endpoints/${encodeURIComponent(variant.id)}">${variant.title}</a>
                      </li>`,
                  )}
                </ul>`
        }
      </article>`,
  })
}

function block(title: string, text: string): Html {
  return html`<div class="copyable">
    <h2>${title}</h2>
    <button class="plain scripted" type="button" data-copy hidden aria-label="Copy: ${title}">Copy</button>
    <pre tabindex="0" aria-label="${title}">${text}</pre>
  </div>`
}

function parameterRow({ name, required, schema }: Description['parameters']['path'][number], where: string): Html {
  const { type, enum: values } = schema as { type?: string; enum?: string[] }
  const kind = values === undefined ? (type ?? '') : values.join(' · ')
  return html`<dt><code>${name}</code></dt>
    <dd>${where}${required ? ', required' : ', optional'}<span class="more">${kind}</span></dd>`
}
