import type { Random } from '../../platform/index.ts'
import type { AnyRef } from '../actor-ref.ts'
import type { MessageMatch, MessageSelection } from './fault.ts'
import { pathPattern, typeOfMessage, wordPattern } from './patterns.ts'

/** Whether a message on its way at a node is one of those meant. */
export class MessageTest {
  readonly #isNode: ((node: string) => boolean) | undefined
  readonly #isPath: (path: string) => boolean
  readonly #isType: ((type: string) => boolean) | undefined
  /** Paths do not change: each receiver is looked at once. */
  readonly #known: WeakMap<AnyRef, boolean> = new WeakMap()

  constructor(match: MessageMatch) {
    this.#isNode = match.node === undefined ? undefined : wordPattern(match.node)
    this.#isPath = pathPattern(match.actor)
    this.#isType = match.message === undefined ? undefined : wordPattern(match.message)
  }

  fits(node: string, recipient: AnyRef, message: unknown): boolean {
    if (this.#isNode !== undefined && !this.#isNode(node)) return false
    let isMeant = this.#known.get(recipient)
    if (isMeant === undefined) {
      isMeant = this.#isPath(recipient.path)
      this.#known.set(recipient, isMeant)
    }
    return isMeant && (this.#isType === undefined || this.#isType(typeOfMessage(message)))
  }
}

/** Decides, message by message, which of those that fit are hit. */
export class Selection {
  readonly #selection: MessageSelection
  readonly #random: Random
  /** Messages that fitted so far. */
  seen = 0
  hits = 0

  constructor(selection: MessageSelection, random: Random) {
    this.#selection = selection
    this.#random = random
  }

  /** Counts one more message that fits; true if it is hit. */
  next(): boolean {
    this.seen++
    const { nth, every, probability, atMost } = this.#selection
    if (nth !== undefined && this.seen !== nth) return false
    if (every !== undefined && this.seen % every !== 0) return false
    // Drawn for each, whatever the bound, so that the bound changes nothing else.
    if (probability !== undefined && this.#random.float() >= probability) return false
    if (atMost !== undefined && this.hits >= atMost) return false
    this.hits++
    return true
  }
}
