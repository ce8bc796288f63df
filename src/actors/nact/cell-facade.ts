import type { AskPort } from '../ask.ts'
import { askVia, terminatedError } from '../ask.ts'
import { STOPPED, STOPPING } from '../cell.ts'
import type { Cell } from '../cell.ts'
import { AskError, SystemError } from '../errors.ts'
import { requestStop, restartCell } from '../lifecycle.ts'
import { slowTell } from '../mailbox.ts'
import type { NactLinks } from './nact-links.ts'
import type { NactActor, NactChildren, NactParent, NactPath, NactSystem } from './nact-types.ts'
import { NactError } from './errors.ts'

/**
 * A cell as nact sees it: what its `dispatch`, `query` and `stop` act on, and a parent for its actors. Made when
 * nact first asks for the cell; the cell itself is the reference.
 */
export class CellFacade implements NactParent {
  readonly cell: Cell
  readonly #links: NactLinks

  constructor(cell: Cell, links: NactLinks) {
    this.cell = cell
    this.#links = links
  }

  get system(): NactSystem {
    return this.#links.nact
  }

  get reference(): Cell {
    return this.cell
  }

  get name(): string {
    return this.cell.name
  }

  get path(): NactPath {
    return this.#links.pathOf(this.cell)
  }

  get children(): NactChildren {
    return this.#links.childrenOf(this.cell)
  }

  get stopped(): boolean {
    return (this.cell.status & (STOPPING | STOPPED)) !== 0
  }

  /** Once the cell has stopped this is a dead letter, as with `tell`. */
  dispatch(message: unknown, sender?: unknown): void {
    slowTell(this.cell, message, this.#links.refOf(sender))
  }

  query(message: unknown, timeoutMs: number): Promise<unknown> {
    const { cell } = this
    if (this.stopped) return Promise.reject(terminatedError(cell.path))
    let port: AskPort | undefined
    const target = {
      path: cell.path,
      tell: (asked: unknown): void => {
        if (!slowTell(cell, asked, port)) port?.fail(refused(cell))
      },
      ask: <R>(): Promise<R> => Promise.reject(refused(cell)),
      offer: (): Promise<void> => Promise.reject(refused(cell)),
    }
    return askVia<unknown>(
      cell.system,
      target,
      (replyTo) => {
        port = replyTo as AskPort
        return typeof message === 'function'
          ? (message as (replyTo: unknown) => unknown)(replyTo)
          : message
      },
      { timeoutMs },
      cell.ext,
    )
  }

  stop(): void {
    requestStop(this.cell, 'stop')
  }

  reset(): void {
    const error = new NactError(
      'TROUPE_NACT_RESET',
      `the nact parent of ${this.cell.path} has reset it`,
      { data: { path: this.cell.path } },
    )
    restartCell(this.cell, this.cell.extension?.failure ?? error)
  }

  /** @throws TROUPE_ACTOR_STOPPING */
  assertNotStopped(): true {
    if (!this.stopped) return true
    throw new SystemError(
      'TROUPE_ACTOR_STOPPING',
      `${this.cell.path} is stopping and takes no nact children`,
      { data: { parent: this.cell.path } },
    )
  }

  childSpawned(child: NactActor): void {
    this.assertNotStopped()
    this.#links.adopt(child, this.cell)
  }

  childStopped(child: NactActor): void {
    this.#links.released(child)
  }

  /** A nact child has escalated: an ordinary failure of that child. */
  handleFault(_message: unknown, _sender: unknown, error: unknown, child: unknown): void {
    this.#links.failed(child, error)
  }
}

/** The parent of nact's top-level actors: the guardian of `/user`, whose stop is that of the system. */
export class GuardianFacade extends CellFacade {
  override stop(): void {
    void this.cell.system.facade.terminate()
  }
}

function refused(cell: Cell): AskError {
  return new AskError(
    'TROUPE_ASK_REFUSED',
    `${cell.path} did not take the query: its mailbox is full (${String(cell.options.capacity)} messages)`,
    { data: { path: cell.path, capacity: cell.options.capacity } },
  )
}
