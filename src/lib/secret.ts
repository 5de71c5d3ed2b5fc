import { inspect } from 'node:util'

/**
 * A string that cannot be printed by accident: templates, `JSON.stringify`, `console.log` and `util.inspect` all show
 * bullets. `reveal()` is the only way in, and easy to search for.
 */
export class Secret {
  readonly #value: string

  constructor(value: string) {
    this.#value = value
  }

  reveal(): string {
    return this.#value
  }

  toString(): string {
    return '••••'
  }

  toJSON(): string {
    return '••••'
  }

  [inspect.custom](): string {
    return '••••'
  }
}
