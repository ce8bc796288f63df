import type { AnyRef } from '../actor-ref.ts'
import type { Adapter } from '../adapter.ts'
import type { AskPort } from '../ask.ts'
import { Cell, STOPPED } from '../cell.ts'
import { ActorNameError } from '../errors.ts'
import type { SystemCore } from '../system-core.ts'
import { GuardedExport } from './guarded-export.ts'
import type { LinkHub } from './hub.ts'
import { OneShot } from './one-shot.ts'
import type { RemoteRef } from './remote-ref.ts'

const MAX_ONE_SHOTS = 65_536

/**
 * Gives local actors, ask ports and adapters the numbers by which other sides reach them. A number
 * is never used twice; the entry ends with its actor.
 */
export class ExportTable {
  readonly #hub: LinkHub
  readonly #core: SystemCore
  readonly #adapters: Map<Cell, Adapter[]> = new Map()
  readonly #proxies: Map<RemoteRef, number> = new Map()
  /** Numbers given to ask ports of other links; the oldest first. */
  readonly #oneShots: Set<number> = new Set()

  constructor(hub: LinkHub) {
    this.#hub = hub
    this.#core = hub.core
  }

  /**
   * From now on an actor takes messages only over links that have proved `token`.
   * @throws TROUPE_ACTOR_NOT_LOCAL
   */
  guard(ref: AnyRef, token: string): void {
    if (!(ref instanceof Cell) || ref.system !== this.#core) {
      throw new ActorNameError(
        'TROUPE_ACTOR_NOT_LOCAL',
        `${this.#core.name} can't guard ${ref.path}: it is not an actor of this system; guard it where it lives`,
        { data: { system: this.#core.name, path: ref.path } },
      )
    }
    ref.ext.exported = true
    this.#core.exports.set(ref.id, new GuardedExport(this.#hub, ref, token))
  }

  /** The number of a cell; it stays reachable until it has terminated. */
  cell(cell: Cell): number {
    if ((cell.status & STOPPED) === 0 && cell.extension?.exported !== true) {
      cell.ext.exported = true
      this.#core.exports.set(cell.id, cell)
    }
    return cell.id
  }

  port(port: AskPort): number {
    if (port.exportId === 0 && !port.settled) {
      port.exportId = this.#core.nextId()
      this.#core.exports.set(port.exportId, port)
    }
    return port.exportId
  }

  adapter(adapter: Adapter): number {
    if (adapter.exportId === 0) {
      adapter.exportId = this.#core.nextId()
      if ((adapter.cell.status & STOPPED) !== 0) return adapter.exportId
      this.cell(adapter.cell)
      this.#core.exports.set(adapter.exportId, adapter)
      const known = this.#adapters.get(adapter.cell)
      if (known === undefined) this.#adapters.set(adapter.cell, [adapter])
      else known.push(adapter)
    }
    return adapter.exportId
  }

  /** A number of ours for an actor of another link, for those who can't reach it themselves. */
  proxy(ref: RemoteRef): number {
    const known = this.#proxies.get(ref)
    if (known !== undefined) return known
    const number = this.#core.nextId()
    this.#proxies.set(ref, number)
    this.#core.exports.set(number, ref)
    return number
  }

  /** A number of ours for an ask port of another link: good for one message. */
  oneShot(port: RemoteRef): number {
    const { exports } = this.#core
    const number = this.#core.nextId()
    const shot = new OneShot(port, () => {
      this.#oneShots.delete(number)
      exports.delete(number)
    })
    exports.set(number, shot)
    this.#oneShots.add(number)
    if (this.#oneShots.size > MAX_ONE_SHOTS) {
      // Asks that were never answered; they have ended by their deadlines long since.
      for (const oldest of this.#oneShots) {
        this.#oneShots.delete(oldest)
        exports.delete(oldest)
        break
      }
    }
    return number
  }

  /** An exported cell has terminated; its numbers, which all end now. */
  cellGone(cell: Cell): readonly number[] {
    const adapters = this.#adapters.get(cell) ?? []
    this.#adapters.delete(cell)
    const numbers = [cell.id]
    this.#core.exports.delete(cell.id)
    for (const adapter of adapters) {
      this.#core.exports.delete(adapter.exportId)
      numbers.push(adapter.exportId)
    }
    return numbers
  }

  /** The number under which `ref` was handed on ends; undefined if it never was. */
  proxyGone(ref: RemoteRef): number | undefined {
    const number = this.#proxies.get(ref)
    if (number === undefined) return undefined
    this.#proxies.delete(ref)
    this.#core.exports.delete(number)
    return number
  }
}
