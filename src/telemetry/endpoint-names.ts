import type { Observer, Work } from '../lib/observer.ts'

/** What PingOne's token endpoint is called; it is in no specification of endpoints. */
const TOKEN_TEMPLATE = '/{environmentID}/as/token'
/** For a path that no template fits. */
const UNKNOWN = 'other'

interface Branch {
  literals: Map<string, Branch>
  parameter?: Branch
  template?: string
}

/**
 * Names a path by the template that it was made from, so that there are as many names as endpoints and no id, email or
 * other value gets into one. A word of a template is preferred to a parameter that would take it.
 */
export function createEndpointNames(templates: Iterable<string>): (path: string) => string {
  const root: Branch = { literals: new Map() }
  for (const template of [...templates, TOKEN_TEMPLATE]) plant(root, template)
  return (path) => find(root, path.split('/').slice(1)) ?? UNKNOWN
}

function plant(root: Branch, template: string): void {
  let branch = root
  for (const segment of template.split('/').slice(1)) {
    if (segment.startsWith('{')) {
      branch = branch.parameter ??= { literals: new Map() }
      continue
    }
    const next: Branch = branch.literals.get(segment) ?? { literals: new Map() }
    branch.literals.set(segment, next)
    branch = next
  }
  branch.template ??= template
}

function find(branch: Branch, [segment, ...rest]: readonly string[]): string | undefined {
  if (segment === undefined) return branch.template
  const literal = branch.literals.get(segment)
  const found = literal === undefined ? undefined : find(literal, rest)
  return found ?? (branch.parameter === undefined ? undefined : find(branch.parameter, rest))
}

/** Work as it is recorded: a call to PingOne by its endpoint, without the path. */
export type RecordedWork = Exclude<Work, { kind: 'pingone' }> | PingOneAttempt

export interface PingOneAttempt {
  kind: 'pingone'
  method: string
  endpoint: string
  origin: string
}

export interface Recorder {
  begin(work: RecordedWork): ReturnType<Observer['begin']>
}

/** Keeps paths away from what records. */
export function withEndpointNames(recorder: Recorder, nameOf: (path: string) => string): Observer {
  return {
    begin(work) {
      if (work.kind !== 'pingone') return recorder.begin(work)
      const { kind, method, path, origin } = work
      return recorder.begin({ kind, method, endpoint: nameOf(path), origin })
    },
  }
}
