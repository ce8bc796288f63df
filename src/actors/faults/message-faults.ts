import type { Clock, Random, Timer } from '../../platform/index.ts'
import type { AnyRef } from '../actor-ref.ts'
import { Cell, REMOTE } from '../cell.ts'
import type { Interception } from '../interception.ts'
import { corruptMessage } from './corrupt.ts'
import { injectedFailure } from './errors.ts'
import type { MessageFault } from './fault.ts'
import { typeOfMessage } from './patterns.ts'
import { MessageTest, Selection } from './selection.ts'

/** A message fault at work: says of each message what becomes of it. */
export class MessageFaultAtWork {
  readonly #fault: MessageFault
  readonly #test: MessageTest
  readonly #selection: Selection
  readonly #random: Random
  readonly #clock: Clock
  readonly #held: Set<() => void> = new Set()
  /** With `keepOrder`: what waits to go to a receiver. */
  readonly #lines: Map<AnyRef, HeldLine> = new Map()
  #fired = 0
  #missed = 0

  constructor(fault: MessageFault, random: Random, clock: Clock) {
    this.#fault = fault
    this.#test = new MessageTest(fault)
    this.#selection = new Selection(fault, random)
    this.#random = random
    this.#clock = clock
  }

  /** How many messages fitted, hit or not. */
  get seen(): number {
    return this.#selection.seen
  }

  /** How many messages it had an effect on; those that only waited behind them are not among them. */
  get fired(): number {
    return this.#fired
  }

  /** How many it would have had an effect on, had another fault not taken them. */
  get missed(): number {
    return this.#missed
  }

  /**
   * The effect on a message; undefined if it is none of those meant, or not hit. One that another fault has taken is
   * counted among those that fit, and no more.
   */
  look(
    node: string,
    recipient: AnyRef,
    message: unknown,
    isTaken = false,
  ): Interception | undefined {
    const fault = this.#fault
    if (!this.#test.fits(node, recipient, message)) return undefined
    // Who lives elsewhere is made to fail there.
    if (fault.type === 'fail' && !isHere(recipient)) return undefined
    if (!this.#selection.next()) {
      return this.#lines.has(recipient) ? this.#holdInLine(0, recipient) : undefined
    }
    if (isTaken) {
      this.#missed++
      return undefined
    }
    const effect = this.#effect(fault, recipient, message)
    if (effect !== undefined) this.#fired++
    return effect
  }

  /** Ends the fault: messages that are held go on now, in their order. */
  end(): void {
    for (const handIn of [...this.#held]) handIn()
    for (const line of [...this.#lines.values()]) line.release()
  }

  #effect(fault: MessageFault, recipient: AnyRef, message: unknown): Interception | undefined {
    switch (fault.type) {
      case 'drop':
        return 'drop'
      case 'fail': {
        const error = injectedFailure(recipient.path, typeOfMessage(message), fault.error)
        return { type: 'fail', error }
      }
      case 'duplicate': {
        const messages = Array.from({ length: (fault.copies ?? 1) + 1 }, () => message)
        return { type: 'replace', messages }
      }
      case 'corrupt': {
        const value = 'value' in fault ? { is: fault.value } : undefined
        const changed = corruptMessage(message, this.#random, fault.field, value)
        return changed === undefined ? undefined : { type: 'replace', messages: [changed.message] }
      }
      case 'delay':
        return fault.keepOrder === true
          ? this.#holdInLine(fault.delayMs, recipient)
          : this.#hold(fault.delayMs)
    }
  }

  #hold(delayMs: number): Interception {
    return {
      type: 'hold',
      later: (handIn) => {
        const go = (): void => {
          timer.cancel()
          this.#held.delete(go)
          handIn()
        }
        const timer = this.#clock.setTimer(delayMs, go)
        this.#held.add(go)
      },
    }
  }

  /** As `hold`, but what follows to that receiver waits behind it. */
  #holdInLine(delayMs: number, recipient: AnyRef): Interception {
    return {
      type: 'hold',
      later: (handIn) => {
        let line = this.#lines.get(recipient)
        if (line === undefined) {
          line = new HeldLine(this.#clock, () => this.#lines.delete(recipient))
          this.#lines.set(recipient, line)
        }
        line.put(delayMs, handIn)
      },
    }
  }
}

/** Messages to one receiver that are held, and go on in their order. */
class HeldLine {
  readonly #clock: Clock
  readonly #onEmpty: () => void
  readonly #waiting: { readonly dueMs: number; readonly handIn: () => void }[] = []
  #timer: Timer | undefined

  constructor(clock: Clock, onEmpty: () => void) {
    this.#clock = clock
    this.#onEmpty = onEmpty
  }

  put(delayMs: number, handIn: () => void): void {
    this.#waiting.push({ dueMs: this.#clock.now() + delayMs, handIn })
    if (this.#timer === undefined) this.#arm(delayMs)
  }

  release(): void {
    this.#timer?.cancel()
    for (const { handIn } of this.#waiting.splice(0)) handIn()
    this.#onEmpty()
  }

  #arm(delayMs: number): void {
    this.#timer = this.#clock.setTimer(delayMs, () => {
      const now = this.#clock.now()
      // A timer may come a fraction of a millisecond early.
      while ((this.#waiting[0]?.dueMs ?? Infinity) <= now + 1) this.#waiting.shift()?.handIn()
      const [first] = this.#waiting
      if (first === undefined) this.#onEmpty()
      else this.#arm(first.dueMs - now)
    })
  }
}

function isHere(recipient: AnyRef): boolean {
  return recipient instanceof Cell && recipient.mode !== REMOTE
}
