import { type PublicKeyCredentialRequestOptionsJSON, startAuthentication } from '@simplewebauthn/browser'
import { post } from './exchange.ts'
import { formsWith, onSubmit, valueOf } from './forms.ts'
import { promptProblem } from './prompt-problems.ts'
import { renew } from './renew.ts'

const NOTHING_APPROVED = 'Nothing was approved; you can try again.'

/** The forms that decide, and the one that removes a passkey. */
export function bindDecisions(): void {
  for (const [form, id] of formsWith('approve')) {
    onSubmit(form, 'Waiting for your passkey…', async () => {
      const { code, problem } = typedCode()
      if (problem !== undefined) return problem
      return byPasskey(`/approvals/${id}/options`, `/approvals/${id}/approve`, code === undefined ? {} : { code })
    })
  }
  for (const [form, id] of formsWith('sign-in')) {
    onSubmit(form, 'One moment…', async () => {
      const { code, problem } = typedCode()
      if (problem !== undefined) return problem
      const body = { digest: valueOf(form, 'digest'), ...(code === undefined ? {} : { code }) }
      const answer = await post(`/approvals/${id}/sign-in`, body)
      if (answer.location === undefined) return answer.sentence ?? NOTHING_APPROVED
      location.assign(answer.location)
      return undefined
    })
  }
  for (const [form, id] of formsWith('deny')) {
    onSubmit(form, 'One moment…', async () => {
      const answer = await post(`/approvals/${id}/deny`, { reason: valueOf(form, 'reason') })
      if (answer.ok !== true) return answer.sentence ?? 'That was not possible.'
      await renew()
      return undefined
    })
  }
  for (const [form, address] of formsWith('remove')) {
    onSubmit(form, 'Waiting for a passkey…', () =>
      byPasskey(`${address}/options`, address, {}, 'Nothing was removed; you can try again.'),
    )
  }
}

/** Asks for a passkey and sends what it signed; why it did not work, or undefined. */
async function byPasskey(
  optionsPath: string,
  path: string,
  extra: object,
  unchanged = NOTHING_APPROVED,
): Promise<string | undefined> {
  const assertion = await signed(optionsPath, unchanged)
  if (typeof assertion === 'string') return assertion
  const answer = await post(path, { assertion: assertion.signed, ...extra })
  if (answer.ok !== true) return answer.sentence ?? unchanged
  await renew()
  return undefined
}

/** What a passkey signed, or why there is nothing, as a sentence. */
export async function signed(optionsPath: string, unchanged: string): Promise<{ signed: object } | string> {
  const { options, sentence } = await post(optionsPath, {})
  if (options === undefined) return sentence ?? unchanged
  try {
    return { signed: await startAuthentication({ optionsJSON: options as PublicKeyCredentialRequestOptionsJSON }) }
  } catch (error) {
    return promptProblem(error, unchanged)
  }
}

/** What stands in the page's one field for a code, where it has one. */
function typedCode(): { code?: string; problem?: string } {
  const field = document.querySelector<HTMLInputElement>('[name=code]')
  if (field === null) return {}
  const code = field.value.trim()
  const isRight = /^[0-9]{6,10}$/.test(code)
  field.setAttribute('aria-invalid', String(!isRight))
  if (isRight) return { code }
  field.focus()
  return { problem: 'Type the code that the user’s device received: 6 to 10 digits.' }
}
