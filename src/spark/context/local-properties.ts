import { nodeAsyncLocal, type AsyncLocal } from '../../platform/index.ts'
import type { Properties } from '../events/index.ts'

type Values = Record<string, string>

/**
 * What jobs take along: set for the whole context, or for one asynchronous flow. A job has what is in force when its action is
 * called.
 */
export class LocalProperties {
  readonly #everywhere: Values = {}
  #flows: AsyncLocal<Values> | undefined
  #snapshot: Properties | undefined

  get(key: string): string | undefined {
    const values = this.#values()
    return Object.hasOwn(values, key) ? values[key] : undefined
  }

  /** `undefined` takes it away. */
  set(key: string, value: string | undefined): void {
    const values = this.#values()
    this.#snapshot = undefined
    if (value === undefined) Reflect.deleteProperty(values, key)
    else values[key] = value
  }

  /** All that is in force now; the same object as long as nothing changes. */
  snapshot(): Properties {
    const flow = this.#flows?.get()
    if (flow !== undefined) return { ...flow }
    return (this.#snapshot ??= { ...this.#everywhere })
  }

  /** Calls `run` with properties of its own, which begin as those in force with `changes`. */
  scoped<R>(changes: Properties, run: () => R): R {
    this.#flows ??= nodeAsyncLocal()
    return this.#flows.run({ ...this.#values(), ...changes }, run)
  }

  #values(): Values {
    return this.#flows?.get() ?? this.#everywhere
  }
}
