import type { Clock, Log, LogLevel, Timer } from '../platform/index.ts'
import type { AnyRef } from './actor-ref.ts'
import { OVER_A_LINK } from './codec/index.ts'
import type { DropReason } from './ledger.ts'
import type { Decision } from './supervisor.ts'

/** Lines of one kind of event within one period. */
const LINES = 10
const PERIOD_MS = 60_000
/** Dead letters that are told in the life of a system, after Akka's `log-dead-letters`. */
const DEAD_LETTERS = 10
/** Stacks of failures that are remembered as told. */
const STACKS = 16

/**
 * Puts into the log what nobody subscribes to, so that no failure is silent: of each kind of event ten lines a minute,
 * then a count of the rest; of dead letters ten in all. Past its limit an event costs one comparison: no text is made.
 */
export class Unheard {
  readonly #log: Log
  readonly #restarted: Allowance
  readonly #ended: Allowance
  readonly #ignored: Allowance
  readonly #abandoned: Allowance
  readonly #stacks: Set<string> = new Set()
  #deadLetters = 0

  constructor(log: Log, clock: Clock) {
    this.#log = log
    this.#restarted = new Allowance(log, clock, 'warn', 'failures of actors that go on')
    this.#ended = new Allowance(log, clock, 'error', 'failures of actors that ended by them')
    this.#ignored = new Allowance(log, clock, 'warn', 'failures that no directive can help')
    this.#abandoned = new Allowance(log, clock, 'warn', 'actors that were given up')
  }

  childFailed(child: AnyRef, error: unknown, { directive, reason }: Decision): void {
    const isOver = directive === 'stop' || directive === 'escalate'
    if (!(isOver ? this.#ended : this.#restarted).take()) return
    const message = `${child.path} has failed: ${directive} (${reason})`
    this.#log.write(isOver ? 'error' : 'warn', message, this.#isNew(error) ? { error } : {})
  }

  /** Whether this stack has not been told of late: what fails again and again as it did before shows it once. */
  #isNew(error: unknown): boolean {
    if (!(error instanceof Error)) return true
    const stack = error.stack ?? error.message
    const [origin = stack] = stack.split(OVER_A_LINK, 1)
    if (this.#stacks.has(origin)) return false
    this.#stacks.add(origin)
    const [oldest] = this.#stacks
    if (this.#stacks.size > STACKS && oldest !== undefined) this.#stacks.delete(oldest)
    return true
  }

  failureIgnored(cell: AnyRef, error: unknown): void {
    if (!this.#ignored.take()) return
    this.#log.write('warn', `${cell.path} has failed where no directive can help any more`, {
      error,
    })
  }

  abandoned(cell: AnyRef, afterMs: number): void {
    if (!this.#abandoned.take()) return
    const message = `${cell.path} was given up: its handler did not come back within ${String(afterMs)} ms`
    this.#log.write('warn', message)
  }

  deadLetter(message: unknown, recipient: AnyRef, reason: DropReason): void {
    if (this.#deadLetters >= DEAD_LETTERS) return
    this.#deadLetters++
    const rest =
      this.#deadLetters < DEAD_LETTERS
        ? ''
        : '; further ones are only counted: subscribe to DeadLetter, or read the ledger'
    this.#log.write(
      'info',
      `dead letter: ${kindOf(message)} to ${recipient.path} (${reason})${rest}`,
    )
  }

  /** The system has terminated: tells what was left out so far. */
  close(): void {
    for (const kind of [this.#restarted, this.#ended, this.#ignored, this.#abandoned]) kind.close()
  }
}

/** So many lines in a period; then a count. */
class Allowance {
  readonly #log: Log
  readonly #clock: Clock
  readonly #level: LogLevel
  readonly #what: string
  #left = LINES
  #leftOut = 0
  #endsAtMs = -Infinity
  #timer: Timer | undefined

  constructor(log: Log, clock: Clock, level: LogLevel, what: string) {
    this.#log = log
    this.#clock = clock
    this.#level = level
    this.#what = what
  }

  /** Whether a line may be written now. */
  take(): boolean {
    if (this.#left === 0) {
      this.#leftOut++
      return false
    }
    const nowMs = this.#clock.now()
    if (nowMs >= this.#endsAtMs) {
      this.#left = LINES
      this.#endsAtMs = nowMs + PERIOD_MS
    }
    this.#left--
    if (this.#left === 0) {
      this.#timer = this.#clock.setTimer(
        this.#endsAtMs - nowMs,
        () => {
          this.close()
        },
        { background: true },
      )
    }
    return true
  }

  /** Ends the period. */
  close(): void {
    this.#timer?.cancel()
    this.#timer = undefined
    const leftOut = this.#leftOut
    this.#left = LINES
    this.#leftOut = 0
    this.#endsAtMs = -Infinity
    if (leftOut === 0) return
    const message = `${String(leftOut)} ${this.#what} were left out of the log: subscribe to the event stream for all`
    this.#log.write(this.#level, message, { leftOut })
  }
}

/** What a message is, without what it says. */
function kindOf(message: unknown): string {
  if (typeof message !== 'object' || message === null) return typeof message
  const { type } = message as { readonly type?: unknown }
  return typeof type === 'string' ? type : 'object'
}
