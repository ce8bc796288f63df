import type { Environment, Log, LogLevel, Timer } from '../platform/index.ts'

/** Lines of one kind, and lines of all kinds, that are written within one window. */
const LINES_OF_A_KIND = 50
const LINES = 500
const WINDOW_MS = 10_000
/** Kinds that are told apart; more of them share one account. */
const MAX_KINDS = 256
/** Lines are of one kind if they have one code, or else begin with the same words, whatever the numbers in them. */
const KIND_LENGTH = 24

interface Account {
  written: number
  leftOut: number
}

/**
 * A log that no incident can flood: of each kind of line 50 are written within 10 s, 500 of all kinds; then they are only
 * counted, and one line tells how many were left out. An error is bounded like the rest: in a storm of restarts the
 * first ones tell what the others would.
 */
export class LimitedLog implements Log {
  readonly #log: Log
  readonly #clock: Environment['clock']
  readonly #kinds: Map<string, Account> = new Map()
  #written = 0
  #endsAtMs = -Infinity
  #report: Timer | undefined

  constructor(log: Log, clock: Environment['clock']) {
    this.#log = log
    this.#clock = clock
  }

  write(level: LogLevel, message: string, fields?: Readonly<Record<string, unknown>>): void {
    const nowMs = this.#clock.now()
    if (nowMs >= this.#endsAtMs) this.#begin(nowMs)
    const account = this.#accountOf(level, message, fields)
    if (account.written >= LINES_OF_A_KIND || this.#written >= LINES) {
      account.leftOut++
      this.#report ??= this.#clock.setTimer(
        Math.max(0, this.#endsAtMs - nowMs),
        () => {
          this.#begin(this.#clock.now())
        },
        { background: true },
      )
      return
    }
    account.written++
    this.#written++
    this.#log.write(level, message, fields)
  }

  #accountOf(
    level: LogLevel,
    message: string,
    fields: Readonly<Record<string, unknown>> | undefined,
  ): Account {
    const code = fields?.['code']
    const words =
      typeof code === 'string' ? code : message.slice(0, KIND_LENGTH).replaceAll(/\d+/g, '#')
    const own = `${level} ${words}`
    const kind = this.#kinds.has(own) || this.#kinds.size < MAX_KINDS ? own : `${level} …`
    let account = this.#kinds.get(kind)
    if (account === undefined) {
      account = { written: 0, leftOut: 0 }
      this.#kinds.set(kind, account)
    }
    return account
  }

  /** A new window; tells what the last one left out. */
  #begin(nowMs: number): void {
    this.#report?.cancel()
    this.#report = undefined
    for (const [kind, { leftOut }] of this.#kinds) {
      if (leftOut === 0) continue
      const count = String(leftOut)
      this.#log.write('warn', `${count} lines were left out of the log: ${kind} …`, { leftOut })
    }
    this.#kinds.clear()
    this.#written = 0
    this.#endsAtMs = nowMs + WINDOW_MS
  }
}

/** The environment, with a log that can't be flooded. */
export function withLimitedLog(environment: Environment): Environment {
  return { ...environment, log: new LimitedLog(environment.log, environment.clock) }
}
