import { activateMfaDevice } from './activate-mfa-device.ts'
import { addSmsDevice } from './add-sms-device.ts'
import { checkApproval } from './check-approval.ts'
import { checkConnection } from './check-connection.ts'
import { executeApprovedAction } from './execute-approved-action.ts'
import { listMfaDevices } from './list-mfa-devices.ts'
import { resetMfaDevices } from './reset-mfa-devices.ts'
import type { Tool } from './tool.ts'
import { unpairMfaDevice } from './unpair-mfa-device.ts'

/** Every tool, in the order in which clients see them. */
export const TOOLS: readonly Tool[] = [
  checkConnection,
  listMfaDevices,
  addSmsDevice,
  activateMfaDevice,
  unpairMfaDevice,
  resetMfaDevices,
  checkApproval,
  executeApprovedAction,
]
