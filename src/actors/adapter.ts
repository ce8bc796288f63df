import { showAsPath } from './cell-path.ts'
import type { ActorRef } from './actor-ref.ts'
import { askCell } from './ask.ts'
import type { AskOptions } from './ask.ts'
import { FAILED, STOPPED, STOPPING } from './cell.ts'
import type { Cell } from './cell.ts'
import { roomOf } from './offer.ts'
import type { OfferOptions } from './offer.ts'
import { failCell } from './lifecycle.ts'
import type { WatchTarget, Watcher } from './watching.ts'

/**
 * A ref that translates what it gets and tells it to a cell; it lives and dies with that cell. A
 * translation that throws is a failure of the cell.
 */
export class Adapter implements ActorRef<unknown>, WatchTarget {
  readonly cell: Cell
  readonly #translate: (message: unknown) => unknown
  /** Its number on the wire, once it has crossed a link. */
  exportId = 0

  constructor(cell: Cell, translate: (message: unknown) => unknown) {
    this.cell = cell
    this.#translate = translate
  }

  /** nact finds the system of a reference by this. */
  get system(): { readonly name: string } {
    return this.cell.system
  }

  tell(message: unknown): void {
    const { cell } = this
    if ((cell.status & (STOPPING | STOPPED)) !== 0) {
      cell.tell(message)
      return
    }
    tellTranslated(cell, () => this.#translate(message))
  }

  ask<R>(build: (replyTo: ActorRef<R>) => unknown, options?: AskOptions): Promise<R> {
    return askCell<R>(this.cell, (replyTo) => this.#translate(build(replyTo)), options)
  }

  offer(message: unknown, options?: OfferOptions): Promise<void> {
    const { cell } = this
    if ((cell.status & (STOPPING | STOPPED)) !== 0) return cell.offer(message, options)
    const translated = translatedFor(cell, () => this.#translate(message))
    return translated === undefined ? Promise.resolve() : cell.offer(translated.message, options)
  }

  /** Puts a message from a link in a place that was reserved for it. */
  deliver(message: unknown): void {
    const { cell } = this
    const translated = translatedFor(cell, () => this.#translate(message))
    if (translated === undefined) roomOf(cell).release(1)
    else roomOf(cell).deliver(translated.message)
  }

  get path(): string {
    return this.cell.path
  }

  toString(): string {
    return this.path
  }

  addWatcher(key: object, watcher: Watcher): void {
    this.cell.addWatcher(key, watcher)
  }

  removeWatcher(key: object): void {
    this.cell.removeWatcher(key)
  }
}

showAsPath(Adapter.prototype)

/** Tells a cell what `translate` returns; what that throws is a failure of the cell. */
export function tellTranslated(cell: Cell, translate: () => unknown): void {
  const translated = translatedFor(cell, translate)
  if (translated !== undefined) cell.tell(translated.message)
}

function translatedFor(
  cell: Cell,
  translate: () => unknown,
): { readonly message: unknown } | undefined {
  try {
    return { message: translate() }
  } catch (error) {
    cell.system.ledger.sent++
    cell.system.failed(undefined, cell)
    // A cell that has failed already has its directive: it does not fail twice before that is carried out.
    if ((cell.status & FAILED) === 0) failCell(cell, error)
    else cell.system.publishFailureWhileStopping(cell, error)
    return undefined
  }
}
