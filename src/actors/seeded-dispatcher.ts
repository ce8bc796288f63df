import type { Clock, Simulation, TurnScheduler } from '../platform/index.ts'
import type { Cell } from './cell.ts'
import { Dispatcher } from './dispatcher.ts'

/** One slice in so many ends although cells are ready, so that promises and other nodes come between. */
const SLICE_ENDS_ONE_IN = 8

/**
 * The run queue of a system in a simulation: the seed chooses which ready cell goes next, one message at a
 * time, and when a slice ends. The order of one mailbox is never touched.
 */
export class SeededDispatcher extends Dispatcher {
  readonly #ready: Cell[] = []
  readonly #simulation: Simulation
  readonly #scheduler: TurnScheduler

  constructor(turns: TurnScheduler, clock: Clock, simulation: Simulation) {
    super(turns, clock)
    this.#scheduler = turns
    this.#simulation = simulation
  }

  override enqueue(cell: Cell): void {
    this.#ready.push(cell)
    this.wake()
  }

  override get waitingCells(): number {
    return this.#ready.length
  }

  override run(): void {
    const ready = this.#ready
    while (ready.length > 0) {
      const at = ready.length === 1 ? 0 : this.#simulation.choose(ready.length)
      const cell = ready[at] as Cell
      const last = ready.pop() as Cell
      if (last !== cell) ready[at] = last
      cell.system.observer?.turn(cell)
      cell.activateOnce()
      if (ready.length > 0 && this.#simulation.choose(SLICE_ENDS_ONE_IN) === 0) break
    }
    this.flush()
    if (ready.length === 0) this.sleep()
    else this.#scheduler.macrotask(this.runGuarded)
  }
}
