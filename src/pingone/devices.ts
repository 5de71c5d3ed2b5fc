import { z } from 'zod'
import { lazy } from '../lib/lazy.ts'
import type { PingOneCall } from '../lib/call.ts'
import { plainText } from '../lib/text.ts'
import { cleanNickname } from './answer-text.ts'
import { deviceLabel } from './device-label.ts'
import type { Connection } from './endpoint.ts'
import { environmentPath } from './environments.ts'
import { isNotFound, restated } from './errors.ts'
import { readAllPages } from './pages.ts'
import type { PingOneClient } from './request.ts'
import { resourceId } from './resource-id.ts'

export interface Device {
  id: string
  /** `SMS`, `EMAIL`, `TOTP`, `FIDO2` …; PingOne has more, and may get more. */
  type: string
  /** `ACTIVE` or `ACTIVATION_REQUIRED`. Blocked and locked are no statuses. */
  status: string
  /** Masked, for people and models. */
  label: string
  /** One line, contact data in it masked. */
  nickname?: string
  /** In full: never for the model. */
  phone?: string
  /** In full: never for the model. */
  email?: string
  blocked: boolean
  locked: boolean
  createdAt: string
  updatedAt?: string
}

/** A device as every device endpoint answers it, the creating and the activating one too. */
export const deviceSchema = lazy((): z.ZodType<Device> => {
  const shown = z.string().transform((text) => plainText(text, 60))
  const state = z.looseObject({ status: z.string().optional() }).nullish()
  return z
    .looseObject({
      id: resourceId(),
      type: shown,
      status: shown,
      nickname: z.string().nullish(),
      phone: z.string().nullish(),
      email: z.string().nullish(),
      block: state,
      lock: state,
      createdAt: shown,
      updatedAt: shown.nullish(),
    })
    .transform((record) => {
      const { id, type, status, createdAt, updatedAt } = record
      const nickname = record.nickname ? cleanNickname(record.nickname) : ''
      const phone = record.phone ? plainText(record.phone, 60) : undefined
      const email = record.email ? plainText(record.email, 320) : undefined
      return {
        id,
        type,
        status,
        label: deviceLabel({ type, phone, email }),
        ...(nickname === '' ? {} : { nickname }),
        ...(phone === undefined ? {} : { phone }),
        ...(email === undefined ? {} : { email }),
        blocked: record.block?.status === 'BLOCKED',
        locked: record.lock?.status === 'LOCKED',
        createdAt,
        ...(updatedAt ? { updatedAt } : {}),
      }
    })
})

const DEVICES = '/users/{userID}/devices'
const DEVICE = '/users/{userID}/devices/{deviceID}'

/** PingOne: READ All MFA User Devices (it takes no limit). USER_NOT_FOUND where the user is gone. */
export async function listDevices(client: PingOneClient, userId: string, signal?: AbortSignal): Promise<Device[]> {
  const path = environmentPath(client.connection, DEVICES, { userID: userId })
  try {
    return await readAllPages(client, { path, list: 'devices', item: deviceSchema(), signal })
  } catch (error) {
    if (!isNotFound(error)) throw error
    throw restated(error, { code: 'USER_NOT_FOUND', message: 'PingOne has no user with this id' })
  }
}

/** PingOne: READ One MFA User Device. DEVICE_NOT_FOUND where the user has no device with this id. */
export async function readDevice(
  client: PingOneClient,
  userId: string,
  deviceId: string,
  signal?: AbortSignal,
): Promise<Device> {
  const path = environmentPath(client.connection, DEVICE, { userID: userId, deviceID: deviceId })
  try {
    const { data } = await client.request({ method: 'GET', path, schema: deviceSchema(), signal })
    return data
  } catch (error) {
    if (!isNotFound(error)) throw error
    throw restated(error, {
      code: 'DEVICE_NOT_FOUND',
      message: 'The user has no MFA device with this id',
      next: 'List the devices of the user (list_mfa_devices) and take an id from there.',
    })
  }
}

type InEnvironment = Pick<Connection, 'environmentId'>

/** PingOne: DELETE MFA User Device. One device: the collection's DELETE only clears the order. */
export function removeDeviceCall(connection: InEnvironment, device: { userId: string; deviceId: string }): PingOneCall {
  return { method: 'DELETE', path: devicePath(connection, device) }
}

/**
 * PingOne: Create MFA User Device (SMS), `phone` in E.164. Without the status PingOne would make it ACTIVE at once when
 * a worker application asks, and send no code.
 */
export function createSmsDeviceCall(
  connection: InEnvironment,
  device: { userId: string; phone: string; nickname?: string | undefined },
): PingOneCall {
  const { userId, phone, nickname } = device
  return {
    method: 'POST',
    path: environmentPath(connection, DEVICES, { userID: userId }),
    contentType: 'application/json',
    body: { type: 'SMS', phone, status: 'ACTIVATION_REQUIRED', ...(nickname === undefined ? {} : { nickname }) },
  }
}

/** PingOne: ACTIVATE MFA User Device. The media type is what makes this POST an activation. */
export function activateDeviceCall(
  connection: InEnvironment,
  device: { userId: string; deviceId: string; otp: string },
): PingOneCall {
  return {
    method: 'POST',
    path: devicePath(connection, device),
    contentType: 'application/vnd.pingidentity.device.activate+json',
    body: { otp: device.otp },
  }
}

function devicePath(connection: InEnvironment, device: { userId: string; deviceId: string }): string {
  return environmentPath(connection, DEVICE, { userID: device.userId, deviceID: device.deviceId })
}
