import { dropApplication, setConfig, setSecret } from './applications.ts'
import type { SandboxApplication, SandboxGroup } from './directory.ts'
import { dropGroup } from './groups.ts'
import { existing, findUser } from './lookup.ts'
import type { NewApplication, NewGroup } from './new-records.ts'
import { createApplicationRecord, createGroupRecord, createUserRecord } from './new-records.ts'
import type { SandboxUser } from './records.ts'
import type { World } from './world.ts'

type GroupChange = Partial<Omit<SandboxGroup, 'id' | 'sequence'>>
interface ApplicationChange {
  /** Single fields of it; the others stay. */
  config?: Record<string, unknown>
  secret?: string
}

/** What others do to groups, applications and the number of people. A group or user is named by id, name or email. */
export interface DirectoryLevers {
  addGroup(group: NewGroup): SandboxGroup
  changeGroup(which: string, change: GroupChange): void
  removeGroup(which: string): void
  addMember(group: string, who: string): void
  removeMember(group: string, who: string): void
  addApplication(application: NewApplication): SandboxApplication
  changeApplication(which: string, change: ApplicationChange): void
  removeApplication(which: string): void
  /** So many more, `person.0001@example.com` and on, for lists that are long. */
  addPeople(count: number, given?: { populationId?: string }): SandboxUser[]
}

const GIVEN = ['Adaeze', 'Bruno', 'Chiara', 'Dilnoza', 'Emre', 'Freya', 'Goran', 'Hana', 'Ilse', 'Jomo', 'Keiko']
const FAMILY = ['Abara', 'Bianchi', 'Castro', 'Dogan', 'Eriksen', 'Fonseca', 'Grgic', 'Hoang', 'Ivanova']

function createPerson(world: World, index: number, populationId: string | undefined): SandboxUser {
  const username = `person.${String(index).padStart(4, '0')}`
  const name = { given: GIVEN[index % GIVEN.length] ?? '', family: FAMILY[index % FAMILY.length] ?? '' }
  return createUserRecord(world, { email: `${username}@example.com`, username, name, populationId })
}

export function createDirectoryLevers(world: World): DirectoryLevers {
  const groupOf = (which: string) =>
    existing(
      [...world.groups.values()].find(({ id, name }) => id === which || name === which),
      `group ${which}`,
    )
  const applicationOf = (which: string) =>
    existing(
      [...world.applications.values()].find(({ id, config }) => id === which || config.name === which),
      `application ${which}`,
    )
  const userIdOf = (who: string) => existing(findUser(world, who), `user ${who}`).id
  let people = 0
  return {
    addGroup: (group) => structuredClone(createGroupRecord(world, group)),
    changeGroup: (which, change) => {
      Object.assign(groupOf(which), { updatedAt: world.now() }, change)
    },
    removeGroup: (which) => dropGroup(world, groupOf(which)),
    addMember: (which, who) => {
      const group = groupOf(which)
      group.userIds = [...new Set([...group.userIds, userIdOf(who)])]
    },
    removeMember: (which, who) => {
      const group = groupOf(which)
      const userId = userIdOf(who)
      group.userIds = group.userIds.filter((id) => id !== userId)
    },
    addApplication: (application) => structuredClone(createApplicationRecord(world, application)),
    changeApplication: (which, { config, secret }) => {
      const application = applicationOf(which)
      if (config !== undefined) setConfig(world, application, { ...application.config, ...config })
      if (secret !== undefined) setSecret(world, application, secret)
    },
    removeApplication: (which) => dropApplication(world, applicationOf(which)),
    addPeople: (count, { populationId } = {}) => {
      const added = Array.from({ length: count }, () => createPerson(world, (people += 1), populationId))
      return structuredClone(added)
    },
  }
}
