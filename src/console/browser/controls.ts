import { announce } from './forms.ts'

/** The switch that shows a blind field, and the buttons that copy. */
export function bindControls(): void {
  for (const button of document.querySelectorAll<HTMLButtonElement>('[data-show]')) {
    button.addEventListener('click', () => {
      const field = document.querySelector<HTMLInputElement>(`#${button.dataset['show'] ?? ''}`)
      if (field === null) return
      const isShown = field.type === 'text'
      field.type = isShown ? 'password' : 'text'
      button.setAttribute('aria-pressed', String(!isShown))
    })
  }
  for (const button of document.querySelectorAll<HTMLButtonElement>('[data-copy]')) {
    button.hidden = false
    button.addEventListener('click', () => {
      const text = button.parentElement?.querySelector('pre')?.textContent ?? ''
      navigator.clipboard.writeText(text).then(
        () => announce('Copied.'),
        () => announce('The browser did not allow copying.'),
      )
    })
  }
}
