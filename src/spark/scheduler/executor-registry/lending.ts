import type { ActorRef } from '../../../actors/index.ts'
import type { LenderMessage } from './protocol.ts'
import type { LentSlots } from './slots.ts'

/** An executor whose slots are lent. */
interface Borrowed {
  /** Its first slots. */
  readonly slots: number
  /** It was given a task once: it runs, or is about to. */
  isUsed: boolean
  hasRegistered: boolean
}

/** What the end of a round comes to. */
interface Settled {
  readonly back: readonly string[]
  readonly unused: readonly string[]
}

const NO_ROUND: Settled = { back: [], unused: [] }

/**
 * What the registry knows of slots that a backend lends for single tasks. Slots are lent for one round: once nobody wants more
 * the lender is told how many of each executor were used, and an executor that never was is forgotten.
 */
export class Lending {
  /** executor → what is known of it */
  readonly #borrowed = new Map<string, Borrowed>()
  /** Executors with slots of this round → how many of them were used. */
  readonly #round = new Map<string, number>()
  #lender: ActorRef<LenderMessage> | undefined

  get lender(): ActorRef<LenderMessage> | undefined {
    return this.#lender
  }

  serve(lender: ActorRef<LenderMessage>): void {
    this.#lender = lender
  }

  /** Slots have come; whether the executor is new. */
  lent({ executorId, slots }: LentSlots): boolean {
    this.#round.set(executorId, this.#round.get(executorId) ?? 0)
    if (this.#borrowed.has(executorId)) return false
    this.#borrowed.set(executorId, { slots, isUsed: false, hasRegistered: false })
    return true
  }

  /** Tasks were given to executors. */
  used(counts: readonly (readonly [executorId: string, slots: number])[]): void {
    for (const [executorId, slots] of counts) {
      const known = this.#borrowed.get(executorId)
      if (known === undefined) continue
      known.isUsed = true
      this.#round.set(executorId, (this.#round.get(executorId) ?? 0) + slots)
    }
  }

  /** The first slots of an executor that is lent and has not registered yet; undefined of any other. */
  expectedSlots(executorId: string): number | undefined {
    const known = this.#borrowed.get(executorId)
    return known?.hasRegistered === false ? known.slots : undefined
  }

  registered(executorId: string): void {
    const known = this.#borrowed.get(executorId)
    if (known !== undefined) known.hasRegistered = true
  }

  lose(executorId: string): void {
    this.#borrowed.delete(executorId)
    this.#round.delete(executorId)
  }

  /** Ends the round, if there is one: the lender is told. Returns the executors whose slots go back, and those that were never used. */
  settle(): Settled {
    if (this.#round.size === 0) return NO_ROUND
    const back = [...this.#round.keys()]
    const used = [...this.#round]
    this.#round.clear()
    this.#lender?.tell({ type: 'slots-settled', used })
    return { back, unused: back.filter((id) => this.#borrowed.get(id)?.isUsed === false) }
  }
}
