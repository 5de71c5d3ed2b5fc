import { inputOf } from '../tools/input.ts'
import { email } from '../tools/params.ts'
import { goal } from './goal.ts'
import { definePrompt, type Prompt } from './prompt.ts'

/** Every prompt, in the order in which clients see them. */
export const PROMPTS: readonly Prompt[] = [
  definePrompt({
    name: 'lost_phone',
    title: 'A user has lost their phone',
    description: 'Finds out which MFA devices were on the phone, and asks a person to approve unpairing just those.',
    changes: true,
    input: inputOf({ email }),
    workflow: async (input) => (await import('./lost-phone.ts')).lostPhone(input),
  }),
  definePrompt({
    name: 'new_phone_number',
    title: 'A user has a new phone number',
    description: 'Pairs and activates the new number for codes by SMS; the old one goes only afterwards.',
    changes: true,
    input: inputOf({ email }),
    workflow: async (input) => (await import('./new-phone-number.ts')).newPhoneNumber(input),
  }),
  definePrompt({
    name: 'remove_one_device',
    title: 'Remove one MFA device',
    description: 'Finds the one device that is meant, and asks a person to approve unpairing it.',
    changes: true,
    input: inputOf({ email }),
    workflow: async (input) => (await import('./remove-one-device.ts')).removeOneDevice(input),
  }),
  definePrompt({
    name: 'start_over',
    title: 'Reset all MFA devices and enrol anew',
    description: 'Removes every MFA device of a user, once a person has approved it, and helps to enrol a new one.',
    changes: true,
    input: inputOf({ email }),
    workflow: async (input) => (await import('./start-over.ts')).startOver(input),
  }),
  definePrompt({
    name: 'connection_trouble',
    title: 'Trouble with the PingOne connection',
    description: 'Tests the connection to PingOne and says in plain words what is to be mended, and where.',
    changes: false,
    input: inputOf({}),
    workflow: async () => (await import('./connection-trouble.ts')).connectionTrouble(),
  }),
  definePrompt({
    name: 'find_endpoint',
    title: 'Find the PingOne endpoint for a goal',
    description: 'Finds the tool or the endpoint of the PingOne APIs that does what is wanted, and calls it safely.',
    changes: false,
    input: inputOf({ goal }),
    workflow: async (input, setting) => (await import('./find-endpoint.ts')).findEndpoint(input, setting),
  }),
]
