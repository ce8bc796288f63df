import type { ActorRef } from './actor-ref.ts'
import { askVia } from './ask.ts'
import type { AskOptions } from './ask.ts'
import type { Cell } from './cell.ts'
import type { WatchTarget, Watcher } from './watching.ts'

/** A ref that translates what it gets and tells it to a cell; it lives and dies with that cell. */
export class Adapter implements ActorRef<unknown>, WatchTarget {
  readonly cell: Cell
  readonly #translate: (message: unknown) => unknown
  /** Its number on the wire, once it has crossed a link. */
  exportId = 0

  constructor(cell: Cell, translate: (message: unknown) => unknown) {
    this.cell = cell
    this.#translate = translate
  }

  tell(message: unknown): void {
    this.cell.tell(this.#translate(message))
  }

  ask<R>(build: (replyTo: ActorRef<R>) => unknown, options?: AskOptions): Promise<R> {
    return askVia(this.cell.system, this, build, options, this.cell.ext)
  }

  get path(): string {
    return this.cell.path
  }

  addWatcher(key: object, watcher: Watcher): void {
    this.cell.addWatcher(key, watcher)
  }

  removeWatcher(key: object): void {
    this.cell.removeWatcher(key)
  }
}
