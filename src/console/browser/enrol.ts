import { type PublicKeyCredentialCreationOptionsJSON, startRegistration } from '@simplewebauthn/browser'
import { signed } from './decide.ts'
import { post } from './exchange.ts'
import { formsWith, onSubmit, valueOf } from './forms.ts'
import { promptProblem } from './prompt-problems.ts'
import { renew, showEnrolled } from './renew.ts'

const NOTHING_ENROLLED = 'Nobody was enrolled; you can try again.'

/** The forms of the enrolment page: somebody vouches, then the passkey is made. */
export function bindEnrolment(): void {
  for (const [form, address] of formsWith('vouch')) {
    onSubmit(form, 'Waiting for a passkey…', async () => {
      const assertion = await signed(`${address}/options`, NOTHING_ENROLLED)
      if (typeof assertion === 'string') return assertion
      const answer = await post(address, { assertion: assertion.signed })
      if (answer.ok !== true) return answer.sentence ?? NOTHING_ENROLLED
      await renew()
      return undefined
    })
  }
  for (const [form, address] of formsWith('enrol')) {
    onSubmit(form, 'Waiting for your passkey…', async () => {
      const credentialName = valueOf(form, 'credentialName')
      if (credentialName === '') return 'Give the passkey a name.'
      const { options, sentence } = await post(`${address}/options`, {})
      if (options === undefined) return sentence ?? NOTHING_ENROLLED
      let attestation: object
      try {
        attestation = await startRegistration({ optionsJSON: options as PublicKeyCredentialCreationOptionsJSON })
      } catch (error) {
        return promptProblem(error, NOTHING_ENROLLED)
      }
      const answer = await post(`${address}/register`, { attestation, credentialName })
      if (answer.ok !== true) return answer.sentence ?? NOTHING_ENROLLED
      showEnrolled()
      return undefined
    })
  }
}
