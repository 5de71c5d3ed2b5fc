import { activateMfaDevice } from './activate-mfa-device.ts'
import { addSmsDevice } from './add-sms-device.ts'
import { changeEndpoint } from './change-endpoint.ts'
import { checkApproval } from './check-approval.ts'
import { checkConnection } from './check-connection.ts'
import { describeEndpoint } from './describe-endpoint.ts'
import { executeApprovedAction } from './execute-approved-action.ts'
import { listMfaDevices } from './list-mfa-devices.ts'
import { readEndpoint } from './read-endpoint.ts'
import { resetMfaDevices } from './reset-mfa-devices.ts'
import { searchEndpoints } from './search-endpoints.ts'
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
  searchEndpoints,
  describeEndpoint,
  readEndpoint,
  changeEndpoint,
  checkApproval,
  executeApprovedAction,
]
