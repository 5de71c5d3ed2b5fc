import type { Rehearsal } from '../e2e/rehearsal.ts'
import type { Scene } from './scene.ts'

/** Every page of the console, and how to get there. */
export interface PageCase {
  name: string
  /** What its main heading says. */
  heading: RegExp
  /** The page's address, once the scene is set for it. */
  address(scene: Scene): Promise<string>
}

const ALICE = 'alice@example.com'
const REASON = 'Alice says that her phone was stolen on the train, and wants to start over.'

async function asked(scene: Scene, tool = 'reset_mfa_devices', email = ALICE): Promise<string> {
  return (await scene.ask(tool, { email, reason: REASON })).approveAt
}

async function approvedThen(
  scene: Scene,
  act: (asked: { id: string; token: string }) => Promise<unknown>,
): Promise<string> {
  const { id, token, approveAt } = await scene.ask('reset_mfa_devices', { email: ALICE, reason: REASON })
  await scene.program.enrol('Paul', 'paul.approver@example.com')
  const result = await scene.program.approve(id, { by: 'Paul' })
  if (!result.approved) throw new Error(result.why)
  await act({ id, token })
  return approveAt
}

const section = (path: string) => async (scene: Scene) => {
  const address = await asked(scene)
  await scene.letIn()
  return new URL(path, address).href
}

/** Something in every list: one approval each that was carried out, denied and is waiting. */
async function withPast(scene: Scene): Promise<void> {
  const { program, ask } = scene
  await approvedThen(scene, ({ token }) => program.call('execute_approved_action', { token }))
  const { id } = await ask('reset_mfa_devices', { email: 'dave@example.com', reason: REASON })
  await program.deny(id, 'Dave is on holiday')
}

const withPastAt = (path: string) => async (scene: Scene) => {
  await withPast(scene)
  const { approveAt } = await scene.ask('unpair_mfa_device', {
    email: 'bob@example.com',
    deviceId: await firstDeviceOf(scene.program, 'bob@example.com'),
  })
  await scene.letIn()
  return new URL(path, approveAt).href
}

async function firstDeviceOf(program: Rehearsal, email: string): Promise<string> {
  const [device] = program.sandbox.state.devicesOf(email)
  if (device === undefined) throw new Error(`${email} has no device`)
  return device.id
}

export const PAGES: readonly PageCase[] = [
  { name: 'an approval that waits', heading: /^Remove all 3 MFA devices of alice/, address: (scene) => asked(scene) },
  {
    name: 'an approval that needs a code',
    heading: /^Activate /,
    async address(scene) {
      const email = 'erin@example.com'
      const { id } = scene.program.sandbox.levers.addDevice(email, {
        type: 'SMS',
        phone: '+12025550170',
        status: 'ACTIVATION_REQUIRED',
      })
      return (await scene.ask('activate_mfa_device', { email, deviceId: id, reason: REASON })).approveAt
    },
  },
  {
    name: 'an approval of an endpoint change',
    heading: /./,
    address: async (scene) =>
      (
        await scene.ask('change_endpoint', {
          endpoint: 'PUT /environments/{environmentID}/users/{userID}/enabled',
          path: { userID: scene.program.sandbox.state.user(ALICE)?.id },
          body: { enabled: false },
          reason: REASON,
        })
      ).approveAt,
  },
  {
    name: 'an approval that was given',
    heading: /^Remove all 3 MFA devices of alice/,
    address: (scene) => approvedThen(scene, async () => undefined),
  },
  {
    name: 'an approval that was carried out',
    heading: /^Remove all 3 MFA devices of alice/,
    address: (scene) => approvedThen(scene, ({ token }) => scene.program.call('execute_approved_action', { token })),
  },
  {
    name: 'an approval that was denied',
    heading: /^Remove all 3 MFA devices of alice/,
    async address(scene) {
      const { id, approveAt } = await scene.ask('reset_mfa_devices', { email: ALICE, reason: REASON })
      await scene.program.deny(id, 'Nobody called')
      return approveAt
    },
  },
  { name: 'what waits', heading: /One approval is waiting/, address: section('/approvals') },
  { name: 'the history', heading: /^History/, address: withPastAt('/approvals/history') },
  { name: 'the audit log', heading: /^Audit log/, address: withPastAt('/approvals/audit') },
  { name: 'the approvers', heading: /^Approvers/, address: withPastAt('/approvals/approvers') },
  { name: 'the explorer', heading: /^Endpoints/, address: section('/approvals/endpoints') },
  {
    name: 'what the explorer found',
    heading: /^Endpoints/,
    address: section('/approvals/endpoints?q=unlock+a+device'),
  },
  { name: 'one endpoint', heading: /./, address: section('/approvals/endpoints/management.users.create') },
  { name: 'the connection', heading: /^Connection/, address: section('/approvals/connection') },
  { name: 'the connection, checked', heading: /^Connection/, address: section('/approvals/connection?check=now') },
  {
    name: 'a console that is not open yet',
    heading: /not open in this browser yet$/,
    address: async (scene) => new URL('/approvals', await asked(scene)).href,
  },
  {
    name: 'an address where nothing is',
    heading: /^There is nothing at this address/,
    address: async (scene) => new URL('/approvals/none', await asked(scene)).href,
  },
]
