import type { Timer } from '../platform/index.ts'
import { STOPPED, STOPPING } from './cell.ts'
import type { Cell } from './cell.ts'
import { SystemError } from './errors.ts'
import type { Timers } from './timers.ts'

export class TimersOfCell implements Timers<unknown> {
  readonly #cell: Cell
  readonly #timers: Map<string, Timer> = new Map()

  constructor(cell: Cell) {
    this.#cell = cell
  }

  startSingle(key: string, message: unknown, delayMs: number): void {
    this.#start(key, checkDelay('delayMs', delayMs, 0), () => {
      this.#timers.delete(key)
      this.#cell.tell(message)
    })
  }

  startPeriodic(key: string, message: unknown, periodMs: number): void {
    checkDelay('periodMs', periodMs, 1)
    const again = (): void => {
      this.#start(key, periodMs, () => {
        again()
        this.#cell.tell(message)
      })
    }
    again()
  }

  #start(key: string, delayMs: number, fire: () => void): void {
    this.#timers.get(key)?.cancel()
    // Nobody would cancel it any more.
    if ((this.#cell.status & (STOPPING | STOPPED)) !== 0) return
    this.#timers.set(key, this.#cell.system.clock.setTimer(delayMs, fire))
  }

  cancel(key: string): void {
    this.#timers.get(key)?.cancel()
    this.#timers.delete(key)
  }

  cancelAll(): void {
    for (const timer of this.#timers.values()) timer.cancel()
    this.#timers.clear()
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
