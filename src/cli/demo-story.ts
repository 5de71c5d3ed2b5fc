import { verifyAudit } from '../approval/audit.ts'
import type { AssistantClient, ToolAnswer } from '../mcp/client.ts'
import type { Sandbox } from '../sandbox/sandbox.ts'
import type { Context } from './context.ts'
import type { DemoApprover } from './demo-approver.ts'

export interface DemoStage {
  context: Context
  sandbox: Sandbox
  assistant: AssistantClient
  approver: DemoApprover
}

const EMAIL = 'alice@example.com'
const NEW_PHONE = '+1 202 555 0187'

/** One step: what is told, what is done, and what must then be true. Answers a problem, or undefined. */
interface Step {
  told: string
  play(stage: DemoStage, memory: Memory): Promise<string | undefined>
}

/** What a later step needs of an earlier one. */
interface Memory {
  token: string
  id: string
  deviceId: string
}

/** Plays every step in turn and stops at the first that did not do what it says. */
export async function tellStory(stage: DemoStage): Promise<number> {
  const { context } = stage
  const { print } = context
  const paint = context.paint.output
  const memory: Memory = { token: '', id: '', deviceId: '' }
  print(paint('bold', `A help desk's day, on a simulated PingOne tenant (${stage.sandbox.tenant.environmentName})`))
  for (const [index, step] of STEPS.entries()) {
    print('')
    print(paint('bold', `${index + 1}. ${step.told}`))
    context.status.show(`  step ${index + 1} of ${STEPS.length}…`)
    const problem = await step.play(stage, memory)
    if (problem !== undefined) {
      print(paint('red', `  ✗ ${problem}`))
      return 1
    }
    print(paint('green', '  ✓ checked against the tenant'))
  }
  print('')
  print(paint('bold', `All ${STEPS.length} steps did what they say. Nothing was sent to a real tenant.`))
  print('Next: `pingone-mfa-mcp connect` for your own tenant, or `demo --interactive` to be the approver yourself.')
  return 0
}

const STEPS: readonly Step[] = [
  {
    told: 'A person enrols as an approver, with a passphrase that the assistant never sees.',
    async play({ approver, context }) {
      await approver.enrol()
      const enrolled = await (await (await context.openApp()).approvers()).list()
      return expectThat(enrolled.length === 1, 'exactly one approver is enrolled')
    },
  },
  {
    told: 'The assistant checks the connection.',
    async play(stage) {
      const answer = await call(stage, 'check_connection')
      return expectThat(answer.structured['status'] === 'ok', 'all three health checks pass')
    },
  },
  {
    told: `It lists the MFA devices of ${EMAIL}.`,
    async play(stage) {
      const answer = await call(stage, 'list_mfa_devices', { email: EMAIL })
      const listed = devicesOf(stage).length
      return expectThat(listed === 3 && answer.structured['count'] === 3, 'the three devices of the tenant are listed')
    },
  },
  {
    told: 'Alice has lost her phone. The assistant asks for a reset.',
    async play(stage, memory) {
      const answer = await call(stage, 'reset_mfa_devices', {
        email: EMAIL,
        reason: 'Alice lost her phone on the train.',
      })
      remember(memory, answer)
      const isAsked = answer.structured['status'] === 'approval_required'
      return expectThat(isAsked && stage.sandbox.changes.length === 0, 'it is only asked for, and nothing has changed')
    },
  },
  {
    told: 'The assistant tries to carry it out without an approval.',
    async play(stage, { token }) {
      const answer = await call(stage, 'execute_approved_action', { token })
      const isRefused = answer.structured['status'] === 'approval_pending'
      return expectThat(isRefused && stage.sandbox.changes.length === 0, 'nothing has changed')
    },
  },
  {
    told: 'The person reads what will happen, and approves.',
    async play(stage, { id, token }) {
      await stage.approver.approve(id)
      const answer = await call(stage, 'check_approval', { token })
      const isApproved = answer.structured['status'] === 'approved'
      return expectThat(
        isApproved && stage.sandbox.changes.length === 0,
        'it is approved, and still nothing has changed',
      )
    },
  },
  {
    told: 'Now the assistant carries it out.',
    async play(stage, { token }) {
      const answer = await call(stage, 'execute_approved_action', { token })
      const removals = stage.sandbox.changes.filter((change) => change.action === 'device.remove').length
      const isDone = answer.structured['status'] === 'completed' && devicesOf(stage).length === 0
      return expectThat(isDone && removals === 3, 'the three devices are gone, each removed once')
    },
  },
  {
    told: 'It calls once more, as a client does that lost the answer.',
    async play(stage, { token }) {
      const answer = await call(stage, 'execute_approved_action', { token })
      const isReplayed = answer.structured['replayed'] === true
      return expectThat(
        isReplayed && stage.sandbox.changes.length === 3,
        'the recorded outcome comes back, and nothing was sent',
      )
    },
  },
  {
    told: `Alice has a new phone. The assistant asks to add ${NEW_PHONE}; the person sees the whole number and approves.`,
    async play(stage, memory) {
      const asked = await call(stage, 'add_sms_device', { email: EMAIL, phone: NEW_PHONE, nickname: 'New phone' })
      remember(memory, asked)
      await stage.approver.approve(memory.id)
      const answer = await call(stage, 'execute_approved_action', { token: memory.token })
      const [device] = devicesOf(stage)
      memory.deviceId = device?.id ?? ''
      const isPending = device?.status === 'ACTIVATION_REQUIRED' && devicesOf(stage).length === 1
      return expectThat(answer.structured['status'] === 'completed' && isPending, 'one device waits for its code')
    },
  },
  {
    told: 'Alice reads the code to the help desk. The approval of the addition covers this activation.',
    async play(stage, { deviceId }) {
      const otp = stage.sandbox.levers.otpOf(deviceId) ?? ''
      const answer = await call(stage, 'activate_mfa_device', { email: EMAIL, deviceId, otp })
      const isActive = devicesOf(stage)[0]?.status === 'ACTIVE'
      return expectThat(answer.structured['status'] === 'completed' && isActive, 'the device is active')
    },
  },
  {
    told: 'Everything that was asked, decided and done stands in one hash-chained audit log.',
    async play({ context }) {
      const { entries, head, broken } = await verifyAudit(await (await context.openApp()).store())
      context.print(`  ${entries} entries, head ${head}`)
      return expectThat(broken === undefined && entries > 10, 'the chain holds')
    },
  },
]

async function call(stage: DemoStage, name: string, args: Record<string, unknown> = {}): Promise<ToolAnswer> {
  const { print, paint, status } = stage.context
  const shown = JSON.stringify(args)
    .replace(/apv_[\w-]{6}[\w-]*/g, (token) => `${token.slice(0, 10)}…`)
    .replace(/"otp":"\d+"/, '"otp":"••••••"')
  print(paint.output('cyan', `  → ${name} ${shown}`))
  status.show('    …')
  const answer = await stage.assistant.call(name, args, (message) => status.show(`    … ${message}`))
  for (const line of answer.text.split('\n'))
    print(`    ${line.replace(/apv_[\w-]+/g, (token) => `${token.slice(0, 10)}…`)}`)
  return answer
}

function remember(memory: Memory, answer: ToolAnswer): void {
  const approval = answer.structured['approval'] as { token: string; id: string } | undefined
  memory.token = approval?.token ?? ''
  memory.id = approval?.id ?? ''
}

function devicesOf({ sandbox }: DemoStage) {
  return sandbox.state.devicesOf(EMAIL)
}

function expectThat(holds: boolean, what: string): string | undefined {
  return holds ? undefined : `This did not hold: ${what}.`
}
