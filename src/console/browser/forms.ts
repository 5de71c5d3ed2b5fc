/** Says it aloud where a screen reader listens. */
export function announce(sentence: string): void {
  const region = document.querySelector('#announcement')
  if (region !== null) region.textContent = sentence
}

/**
 * Runs one request of a form at a time. What `run` returns is why it did not work, shown beside the button;
 * undefined where it did.
 */
export function onSubmit(form: HTMLFormElement, busy: string, run: () => Promise<string | undefined>): void {
  form.hidden = false
  const button = form.querySelector<HTMLButtonElement>('button[type=submit]')
  const label = button?.textContent ?? ''
  let isRunning = false
  form.addEventListener('submit', (event) => {
    event.preventDefault()
    if (isRunning || button === null) return
    isRunning = true
    showProblem(form, '')
    // Not disabled: it keeps the focus.
    button.setAttribute('aria-disabled', 'true')
    button.textContent = busy
    announce(busy)
    void run()
      .catch(() => 'Something went wrong on this page. Load it again.')
      .then((problem) => {
        isRunning = false
        button.removeAttribute('aria-disabled')
        button.textContent = label
        // What has been said about the outcome meanwhile stays.
        if (document.querySelector('#announcement')?.textContent === busy) announce('')
        if (problem === undefined) return
        if (form.isConnected) showProblem(form, problem)
        else announce(problem)
      })
  })
}

function showProblem(form: HTMLFormElement, sentence: string): void {
  const problem = form.querySelector('.problem')
  if (problem !== null) problem.textContent = sentence
}

/** Every form that carries this attribute, with its value. */
export function formsWith(attribute: string): [HTMLFormElement, string][] {
  return [...document.querySelectorAll<HTMLFormElement>(`form[data-${attribute}]`)].map((form) => [
    form,
    form.getAttribute(`data-${attribute}`) ?? '',
  ])
}

export function valueOf(form: HTMLFormElement, name: string): string {
  const value = new FormData(form).get(name)
  return typeof value === 'string' ? value.trim() : ''
}
