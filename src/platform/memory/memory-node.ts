import type { Timer } from '../clock.ts'
import type { ProcessExit } from '../process.ts'
import type { Owner, Task } from './owner.ts'
import type { Pump } from './pump.ts'
import type { TimerOptions, VirtualClock } from './virtual-clock.ts'

export interface MemoryNodeOptions {
  /** The process; a thread has its process's name. */
  readonly name: string
  /** Nodes of one machine share its disk and its ports. */
  readonly machine: string
  readonly pid: number
  /** Gets what a task of the node threw and nobody caught. */
  readonly onUncaught: (node: MemoryNode, error: unknown) => void
}

/**
 * A simulated process or thread: the owner of its timers, turns, connections and listeners. All of
 * them end with it; work that it had queued is dropped.
 */
export class MemoryNode implements Owner {
  readonly name: string
  readonly machine: string
  readonly pid: number
  readonly exited: Promise<ProcessExit>
  /** What keeps the process from ending by itself: listeners, connections, open ports. */
  holds = 0
  /** Files that it has opened for writing. */
  files = 0
  #isAlive = true
  #isStopped = false
  #held: Task[] = []
  #isCatchingUp = false
  /** Threads, which stop, go on and end with it. */
  readonly #threads: Set<MemoryNode> = new Set()
  readonly #clock: VirtualClock
  readonly #pump: Pump
  readonly #onUncaught: (node: MemoryNode, error: unknown) => void
  readonly #atEnd: Set<(exit: ProcessExit) => void> = new Set()
  /** Runs what was held, in turns that are not held themselves. */
  readonly #releaser: Owner
  #resolveExited: (exit: ProcessExit) => void = () => undefined
  #foregroundTimers = 0

  constructor(options: MemoryNodeOptions, clock: VirtualClock, pump: Pump) {
    this.name = options.name
    this.machine = options.machine
    this.pid = options.pid
    this.#onUncaught = options.onUncaught
    this.#clock = clock
    this.#pump = pump
    const isAlive = (): boolean => this.#isAlive
    this.#releaser = {
      get isAlive() {
        return isAlive()
      },
      isStopped: false,
      isBehind: false,
      hold: () => undefined,
      failed: (error) => this.failed(error),
    }
    this.exited = new Promise((resolve) => (this.#resolveExited = resolve))
  }

  get isAlive(): boolean {
    return this.#isAlive
  }

  get isStopped(): boolean {
    return this.#isStopped
  }

  get isBehind(): boolean {
    return this.#isCatchingUp
  }

  /** Whether a timer, a listener or a connection keeps the process from ending by itself. */
  get isBusy(): boolean {
    return this.holds > 0 || this.#foregroundTimers > 0 || this.#isStopped
  }

  setTimer(delayMs: number, task: Task, options: TimerOptions = {}): Timer {
    if (options.background === true) return this.#clock.setTimerFor(this, delayMs, task, options)
    let isSet = true
    const clear = (): void => {
      if (isSet) this.#foregroundTimers -= 1
      isSet = false
    }
    this.#foregroundTimers += 1
    const fire = (): void => {
      clear()
      task()
    }
    const timer = this.#clock.setTimerFor(this, delayMs, fire, options)
    return {
      cancel: () => {
        clear()
        timer.cancel()
      },
    }
  }

  microtask(task: Task): void {
    if (this.#isAlive) this.#pump.microtask(this, task)
  }

  macrotask(task: Task): void {
    if (this.#isAlive) this.#pump.macrotask(this, task)
  }

  hold(task: Task): void {
    this.#held.push(task)
  }

  failed(error: unknown): void {
    this.#onUncaught(this, error)
  }

  /** SIGSTOP: what comes due is held; others see no difference but silence. */
  stop(): void {
    this.#isStopped = true
    for (const thread of this.#threads) thread.stop()
  }

  /** SIGCONT: what was held runs now, in order, and ahead of what comes. */
  continue(): void {
    if (this.#isStopped) {
      this.#isStopped = false
      this.#catchUp()
    }
    for (const thread of this.#threads) thread.continue()
  }

  #catchUp(): void {
    if (this.#isCatchingUp || this.#held.length === 0) return
    this.#isCatchingUp = true
    const next = (): void => {
      if (this.#isStopped || this.#held.length === 0) {
        this.#isCatchingUp = false
        return
      }
      const task = this.#held.shift()
      this.#pump.macrotask(this.#releaser, next)
      task?.()
    }
    this.#pump.macrotask(this.#releaser, next)
  }

  /** Makes `thread` share this node's fate. */
  adopt(thread: MemoryNode): void {
    this.#threads.add(thread)
    thread.atEnd(() => this.#threads.delete(thread))
  }

  /** Its threads, and theirs. */
  get threads(): readonly MemoryNode[] {
    return [...this.#threads].flatMap((thread) => [thread, ...thread.threads])
  }

  /** Calls `fn` when the node ends; returns the way to take that back. */
  atEnd(fn: (exit: ProcessExit) => void): () => void {
    this.#atEnd.add(fn)
    return () => this.#atEnd.delete(fn)
  }

  /** Ends the node at once. A second end changes nothing. */
  end(exit: ProcessExit): void {
    if (!this.#isAlive) return
    this.#isAlive = false
    this.#held = []
    this.#clock.drop(this)
    for (const thread of [...this.#threads]) thread.end(exit)
    for (const fn of [...this.#atEnd]) fn(exit)
    this.#atEnd.clear()
    this.#resolveExited(exit)
  }
}
