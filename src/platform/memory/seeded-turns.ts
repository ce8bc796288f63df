import type { Owner, Task } from './owner.ts'
import { TaskLine } from './task-line.ts'
import type { Execute, TurnQueues } from './turn-queues.ts'
import type { DueTimer, VirtualClock } from './virtual-clock.ts'

/** What one owner, an event loop of its own, has to do. */
class Loop {
  readonly owner: Owner
  readonly microtasks: TaskLine<Task> = new TaskLine()
  readonly due: TaskLine<DueTimer> = new TaskLine()
  readonly macrotasks: TaskLine<Task> = new TaskLine()
  isReady = false

  constructor(owner: Owner) {
    this.owner = owner
  }

  get isEmpty(): boolean {
    return this.microtasks.size + this.due.size + this.macrotasks.size === 0
  }
}

/**
 * Each owner is an event loop of its own, which keeps its order (own microtasks to the last, timers that are
 * due, macrotasks); whose turn it is among those that have something to do is chosen by the seed.
 */
export class SeededTurns implements TurnQueues {
  readonly #clock: VirtualClock
  readonly #choose: (count: number) => number
  readonly #loops: Map<Owner, Loop> = new Map()
  readonly #ready: Loop[] = []

  constructor(clock: VirtualClock, choose: (count: number) => number) {
    this.#clock = clock
    this.#choose = choose
  }

  microtask(owner: Owner, task: Task): void {
    this.#wake(owner).microtasks.push(task)
  }

  macrotask(owner: Owner, task: Task): void {
    this.#wake(owner).macrotasks.push(task)
  }

  isRunnable(): boolean {
    return this.#ready.length > 0 || this.#clock.isDue()
  }

  runNext(execute: Execute): boolean {
    for (let due = this.#clock.takeDue(); due !== undefined; due = this.#clock.takeDue()) {
      this.#wake(due.owner).due.push(due)
    }
    const ready = this.#ready
    if (ready.length === 0) return false
    const at = ready.length === 1 ? 0 : this.#choose(ready.length)
    const loop = ready[at] as Loop
    this.#run(loop, execute)
    if (loop.isEmpty) {
      // The loop may have moved: a task can wake others, but takes none away.
      const last = ready.pop() as Loop
      if (last !== loop) ready[at] = last
      loop.isReady = false
      if (!loop.owner.isAlive) this.#loops.delete(loop.owner)
    }
    return true
  }

  #run(loop: Loop, execute: Execute): void {
    const { owner, microtasks } = loop
    if (microtasks.size > 0) {
      for (let task = microtasks.shift(); task !== undefined; task = microtasks.shift()) {
        execute(owner, task, true)
      }
      return
    }
    const due = loop.due.shift()
    const task = due === undefined ? loop.macrotasks.shift() : due.claim()
    if (task !== undefined) execute(owner, task, false)
  }

  #wake(owner: Owner): Loop {
    let loop = this.#loops.get(owner)
    if (loop === undefined) {
      loop = new Loop(owner)
      this.#loops.set(owner, loop)
    }
    if (!loop.isReady) {
      loop.isReady = true
      this.#ready.push(loop)
    }
    return loop
  }
}
