import type { Clock, TurnScheduler } from '../platform/index.ts'
import type { Cell } from './cell.ts'

/** Messages all actors together may handle before the event loop has its turn. */
const SLICE_MESSAGES = 65_536
/** Time after which the event loop has its turn, in ms; looked at every {@link CLOCK_EVERY} messages. */
const SLICE_MS = 5
const CLOCK_EVERY = 256

/**
 * The run queue of one system: cells with something to do, first come first served. It wakes by one
 * microtask and drains cells in batches until nothing is left or the slice is used up.
 */
export class Dispatcher {
  /** The cell whose handler is on the stack. */
  current: Cell | undefined = undefined
  /** Slices that have ended so far. */
  slices = 0
  #queue: (Cell | undefined)[] = new Array<Cell | undefined>(64).fill(undefined)
  #mask = 63
  #head = 0
  #tail = 0
  #awake = false
  /** Messages until the next look at the clock. */
  #untilClock = CLOCK_EVERY
  /** Messages left in the slice. */
  #left = SLICE_MESSAGES
  /** When it ends; 0 before the first look at the clock. */
  #endsAt = 0
  #atSliceEnd: (() => void)[] = []
  readonly #turns: TurnScheduler
  readonly #clock: Clock
  /** `run`, heard when it throws. */
  protected readonly runGuarded: () => void

  constructor(turns: TurnScheduler, clock: Clock) {
    this.#turns = turns
    this.#clock = clock
    this.runGuarded = () => {
      try {
        this.run()
      } catch (error) {
        // A bug of the runtime must be heard, and must not silence all other actors.
        this.current = undefined
        this.#turns.macrotask(this.runGuarded)
        throw error
      }
    }
  }

  enqueue(cell: Cell): void {
    if (this.#tail - this.#head > this.#mask) this.#grow()
    const tail = this.#tail
    this.#queue[tail & this.#mask] = cell
    this.#tail = tail + 1
    if (!this.#awake) {
      this.#awake = true
      this.#turns.microtask(this.runGuarded)
    }
  }

  /** Calls `fn` once when the running slice ends, or the next one if none runs. */
  atSliceEnd(fn: () => void): void {
    this.#atSliceEnd.push(fn)
    this.wake()
  }

  protected wake(): void {
    if (!this.#awake) {
      this.#awake = true
      this.#turns.microtask(this.runGuarded)
    }
  }

  /** The next cell that is ready calls for another microtask. */
  protected sleep(): void {
    this.#awake = false
  }

  get waitingCells(): number {
    return this.#tail - this.#head
  }

  run(): void {
    let untilClock = this.#untilClock
    while (this.#head !== this.#tail) {
      const head = this.#head
      const index = head & this.#mask
      const cell = this.#queue[index] as Cell
      this.#queue[index] = undefined
      this.#head = head + 1
      untilClock -= cell.activate()
      if (untilClock <= 0) {
        const isOver = this.#isSliceOver(CLOCK_EVERY - untilClock)
        untilClock = CLOCK_EVERY
        if (isOver) {
          this.#untilClock = CLOCK_EVERY
          this.flush()
          this.#turns.macrotask(this.runGuarded)
          return
        }
      }
    }
    this.#untilClock = untilClock
    this.#head = 0
    this.#tail = 0
    this.flush()
    if (this.#head === this.#tail) this.#awake = false
    else this.#turns.microtask(this.runGuarded)
  }

  /**
   * Looks at the clock, after so many messages. What actors tell each other by way of promises wakes the queue again
   * and again within one turn of the event loop: all of that is one slice. At worst the first after a pause ends early.
   */
  #isSliceOver(messages: number): boolean {
    const now = this.#clock.now()
    this.#left -= messages
    if (this.#endsAt === 0) this.#endsAt = now + SLICE_MS
    if (this.#left > 0 && now < this.#endsAt) return false
    this.#left = SLICE_MESSAGES
    this.#endsAt = 0
    return true
  }

  /** Calls what waits for the end of the slice. */
  protected flush(): void {
    this.slices++
    while (this.#atSliceEnd.length > 0) {
      const due = this.#atSliceEnd
      this.#atSliceEnd = []
      let done = 0
      try {
        for (const fn of due) {
          done++
          fn()
        }
      } finally {
        if (done < due.length) this.#atSliceEnd.push(...due.slice(done))
      }
    }
  }

  #grow(): void {
    const old = this.#queue
    const oldMask = this.#mask
    const size = this.#tail - this.#head
    const next = new Array<Cell | undefined>(old.length * 2).fill(undefined)
    for (let i = 0; i < size; i++) next[i] = old[(this.#head + i) & oldMask]
    this.#queue = next
    this.#mask = next.length - 1
    this.#head = 0
    this.#tail = size
  }
}
