import type { Timer } from '../platform/index.ts'
import { STOPPED, STOPPING } from './cell.ts'
import type { Cell } from './cell.ts'
import { SystemError } from './errors.ts'
import { SignalEntry } from './mailbox-entries.ts'
import { meetFate } from './mailbox.ts'
import type { Timers } from './timers.ts'

export class TimersOfCell implements Timers<unknown> {
  readonly #cell: Cell
  readonly #timers: Map<string, Timer> = new Map()
  /** Messages of timers that have fired and still stand in the mailbox. */
  readonly #waiting: Map<string, SignalEntry> = new Map()

  constructor(cell: Cell) {
    this.#cell = cell
  }

  startSingle(key: string, message: unknown, delayMs: number): void {
    checkDelay('delayMs', delayMs, 0)
    this.cancel(key)
    this.#arm(key, delayMs, () => {
      this.#timers.delete(key)
      this.#deliver(key, message)
    })
  }

  startPeriodic(key: string, message: unknown, periodMs: number): void {
    checkDelay('periodMs', periodMs, 1)
    this.cancel(key)
    const again = (): void => {
      this.#arm(key, periodMs, () => {
        again()
        this.#deliver(key, message)
      })
    }
    again()
  }

  #arm(key: string, delayMs: number, fire: () => void): void {
    // Nobody would cancel it any more.
    if ((this.#cell.status & (STOPPING | STOPPED)) !== 0) return
    const timer = this.#cell.system.clock.setTimer(delayMs, () => {
      // Set anew since, while this one was about to fire: it must not take the place of the new one.
      if (this.#timers.get(key) === timer) fire()
    })
    this.#timers.set(key, timer)
  }

  /** Puts the message in line, unless the one before still waits there: a slow actor gets one, not a heap. */
  #deliver(key: string, message: unknown): void {
    if (this.#waiting.has(key)) return
    const { system } = this.#cell
    const fate = system.interceptor?.(this.#cell, message) ?? 'deliver'
    if (fate !== 'deliver') {
      // It keeps to the bounds then, as any message does.
      meetFate(this.#cell, message, undefined, fate)
      return
    }
    const entry = new SignalEntry(undefined, { value: message })
    entry.onTaken = () => {
      if (this.#waiting.get(key) === entry) this.#waiting.delete(key)
    }
    this.#waiting.set(key, entry)
    this.#cell.putSignal(entry)
  }

  cancel(key: string): void {
    this.#timers.get(key)?.cancel()
    this.#timers.delete(key)
    const waiting = this.#waiting.get(key)
    if (waiting === undefined) return
    waiting.withdrawn = true
    this.#waiting.delete(key)
  }

  cancelAll(): void {
    for (const key of [...this.#timers.keys(), ...this.#waiting.keys()]) this.cancel(key)
  }

  isActive(key: string): boolean {
    return this.#timers.has(key)
  }

  get size(): number {
    return this.#timers.size
  }
}

function checkDelay(name: string, value: number, min: number): number {
  if (value >= min && value <= 2 ** 31 - 1) return value
  throw new SystemError(
    'TROUPE_TIMER_DELAY_INVALID',
    `${name} is ${String(value)}: it takes ${String(min)} to 2147483647 ms`,
    { data: { name, value } },
  )
}
