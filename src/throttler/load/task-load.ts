import { isTroupeError, type Environment, type Timer } from '../../platform/index.ts'
import { SeededStream } from '../generators/index.ts'
import type {
  RateShare,
  RunningTask,
  TaskListener,
  TaskResult,
  TaskSnapshot,
  TaskSpec,
} from '../run/task-run.ts'
import type { ChosenOperation } from './choice.ts'
import { DoneSet } from './done-set.ts'
import { Pacer } from './pacer.ts'
import { Recorder } from './recorder.ts'

/** How coarse timers are: the event loop is turned for the last of the time. */
const TIMER_MS = 1
/** What is due as soon as this is due: a timer of less may not move a clock of floating point. */
const NEAR_MS = 1e-6

/** The operations of one task, as its rate wants them, and what they take. */
export class TaskLoad implements Omit<RunningTask, 'result'> {
  readonly #environment: Environment
  readonly #spec: TaskSpec
  readonly #listener: TaskListener
  readonly #choose: (index: number) => ChosenOperation
  readonly #operations: DoneSet
  readonly #pacer: Pacer
  readonly #recorder: Recorder
  readonly #idle: Slot[] = []
  readonly #startMs: number
  readonly #resolve: (result: TaskResult) => void
  #next = 0
  #inFlight = 0
  #sequence = 0
  #intervalMs: number
  #end: TaskResult['end'] | undefined
  #error: TaskResult['error']
  #wake: Timer | undefined
  #isTurning = false
  #isExact = false
  #timers: readonly Timer[] = []

  constructor(
    environment: Environment,
    spec: TaskSpec,
    listener: TaskListener,
    parts: {
      readonly operations: readonly string[]
      readonly choose: (index: number) => ChosenOperation
      readonly resolve: (result: TaskResult) => void
    },
  ) {
    this.#environment = environment
    this.#spec = spec
    this.#listener = listener
    this.#choose = parts.choose
    this.#resolve = parts.resolve
    this.#operations = new DoneSet(spec.operations)
    this.#recorder = new Recorder(parts.operations)
    this.#startMs = environment.clock.now()
    this.#intervalMs = this.#startMs
    const phase =
      spec.rate.ratio === 1 ? 0 : new SeededStream(spec.operations[0]?.first ?? 0).float()
    this.#pacer = new Pacer(spec.rate, this.#startMs, phase)
  }

  start(): void {
    const { durationMs, concurrency } = this.#spec
    for (let at = 0; at < Math.max(1, concurrency); at += 1) this.#idle.push(new Slot(this))
    const { clock } = this.#environment
    this.#timers =
      durationMs === undefined ? [] : [clock.setTimer(durationMs, () => this.#over('finished'))]
    this.#report()
    this.#pump()
  }

  setRate(rate: RateShare): void {
    this.#pacer.setRate(rate, this.#environment.clock.now())
    this.#pump()
  }

  pause(): void {
    this.#pacer.pause(this.#environment.clock.now())
  }

  resume(): void {
    this.#pacer.resume(this.#environment.clock.now())
    this.#pump()
  }

  stop(): void {
    this.#over('stopped')
  }

  /** An operation has ended well. */
  done(slot: Slot): void {
    this.#recorder.done(slot.name, slot.intendedMs, slot.beganMs, this.#environment.clock.now())
    this.#operations.add(slot.place)
    this.#free(slot)
  }

  failed(slot: Slot, error: unknown): void {
    const code = codeOf(error)
    this.#recorder.failed(slot.name, code)
    if (this.#spec.onError === 'count') {
      this.#operations.add(slot.place)
    } else {
      this.#error ??= { code, message: error instanceof Error ? error.message : String(error) }
      this.#end = 'failed'
    }
    this.#free(slot)
  }

  #free(slot: Slot): void {
    this.#inFlight -= 1
    this.#idle.push(slot)
    this.#pump()
  }

  #over(end: TaskResult['end']): void {
    this.#end ??= end
    this.#pump()
  }

  /** Begins what is due, as far as the bound allows; or ends when nothing is left. */
  #pump(): void {
    const { clock } = this.#environment
    while (
      this.#end === undefined &&
      !this.#pacer.isPaused &&
      this.#next < this.#operations.count
    ) {
      const slot = this.#idle.at(-1)
      if (slot === undefined) return
      const nowMs = clock.now()
      const dueMs = this.#pacer.nextMs()
      if (dueMs > nowMs + NEAR_MS) {
        this.#wait(dueMs - nowMs)
        return
      }
      this.#idle.pop()
      const place = this.#next
      this.#next += 1
      this.#inFlight += 1
      slot.intendedMs = this.#pacer.take(nowMs)
      slot.beganMs = nowMs
      slot.place = place
      const index = this.#operations.operationAt(place)
      const { name, run } = this.#choose(index)
      slot.name = name
      begin(run, index).then(slot.done, slot.failed)
    }
    const isLeft = this.#end === undefined && this.#next < this.#operations.count
    if (!isLeft && this.#inFlight === 0) this.#finish()
  }

  /**
   * A system's timer is a millisecond late or early, which is more than many an answer takes; so the last one is spent in turns of the
   * event loop. A clock that stands still meanwhile is a virtual one, whose timers are exact.
   */
  #wait(delayMs: number): void {
    const { clock, turns } = this.#environment
    if (this.#isExact || delayMs >= 2 * TIMER_MS) {
      this.#wake?.cancel()
      // It may be never: a rate of 0, until it is another one.
      if (delayMs === Infinity) return
      const delay = this.#isExact ? delayMs : Math.floor(delayMs - TIMER_MS)
      this.#wake = clock.setTimer(delay, () => this.#pump())
      return
    }
    if (this.#isTurning) return
    this.#isTurning = true
    const beganMs = clock.now()
    turns.macrotask(() => {
      this.#isTurning = false
      this.#isExact = clock.now() === beganMs
      this.#pump()
    })
  }

  /** Tells at the end of every interval, on the intervals' own beat. */
  #report(): void {
    const { clock } = this.#environment
    const { intervalMs } = this.#spec
    const beat = Math.floor((clock.now() - this.#startMs) / intervalMs) + 1
    const timer = clock.setTimer(this.#startMs + beat * intervalMs - clock.now(), () => {
      if (this.#isEnded) return
      this.#report()
      this.#listener.onProgress(this.#snapshot())
    })
    this.#timers = [...this.#timers.slice(0, this.#spec.durationMs === undefined ? 0 : 1), timer]
  }

  #isEnded = false

  #finish(): void {
    if (this.#isEnded) return
    this.#isEnded = true
    this.#wake?.cancel()
    for (const timer of this.#timers) timer.cancel()
    this.#resolve({
      end: this.#end ?? 'finished',
      snapshot: this.#snapshot(),
      ...(this.#error !== undefined && { error: this.#error }),
    })
  }

  #snapshot(): TaskSnapshot {
    const { clock } = this.#environment
    const nowMs = clock.now()
    const { interval, total } = this.#recorder.cut()
    const [fromMs, toMs] = [this.#intervalMs - this.#startMs, nowMs - this.#startMs]
    this.#intervalMs = nowMs
    this.#sequence += 1
    return {
      sequence: this.#sequence,
      done: this.#operations.ranges(),
      figures: total,
      interval: { fromMs, toMs, wallMs: clock.wallNow() - (toMs - fromMs), figures: interval },
      inFlight: this.#inFlight,
    }
  }
}

/** One of the operations that may be under way at once; used again for the next, so that nothing is made anew for each. */
class Slot {
  name = ''
  place = 0
  intendedMs = 0
  beganMs = 0
  readonly done: () => void
  readonly failed: (error: unknown) => void

  constructor(load: TaskLoad) {
    this.done = () => load.done(this)
    this.failed = (error) => load.failed(this, error)
  }
}

/** What throws before it has a promise has failed as well. */
function begin(run: (index: number) => Promise<unknown>, index: number): Promise<unknown> {
  try {
    return run(index)
  } catch (error) {
    return Promise.reject(error)
  }
}

function codeOf(error: unknown): string {
  if (isTroupeError(error)) return error.code
  const { code, name } = (error ?? {}) as { readonly code?: unknown; readonly name?: unknown }
  return typeof code === 'string' ? code : typeof name === 'string' ? name : 'Error'
}
