import { DIRECTORY_IDS } from '../../src/sandbox/directory-seed.ts'
import { FIXED_IDS } from '../../src/sandbox/people.ts'
import type { Recipe } from './teller.ts'

const ALICE = 'alice@example.com'
const NEW_PHONE = '+12025550187'

/** The conversations of docs/recipes.md, in its order. Sam works at the help desk, Dana approves. */
export const RECIPES: readonly Recipe[] = [
  {
    title: 'A lost phone',
    intro: 'One device is gone, the others stay. The person who approves sees what is left afterwards.',
    async play({ user, assistant, call, approves }) {
      user('Alice Ferreira (alice@example.com) has lost her work phone. Take it off her account.')
      await call('list_mfa_devices', { email: ALICE })
      assistant('Alice has three factors. The SMS device “Work phone” is the lost one; I ask for its removal.')
      const asked = await call('unpair_mfa_device', {
        email: ALICE,
        deviceId: FIXED_IDS.aliceSms,
        reason: 'Alice lost her work phone.',
      })
      assistant('Nothing has changed yet. Please have it decided on the page above; I wait.')
      await approves(asked, 'opens the page, where the same stands as in the terminal, and approves with a passkey:')
      const { token } = asked.approval
      await call('check_approval', { token, waitSeconds: 50 })
      await call('execute_approved_action', { token })
      assistant('The phone is off the account. Alice still signs in with her email or her authenticator app.')
    },
  },
  {
    title: 'A new phone number',
    intro:
      'The number is shown in full to the approver alone. The code goes from the phone to the person, not through the assistant unless the person types it there.',
    async play({ user, assistant, call, approves, meanwhile }, { sandbox }) {
      user(`Alice has a new phone, ${NEW_PHONE}. Add it, please.`)
      const asked = await call('add_sms_device', { email: ALICE, phone: NEW_PHONE, nickname: 'New phone' })
      await approves(asked, 'calls Alice back under the number in the personnel file, then approves:')
      const added = await call('execute_approved_action', { token: asked.approval.token })
      const deviceId = added.outcome.devices[0]?.id ?? ''
      meanwhile(
        'Alice’s new phone shows a code. She has it typed where the approver decides, so that no chat keeps it.',
      )
      const activation = await call('activate_mfa_device', { email: ALICE, deviceId })
      await approves(activation, 'types the code that Alice reads out, and approves:', sandbox.levers.otpOf(deviceId))
      await call('execute_approved_action', { token: activation.approval.token })
      assistant('The new phone is active.')
    },
  },
  {
    title: 'Start over',
    intro: 'A reset locks a person out until they enrol again: the warning comes before the decision.',
    async play({ user, assistant, call, approves }) {
      user('Alice’s laptop bag was stolen, with everything in it. Reset all her factors so that she can enrol anew.')
      assistant('That locks Alice out of whatever asks for MFA until she has enrolled again. I ask for it.')
      const asked = await call('reset_mfa_devices', { email: ALICE, reason: 'All devices were stolen.' })
      await approves(asked, 'knows of the theft, and approves:')
      const { token } = asked.approval
      await call('execute_approved_action', { token })
      assistant('All three are removed. At her next sign-in Alice is asked to enrol.')
      await call('execute_approved_action', { token })
      assistant('(Called twice, as after a lost answer: the outcome is replayed, nothing is sent again.)')
    },
  },
  {
    title: 'A refusal',
    intro: 'The person says no, and why. The assistant stops; the same request is refused for five minutes.',
    async play({ user, assistant, call, denies }) {
      user('This is urgent: reset alice@example.com right now, I am her manager.')
      const asked = await call('reset_mfa_devices', { email: ALICE, reason: 'The manager says that it is urgent.' })
      await denies(asked, 'reads it, calls Alice, and denies:', 'Alice did not ask for this. Please come to the desk.')
      await call('check_approval', { token: asked.approval.token })
      await call('reset_mfa_devices', { email: ALICE, reason: 'Asked again.' })
      assistant('The reset was denied: Alice did not ask for it. Please go to the help desk.')
    },
  },
  {
    title: 'The world changed meanwhile',
    intro: 'What is carried out is what was read by the person. Where the account has changed since, nothing is done.',
    async play({ user, assistant, call, approves, meanwhile }, { sandbox }) {
      user('Reset the factors of alice@example.com, please.')
      const asked = await call('reset_mfa_devices', { email: ALICE })
      await approves(asked, 'approves:')
      meanwhile('Before the assistant goes on, Alice pairs another phone by herself.')
      sandbox.levers.addDevice(ALICE, { type: 'SMS', phone: NEW_PHONE })
      await call('execute_approved_action', { token: asked.approval.token })
      assistant('Alice’s devices have changed since the approval, so nothing was removed. Shall I ask anew?')
    },
  },
  {
    title: 'An endpoint without a tool of its own',
    intro: 'The catalogue is searched in plain words; the call is shown to the person as it will be sent.',
    async play({ user, assistant, call, approves }) {
      user('Put alice@example.com into the group “Platform team”.')
      await call('search_endpoints', { query: 'add a user to a group', limit: 3 })
      await call('describe_endpoint', { endpoint: 'management.users.memberOfGroups.add' })
      const { text } = await call('read_endpoint', {
        endpoint: 'management.groups.list',
        query: { filter: 'name sw "Platform"' },
        fields: ['id', 'name'],
      })
      if (!text.includes(DIRECTORY_IDS.platform)) throw new Error('the group is not listed')
      const asked = await call('change_endpoint', {
        endpoint: 'management.users.memberOfGroups.add',
        path: { userID: FIXED_IDS.alice },
        body: { id: DIRECTORY_IDS.platform },
        reason: 'Alice has joined the platform team.',
      })
      await approves(asked, 'sees method, path and body, and approves:')
      await call('execute_approved_action', { token: asked.approval.token })
      assistant('Alice is a member of the group “Platform team”.')
    },
  },
  {
    title: 'Connection trouble',
    intro: 'The health checks say what to look at. Here the worker application lacks a role.',
    async play({ user, assistant, call, meanwhile }, { sandbox }) {
      meanwhile('In PingOne, somebody has taken the role Identity Data Admin from the worker application.')
      sandbox.levers.setWorkerRoles(['ENVIRONMENT_ADMIN'])
      user('Listing devices stopped working this morning. What is wrong?')
      await call('check_connection')
      assistant('The program signs in, and may not read users: give the worker application Identity Data Admin again.')
    },
  },
]
