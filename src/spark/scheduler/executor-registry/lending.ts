import type { ActorRef } from '../../../actors/index.ts'
import type { LenderMessage } from './protocol.ts'
import type { LentSlots } from './slots.ts'

/** An executor whose slots are lent. */
interface Borrowed {
  readonly host: string
  /** Its first slots. */
  readonly slots: number
  /** It was given a task once: it runs, or is about to. */
  isUsed: boolean
  hasRegistered: boolean
}

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
  lent({ executorId, host, slots }: LentSlots): boolean {
    this.#round.set(executorId, this.#round.get(executorId) ?? 0)
    if (this.#borrowed.has(executorId)) return false
    this.#borrowed.set(executorId, { host, slots, isUsed: false, hasRegistered: false })
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

  /** The first slots of an executor that is expected to register. */
  expected(executorId: string): { readonly host: string; readonly slots: number } | undefined {
    const known = this.#borrowed.get(executorId)
    return known === undefined || known.hasRegistered ? undefined : known
  }

  registered(executorId: string): void {
    const known = this.#borrowed.get(executorId)
    if (known !== undefined) known.hasRegistered = true
  }

  /** Whether it is one whose slots are lent, and which has never registered. */
  isAwaited(executorId: string): boolean {
    return this.#borrowed.get(executorId)?.hasRegistered === false
  }

  lose(executorId: string): void {
    this.#borrowed.delete(executorId)
    this.#round.delete(executorId)
  }

  /** Ends the round, if there is one: the lender is told. Returns the executors whose slots go back, and those that were never used. */
  settle(): { readonly back: readonly string[]; readonly unused: readonly string[] } {
    const back = [...this.#round.keys()]
    if (back.length === 0) return { back, unused: [] }
    const used = [...this.#round]
    this.#round.clear()
    this.#lender?.tell({ type: 'slots-settled', used })
    return { back, unused: back.filter((id) => this.#borrowed.get(id)?.isUsed === false) }
  }
}
