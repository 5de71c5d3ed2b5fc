import { z } from 'zod'
import type { Access, Call, Reply, Route } from './call.ts'
import { parseBody, parseJson, VENDOR } from './call.ts'
import { actOnDevice } from './device-actions.ts'
import { createDevice } from './device-create.ts'
import { deviceView } from './device-view.ts'
import { list, ok } from './hal.ts'
import { invalidData, notFound, unsupportedMediaType } from './problems.ts'
import type { SandboxDevice, SandboxUser } from './records.ts'
import type { FilterRules } from './scim-filter.ts'
import { matches, parseFilter } from './scim-filter.ts'
import { USER, userOf } from './user-routes.ts'
import type { World } from './world.ts'
import { devicesInOrder, devicesOf, dropDevice, orderOf } from './world.ts'

const DEVICES = `${USER}/devices`
const DEVICE = `${DEVICES}/:deviceId`
const DEVICE_FILTERS: FilterRules = { status: ['eq'], type: ['eq'] }

function deviceOf(world: World, call: Call, access: Access): SandboxDevice {
  const user = userOf(world, call, access)
  const device = world.devices.get(call.params['deviceId'] ?? '')
  if (device === undefined || device.userId !== user.id) throw notFound()
  return device
}

function listDevices(world: World, call: Call, user: SandboxUser): Reply {
  const text = call.query.get('filter')
  const filter = text === null ? undefined : parseFilter(text, DEVICE_FILTERS)
  const found = devicesInOrder(world, user.id).filter(
    (device) =>
      filter === undefined || matches(filter, (attribute) => (attribute === 'status' ? device.status : device.type)),
  )
  const wantsOrder = (call.query.get('expand') ?? '').split(',').includes('order')
  const order = orderOf(world, user.id).map((id) => ({ id }))
  const views = found.map((device) => deviceView(world, call, device))
  return list(world, call, 'devices', views, wantsOrder ? { more: { order } } : {})
}

function setOrder(world: World, call: Call, user: SandboxUser): Reply {
  const { order } = parseBody(call, z.object({ order: z.array(z.object({ id: z.string() })) }))
  const wanted = order.map(({ id }) => id)
  const present = orderOf(world, user.id)
  const isAcceptable = new Set(wanted).size === wanted.length && wanted.every((id) => present.includes(id))
  if (!isAcceptable)
    throw invalidData('INVALID_VALUE', 'order', 'order names a device twice, or one that is not active')
  world.orders.set(user.id, [...wanted, ...present.filter((id) => !wanted.includes(id))])
  world.recordChange(call, 'order.set', { userId: user.id })
  return ok({ order: orderOf(world, user.id).map((id) => ({ id })) })
}

/** Forgets the order, and nothing else: every device stays. */
function removeOrder(world: World, call: Call, user: SandboxUser): Reply {
  const byAge = devicesOf(world, user.id)
    .filter((device) => device.status === 'ACTIVE')
    .toSorted((a, b) => a.createdAt - b.createdAt)
  world.orders.set(
    user.id,
    byAge.map(({ id }) => id),
  )
  world.recordChange(call, 'order.remove', { userId: user.id })
  return { status: 204 }
}

function removeDevice(world: World, call: Call, access: Access): Reply {
  const wasHere = world.removedDevices.has(call.params['deviceId'] ?? '')
  if (wasHere && world.knobs.deletedDeviceStatus === 204) return { status: 204 }
  const device = deviceOf(world, call, access)
  dropDevice(world, device)
  world.recordChange(call, 'device.remove', { userId: device.userId, deviceId: device.id })
  return { status: 204 }
}

function postDevices(world: World, call: Call, user: SandboxUser): Reply {
  if (call.contentType === 'application/json') return createDevice(world, call, user)
  if (call.contentType === `${VENDOR}devices.reorder+json`) return setOrder(world, call, user)
  throw unsupportedMediaType()
}

function deleteDevices(world: World, call: Call, user: SandboxUser): Reply {
  if (call.contentType !== `${VENDOR}devices.order.remove+json`) throw unsupportedMediaType()
  return removeOrder(world, call, user)
}

function rename(world: World, call: Call, device: SandboxDevice): Reply {
  const { nickname } = parseJson(call, z.object({ nickname: z.string().max(100) }))
  device.nickname = nickname === '' ? undefined : nickname
  device.updatedAt = world.now()
  world.recordChange(call, 'device.nickname', { userId: device.userId, deviceId: device.id })
  return ok(deviceView(world, call, device))
}

function requestLogs(world: World, call: Call, device: SandboxDevice): Reply {
  const { status } = parseJson(call, z.object({ status: z.literal('PENDING') }))
  world.recordChange(call, 'device.logs', { userId: device.userId, deviceId: device.id })
  return ok({ status })
}

/** PingOne: MFA User Devices. One URL and method means several things, told apart by the media type of the request. */
export function deviceRoutes(world: World): Route[] {
  const ofUser =
    (act: (world: World, call: Call, user: SandboxUser) => Reply): Route['handle'] =>
    (call, access) =>
      act(world, call, userOf(world, call, access))
  const ofDevice =
    (act: (world: World, call: Call, device: SandboxDevice) => Reply): Route['handle'] =>
    (call, access) =>
      act(world, call, deviceOf(world, call, access))
  const readOne = ofDevice((_world, call, device) => ok(deviceView(world, call, device)))
  return [
    { method: 'GET', path: DEVICES, need: 'device.read', handle: ofUser(listDevices) },
    { method: 'POST', path: DEVICES, need: 'device.write', handle: ofUser(postDevices) },
    { method: 'DELETE', path: DEVICES, need: 'device.write', handle: ofUser(deleteDevices) },
    { method: 'GET', path: DEVICE, need: 'device.read', handle: readOne },
    { method: 'POST', path: DEVICE, need: 'device.write', handle: ofDevice(actOnDevice) },
    {
      method: 'DELETE',
      path: DEVICE,
      need: 'device.write',
      handle: (call, access) => removeDevice(world, call, access),
    },
    { method: 'PUT', path: `${DEVICE}/nickname`, need: 'device.write', handle: ofDevice(rename) },
    { method: 'PUT', path: `${DEVICE}/logs`, need: 'device.write', handle: ofDevice(requestLogs) },
  ]
}
