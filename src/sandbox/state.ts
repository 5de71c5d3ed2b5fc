import { wholeApplication } from './applications.ts'
import type { SandboxApplication, SandboxGroup, SandboxPassword } from './directory.ts'
import { directGroupsOf } from './groups.ts'
import { findUser } from './lookup.ts'
import type { SandboxDevice, SandboxPopulation, SandboxUser } from './records.ts'
import type { DevicePolicy } from './settings.ts'
import type { World } from './world.ts'
import { devicesInOrder, orderOf } from './world.ts'

/** A look at the tenant as it is now. What is handed out are copies. */
export interface SandboxState {
  users(): SandboxUser[]
  /** By id, or the first one with this email. */
  user(who: string): SandboxUser | undefined
  /** What cannot be read through the API. */
  passwordOf(who: string): SandboxPassword | undefined
  /** In their order: active ones first, the default at the head. */
  devicesOf(who: string): SandboxDevice[]
  device(id: string): SandboxDevice | undefined
  orderOf(who: string): string[]
  populations(): SandboxPopulation[]
  groups(): SandboxGroup[]
  /** By id, or the first one with this name. */
  group(which: string): SandboxGroup | undefined
  /** Those that the user was put into. */
  groupsOf(who: string): SandboxGroup[]
  /** With their secrets. */
  applications(): SandboxApplication[]
  /** By id, or the first one with this name. */
  application(which: string): SandboxApplication | undefined
  policies(): DevicePolicy[]
}

export function createState(world: World): SandboxState {
  const idOf = (who: string): string => findUser(world, who)?.id ?? who
  const groups = () => [...world.groups.values()]
  const applications = () => [...world.applications.values()].map((each) => wholeApplication(world, each))
  return {
    users: () => structuredClone([...world.users.values()]),
    user: (who) => structuredClone(findUser(world, who)),
    passwordOf: (who) => structuredClone(world.passwords.get(idOf(who))),
    devicesOf: (who) => structuredClone(devicesInOrder(world, idOf(who))),
    device: (id) => structuredClone(world.devices.get(id)),
    orderOf: (who) => [...orderOf(world, idOf(who))],
    populations: () => structuredClone(world.populations),
    groups: () => structuredClone(groups()),
    group: (which) => structuredClone(groups().find(({ id, name }) => id === which || name === which)),
    groupsOf: (who) => structuredClone(directGroupsOf(world, idOf(who))),
    applications: () => structuredClone(applications()),
    application: (which) =>
      structuredClone(applications().find(({ id, config }) => id === which || config.name === which)),
    policies: () => structuredClone(world.policies),
  }
}
