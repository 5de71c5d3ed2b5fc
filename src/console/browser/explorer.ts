const PAUSE_MS = 120

/** Search as you type; without it, the form does the same. */
export function bindExplorer(): void {
  const form = document.querySelector<HTMLFormElement>('form[data-search]')
  const field = form?.querySelector<HTMLInputElement>('[name=q]')
  if (form === null || field === null || field === undefined) return
  let timer: ReturnType<typeof setTimeout> | undefined
  let latest = ''

  const search = async () => {
    const query = field.value.trim()
    if (query === latest) return
    latest = query
    const address = query === '' ? '/approvals/endpoints' : `/approvals/endpoints?q=${encodeURIComponent(query)}`
    const response = await fetch(address)
    const fresh = new DOMParser().parseFromString(await response.text(), 'text/html')
    const results = fresh.querySelector('#results')
    // What was typed meanwhile has its own answer.
    if (query !== latest || results === null) return
    document.querySelector('#results')?.replaceWith(document.adoptNode(results))
    document.title = fresh.title
    history.replaceState(null, '', address)
  }
  const run = () => void search().catch(() => form.submit())

  field.addEventListener('input', () => {
    clearTimeout(timer)
    timer = setTimeout(run, PAUSE_MS)
  })
  form.addEventListener('submit', (event) => {
    event.preventDefault()
    clearTimeout(timer)
    run()
  })
}
