import { Cell, STOPPED, STOPPING } from '../cell.ts'
import { receive } from '../behaviors.ts'
import { stopWithin } from '../children.ts'
import { restartCell, resumeCell } from '../lifecycle.ts'
import { findRegistered, isReady, loadModule } from '../registered.ts'
import type { RemoteParent } from '../remote-seam.ts'
import type { TerminationReason } from '../signals.ts'
import type { SpawnOptions } from '../spawn-options.ts'
import { spawnCell } from '../spawning.ts'
import type { Exported, SystemCore } from '../system-core.ts'
import type { Link } from './link.ts'

/** What the other side wants to have started here. */
export interface SpawnOrder {
  /** The number of the child's place in the tree there. */
  readonly near: number
  readonly path: string
  readonly name: string
  readonly module: string
  readonly props: unknown
  readonly options: SpawnOptions<never>
}

/** Messages that wait while the child's module is loaded. */
const MAX_WAITING = 65_536

/** An actor here whose parent is on the other side of a link. */
export class FarChild implements RemoteParent, Exported {
  readonly order: SpawnOrder
  readonly link: Link
  cell: Cell | undefined
  /** Messages that came while its module was loaded. */
  #waiting: unknown[] | undefined = []
  #whenStarted: (() => void)[] = []
  #isGone = false
  #isLoading = false
  #isStopAsked = false
  #isLeaseOver = false

  constructor(link: Link, order: SpawnOrder) {
    this.link = link
    this.order = order
    this.#start()
  }

  tell(message: unknown): void {
    if (this.cell !== undefined) this.cell.tell(message)
    else if (this.#waiting === undefined) this.#drop(message, 'stopped')
    else if (this.#waiting.length < MAX_WAITING) this.#waiting.push(message)
    else this.#drop(message, 'mailbox-full')
  }

  /** Calls `then` as soon as it has a mailbox. */
  whenStarted(then: () => void): void {
    if (this.cell === undefined) this.#whenStarted.push(then)
    else then()
  }

  failed(error: unknown): void {
    if (this.link.lostWith !== undefined) this.stop('kill')
    else this.link.control('failed', this.order.near, error)
  }

  terminated(reason: TerminationReason, error: unknown): void {
    if (this.#isGone) return
    this.#isGone = true
    this.link.children.removeFar(this.order.near)
    if (this.#isLeaseOver || this.#isSystemEnding()) {
      // Neither its parent nor itself wanted it to end: to its parent that is a loss.
      this.link.control('terminated', this.order.near, 'node-lost', undefined)
      return
    }
    this.link.control(
      'terminated',
      this.order.near,
      reason,
      reason === 'failed' ? error : undefined,
    )
  }

  restart(error: unknown): void {
    if (this.cell === undefined) this.#start()
    else restartCell(this.cell, error)
  }

  resume(): void {
    if (this.cell === undefined) this.#start()
    else resumeCell(this.cell)
  }

  stop(how: 'stop' | 'kill'): void {
    if (this.cell !== undefined) stopWithin(this.cell, how)
    else if (this.#isLoading && how === 'stop') this.#isStopAsked = true
    else {
      const waiting = this.#waiting ?? []
      this.#waiting = undefined
      for (const message of waiting) this.tell(message)
      this.terminated(how === 'kill' ? 'killed' : 'stopped', undefined)
    }
  }

  /** Its parent has been out of reach for too long. */
  leaseOver(): void {
    this.#isLeaseOver = true
    this.stop('kill')
  }

  #drop(message: unknown, reason: 'stopped' | 'mailbox-full'): void {
    const { near, path } = this.order
    this.#core.ledger.sent++
    this.#core.deadLetter(message, this.link.endedRef(-near, path), reason)
  }

  #isSystemEnding(): boolean {
    const guardian = this.cell?.parent
    return guardian !== undefined && (guardian.status & (STOPPING | STOPPED)) !== 0
  }

  get #core(): SystemCore {
    return this.link.hub.core
  }

  #start(): void {
    const { name, module } = this.order
    if (!this.link.isTrusted || isReady(name)) {
      this.#spawn()
      return
    }
    // A thread of this process: the module that registers the behavior is loaded when it is needed.
    this.#isLoading = true
    loadModule(this.#core.environment.modules, module).then(
      () => {
        this.#isLoading = false
        this.#spawn()
      },
      (error: unknown) => {
        this.#isLoading = false
        if (this.#isStopAsked) this.stop('stop')
        else this.failed(error)
      },
    )
  }

  #spawn(): void {
    if (this.#isGone) return
    const { name, props, path, near, options } = this.order
    try {
      const behavior = findRegistered(name)(props as never)
      const cell = spawnCell(remoteGuardian(this.#core), behavior, farName(path, near), options)
      this.cell = cell as unknown as Cell
      this.cell.ext.remoteParent = this
    } catch (error) {
      this.failed(error)
      return
    }
    const waiting = this.#waiting ?? []
    this.#waiting = undefined
    for (const message of waiting) this.tell(message)
    for (const then of this.#whenStarted.splice(0)) then()
    if (this.#isStopAsked) this.stop('stop')
  }
}

/** Unique, and tells where the parent is: `driver:user:job:task-3~57`. */
function farName(path: string, near: number): string {
  const readable = path.replace(/^troupe:\/\//, '').replaceAll(/[^A-Za-z0-9\-_.~@=+,!()]/g, ':')
  const tail = `~${String(near)}`
  return `p:${readable.slice(-(125 - tail.length))}${tail}`
}

/** Holds the actors that other nodes and threads have started here; their failures never reach it. */
function remoteGuardian(core: SystemCore): Cell {
  const known = core.facade.find('/system/remote')
  if (known instanceof Cell) return known
  const guardian = core.facade.spawnService<never>(
    receive((_message, ctx) => {
      ctx.unhandled()
    }),
    'remote',
  )
  return guardian as unknown as Cell
}
