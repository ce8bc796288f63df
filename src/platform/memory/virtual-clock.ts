import type { Timer } from '../clock.ts'
import type { Owner, Task } from './owner.ts'

interface Entry extends Timer, DueTimer {
  readonly dueMs: number
  readonly seq: number
  readonly background: boolean
  task: Task | undefined
  isCancelled: boolean
}

/** A timer whose time has come; it may still be cancelled until its task is claimed. */
export interface DueTimer {
  readonly owner: Owner
  /** Its task, to be run now; undefined if it was cancelled meanwhile. */
  claim(): Task | undefined
}

export interface TimerOptions {
  readonly background?: boolean
}

/**
 * Time that stands still until it is moved. Timers come due in the order of their due time, then of
 * their creation; whatever takes time in a simulation, such as bytes on their way, is a timer here.
 */
export class VirtualClock {
  #startWallMs: number
  readonly #world: Owner
  #nowMs = 0
  #nextSeq = 0
  #foreground = 0
  /**
   * A binary heap by (dueMs, seq). Cancelled entries stay until they surface, without their task.
   */
  readonly #heap: Entry[] = []

  constructor(startWallMs: number, world: Owner) {
    this.#startWallMs = startWallMs
    this.#world = world
  }

  now(): number {
    return this.#nowMs
  }

  wallNow(): number {
    return this.#startWallMs + this.#nowMs
  }

  /** Lets Unix time jump, as an administrator or NTP may; timers do not care. */
  shiftWall(byMs: number): void {
    this.#startWallMs += byMs
  }

  /** A timer that belongs to the world: it fires whatever becomes of the nodes. */
  setTimer(delayMs: number, fn: Task, options?: TimerOptions): Timer {
    return this.setTimerFor(this.#world, delayMs, fn, options)
  }

  /** A timer of `owner`; dropped with it. */
  setTimerFor(owner: Owner, delayMs: number, task: Task, options: TimerOptions = {}): Timer {
    const background = options.background === true
    const entry: Entry = {
      dueMs: this.#nowMs + (delayMs > 0 ? delayMs : 0),
      seq: this.#nextSeq++,
      owner,
      background,
      task: owner.isAlive ? task : undefined,
      isCancelled: false,
      cancel: () => {
        entry.isCancelled = true
        this.#forget(entry)
      },
      claim: () => {
        const claimed = entry.task
        this.#forget(entry)
        // A stopped process holds it up, and may cancel it before it runs.
        return claimed && (() => void (entry.isCancelled || claimed()))
      },
    }
    if (entry.task === undefined) return entry
    if (!background) this.#foreground += 1
    this.#push(entry)
    return entry
  }

  /** When the next timer is due; undefined when none is set. */
  nextDueMs(): number | undefined {
    return this.#peek()?.dueMs
  }

  /** Whether a timer of a living owner is set that was not marked as background. */
  hasForegroundTimers(): boolean {
    return this.#foreground > 0
  }

  /** Forgets all timers of an owner that has died. */
  drop(owner: Owner): void {
    for (const entry of this.#heap) if (entry.owner === owner) this.#forget(entry)
  }

  /** Whether a timer is due by now. */
  isDue(): boolean {
    const entry = this.#peek()
    return entry !== undefined && entry.dueMs <= this.#nowMs
  }

  /** Takes out the next timer that is due by now. */
  takeDue(): DueTimer | undefined {
    const entry = this.#peek()
    if (entry === undefined || entry.dueMs > this.#nowMs) return undefined
    this.#pop()
    return entry
  }

  /** How many timers of an owner are set. */
  pendingOf(owner: Owner): number {
    let count = 0
    for (const entry of this.#heap)
      if (entry.owner === owner && entry.task !== undefined) count += 1
    return count
  }

  /** Moves time on to `timeMs`; never back. */
  moveTo(timeMs: number): void {
    if (timeMs > this.#nowMs) this.#nowMs = timeMs
  }

  #forget(entry: Entry): void {
    if (entry.task === undefined) return
    entry.task = undefined
    if (!entry.background) this.#foreground -= 1
  }

  #peek(): Entry | undefined {
    for (;;) {
      const top = this.#heap[0]
      if (top === undefined || top.task !== undefined) return top
      this.#pop()
    }
  }

  #push(entry: Entry): void {
    const heap = this.#heap
    let at = heap.length
    heap.push(entry)
    while (at > 0) {
      const parentAt = (at - 1) >> 1
      const parent = heap[parentAt]
      if (parent === undefined || isBefore(parent, entry)) break
      heap[at] = parent
      at = parentAt
    }
    heap[at] = entry
  }

  #pop(): void {
    const heap = this.#heap
    const last = heap.pop()
    if (last === undefined || heap.length === 0) return
    let at = 0
    for (;;) {
      let childAt = 2 * at + 1
      let child = heap[childAt]
      if (child === undefined) break
      const right = heap[childAt + 1]
      if (right !== undefined && isBefore(right, child)) {
        childAt += 1
        child = right
      }
      if (isBefore(last, child)) break
      heap[at] = child
      at = childAt
    }
    heap[at] = last
  }
}

function isBefore(a: Entry, b: Entry): boolean {
  return a.dueMs < b.dueMs || (a.dueMs === b.dueMs && a.seq < b.seq)
}
