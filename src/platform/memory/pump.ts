import { PlatformError } from '../errors.ts'
import type { Owner, Task } from './owner.ts'
import { SeededTurns } from './seeded-turns.ts'
import { TurnsInOrder } from './turn-queues.ts'
import type { Execute, TurnQueues } from './turn-queues.ts'
import type { VirtualClock } from './virtual-clock.ts'

export interface PumpLimits {
  /** Turns within one instant of virtual time after which a simulation counts as stuck. */
  readonly turnsPerInstant: number
  /** Virtual time that `run` and `until` may take. */
  readonly runMs: number
}

/** Instants after which the real event loop gets a turn, so that a test's own time-out can fire. */
const INSTANTS_PER_REAL_TURN = 256

/**
 * Runs a simulated world, one turn at a time.
 *
 * Queues: own microtasks, timers that are due (bytes on their way among them), own macrotasks; the
 * next turn comes from the first that has one, over all owners, or of an owner that the seed chooses. Async handlers go on through *real* promise
 * reactions. So before each turn the pump waits until Node's microtask queue is empty, by
 * `process.nextTick`: Node runs a tick only once that queue has drained. Promise reactions run in a
 * fixed order, so all of it repeats under a seed. The real event loop does not turn in between,
 * except at the end of each drive and where a real operation was announced by {@link Pump.outside}
 * (the import of a module): then the world stands still until it is done.
 *
 * The drivers (`settle`, `advance`, `run`, `until`) queue up behind one another; awaiting one
 * from inside the simulated world would wait for itself.
 */
export class Pump {
  readonly #clock: VirtualClock
  readonly #limits: PumpLimits
  readonly #queues: TurnQueues
  readonly #outside: Set<Promise<unknown>> = new Set()
  readonly #beforeTurn: (() => void) | undefined
  readonly #idleChecks: (() => void)[] = []
  #lastDrive: Promise<unknown> = Promise.resolve()
  #turns = 0
  #allTurns = 0
  #instants = 0
  #failures: unknown[] = []

  /** With `choose` the seed decides whose turn it is; `beforeTurn` looks on. */
  constructor(
    clock: VirtualClock,
    limits: PumpLimits,
    choose?: (count: number) => number,
    beforeTurn?: () => void,
  ) {
    this.#beforeTurn = beforeTurn
    this.#clock = clock
    this.#limits = limits
    this.#queues = choose === undefined ? new TurnsInOrder(clock) : new SeededTurns(clock, choose)
  }

  microtask(owner: Owner, task: Task): void {
    this.#queues.microtask(owner, task)
  }

  macrotask(owner: Owner, task: Task): void {
    this.#queues.macrotask(owner, task)
  }

  /** Turns that were run so far. */
  get turns(): number {
    return this.#allTurns
  }

  /** Lets the world stand still until a real operation is done; hands back its promise. */
  outside<T>(operation: Promise<T>): Promise<T> {
    const settled = operation.then(
      () => undefined,
      () => undefined,
    )
    this.#outside.add(settled)
    void settled.then(() => this.#outside.delete(settled))
    return operation
  }

  /** Calls `check` whenever nothing is left to run at an instant; it may add work. */
  onIdle(check: () => void): void {
    this.#idleChecks.push(check)
  }

  /** Lets the drive that is under way reject with `error`. */
  fail(error: unknown): void {
    this.#failures.push(error)
  }

  /** Runs until nothing is runnable at the present instant. Time stands still. */
  settle(): Promise<void> {
    return this.#drive(() => this.#settleInstant())
  }

  /** Moves time on by `ms`, stopping at each timer on the way; ends settled. */
  advance(ms: number): Promise<void> {
    return this.#drive(async () => {
      const targetMs = this.#clock.now() + ms
      await this.#settleInstant()
      while (await this.#stepBefore(targetMs));
      this.#clock.moveTo(targetMs)
      await this.#settleInstant()
    })
  }

  /**
   * Runs until only background timers are left. @throws TROUPE_PLATFORM_SIMULATION_STUCK past the
   * limit.
   */
  run(): Promise<void> {
    return this.#drive(async () => {
      const limitMs = this.#clock.now() + this.#limits.runMs
      await this.#settleInstant()
      while (this.#clock.hasForegroundTimers()) {
        if (!(await this.#stepBefore(limitMs))) throw this.#stuckError(`${this.#limits.runMs} ms`)
      }
    })
  }

  /**
   * Runs, moving time on as needed, until `promise` settles; hands on its outcome.
   * @throws TROUPE_PLATFORM_SIMULATION_STALLED when nothing is left that could settle it.
   */
  until<T>(promise: Promise<T>): Promise<T> {
    let isSettled = false
    const mark = (): void => void (isSettled = true)
    promise.then(mark, mark)
    return this.#drive(async () => {
      const limitMs = this.#clock.now() + this.#limits.runMs
      await this.#settleInstant()
      while (!isSettled) {
        if (await this.#stepBefore(limitMs)) continue
        await realTurn()
        await this.#settleInstant()
        if (!isSettled && (this.#clock.nextDueMs() ?? Infinity) > limitMs)
          throw this.#stalledError()
      }
      return promise
    })
  }

  #drive<T>(drive: () => Promise<T>): Promise<T> {
    const whole = async (): Promise<T> => {
      const result = await drive()
      await realTurn()
      await this.#settleInstant()
      return result
    }
    const result = this.#lastDrive.then(whole)
    this.#lastDrive = result.catch(() => undefined)
    return result
  }

  /** Goes to the next timer if it is due by `limitMs`, and settles there. */
  async #stepBefore(limitMs: number): Promise<boolean> {
    const dueMs = this.#clock.nextDueMs()
    if (dueMs === undefined || dueMs > limitMs) return false
    this.#clock.moveTo(dueMs)
    this.#instants += 1
    if (this.#instants % INSTANTS_PER_REAL_TURN === 0) await realTurn()
    await this.#settleInstant()
    return true
  }

  async #settleInstant(): Promise<void> {
    this.#turns = 0
    for (;;) {
      await drainRealMicrotasks()
      while (this.#outside.size > 0) {
        await Promise.all(this.#outside)
        await drainRealMicrotasks()
      }
      this.#beforeTurn?.()
      if (this.#failures.length > 0) throw this.#failures.shift()
      if (this.#queues.runNext(this.#execute)) continue
      for (const check of this.#idleChecks) check()
      if (!this.#queues.isRunnable()) return
    }
  }

  readonly #execute: Execute = (owner, task, isMicrotask) => {
    this.#turns += 1
    this.#allTurns += 1
    if (this.#turns > this.#limits.turnsPerInstant) {
      throw this.#stuckError(`${this.#limits.turnsPerInstant} turns in one instant`)
    }
    if (!owner.isAlive) return
    if (owner.isStopped || (owner.isBehind && !isMicrotask)) {
      owner.hold(task)
      return
    }
    try {
      task()
    } catch (error) {
      owner.failed(error)
    }
  }

  #stuckError(bound: string): PlatformError {
    return new PlatformError(
      'TROUPE_PLATFORM_SIMULATION_STUCK',
      `The simulation did not come to rest within ${bound} (virtual time ${this.#clock.now()} ms): stop what repeats for ever, mark its timer as background, or use advance(ms).`,
      { data: { nowMs: this.#clock.now() } },
    )
  }

  #stalledError(): PlatformError {
    return new PlatformError(
      'TROUPE_PLATFORM_SIMULATION_STALLED',
      `Nothing is left in the simulation that could settle the promise waited for (virtual time ${this.#clock.now()} ms): look for a request that nobody answers, a cut link, or a dead node.`,
      { data: { nowMs: this.#clock.now() } },
    )
  }
}

/** Resolves once Node's microtask queue is empty; see {@link Pump}. */
function drainRealMicrotasks(): Promise<void> {
  return new Promise((resolve) => process.nextTick(resolve))
}

/** One turn of the real event loop. */
function realTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}
