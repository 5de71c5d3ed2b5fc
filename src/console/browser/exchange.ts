/** What the console answers to a request of the page. */
export interface Answer {
  ok?: boolean
  /** Why not, for the person. */
  sentence?: string
  /** For the next request. */
  nonce?: string
  options?: unknown
  state?: string
  /** Where to go on. */
  location?: string
}

const UNREACHABLE =
  'The console does not answer any more. It ends together with the assistant’s session. Nothing was decided here.'

/** Asks the console; a failure of any kind is an answer with a sentence. */
export async function post(path: string, body: object): Promise<Answer> {
  try {
    const response = await fetch(path, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-console-nonce': await takeNonce() },
      body: JSON.stringify(body),
    })
    const answer = (await response.json()) as Answer
    if (answer.nonce !== undefined) document.body.dataset['nonce'] = answer.nonce
    return response.ok ? answer : { ok: false, sentence: answer.sentence ?? UNREACHABLE, ...answer }
  } catch {
    return { ok: false, sentence: UNREACHABLE }
  }
}

/** Each value serves once; where the page's own is used up, a new view of the page brings another. */
async function takeNonce(): Promise<string> {
  const nonce = document.body.dataset['nonce'] ?? ''
  document.body.dataset['nonce'] = ''
  if (nonce !== '') return nonce
  return (await freshPage())?.body.dataset['nonce'] ?? ''
}

/** This page as the console shows it now. */
export async function freshPage(): Promise<Document | undefined> {
  const response = await fetch(location.href, { headers: { accept: 'text/html' } })
  // A page that is gone says so as a page.
  if (!(response.headers.get('content-type') ?? '').startsWith('text/html')) return undefined
  return new DOMParser().parseFromString(await response.text(), 'text/html')
}
