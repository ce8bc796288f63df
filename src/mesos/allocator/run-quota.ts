import { amountAt, isNone, least, minus, none, plus, type Packed } from './packed.ts'
import { noUse } from './quota.ts'
import type { AllocatorState } from './state.ts'

/** How a role stands with its quota while a run goes on. */
export interface QuotaAccount {
  readonly limits: Packed
  /** What it counts against its quota. */
  used: Packed
  /** What its limits leave, of the names that they limit. */
  room: Packed
  /** What its guarantee still lacks. */
  lacking: Packed
}

/** What of an agent's free scalars a role may have, and what of that is for its guarantee. */
export interface Share {
  readonly amounts: Packed
  readonly guaranteed: Packed
  /** What kept it from more, if anything did. */
  readonly cut: 'quota-limit' | 'headroom' | undefined
}

/**
 * The quotas of one run. Guarantees that are not met yet are kept free somewhere in the cluster: the *required headroom*
 * is what they lack together, the *available headroom* all unreserved scalars that nobody holds.
 * @see allocator/mesos/hierarchical.cpp of Apache Mesos, `__generateOffers`
 */
export class RunQuota {
  readonly #accounts = new Map<string, QuotaAccount>()
  required: Packed = none
  available: Packed
  /** `available` without `required`, which is what may go beyond guarantees; undefined while all of it may. */
  #surplus: Packed | undefined

  constructor(state: AllocatorState) {
    this.available = state.unreserved
    for (const [role, { guarantees, limits }] of state.quotas) {
      const { reserved, unreserved } = state.uses.get(role) ?? noUse
      const used = plus(reserved, unreserved)
      const lacking = minus(guarantees, used)
      this.required = plus(this.required, lacking)
      this.#accounts.set(role, { limits, used, room: minus(limits, used), lacking })
    }
    this.#measure()
  }

  accountOf(role: string): QuotaAccount | undefined {
    return this.#accounts.get(role)
  }

  /** Whether there is any quota. */
  get isOn(): boolean {
    return this.#accounts.size > 0
  }

  /** Whether some guarantee lacks something. */
  get isLacking(): boolean {
    return this.#surplus !== undefined
  }

  /**
   * For a guarantee: what it lacks, and beside it what limits and headroom let go to the role. Undefined when there is
   * nothing that it lacks.
   */
  forGuarantee(free: Packed, account: QuotaAccount): Share | undefined {
    const guaranteed = least(free, account.lacking)
    if (isNone(guaranteed)) return undefined
    const more = within(minus(free, guaranteed), minus(account.room, guaranteed))
    const amounts = plus(
      guaranteed,
      this.#surplus === undefined ? more : least(more, this.#surplus),
    )
    return { amounts, guaranteed, cut: undefined }
  }

  /** For anybody: what the limits of its role and the headroom let go. */
  forAnybody(free: Packed, account: QuotaAccount | undefined): Share {
    let amounts = free
    let cut: Share['cut']
    if (account !== undefined && isLess(account.room, free, account.room.length)) {
      amounts = within(free, account.room)
      cut = 'quota-limit'
    }
    if (this.#surplus !== undefined) {
      if (isLess(this.#surplus, amounts, amounts.length)) {
        amounts = least(amounts, this.#surplus)
        cut = 'headroom'
      }
    }
    return { amounts, guaranteed: none, cut }
  }

  /** Enters what a role was given. */
  given(role: string, amounts: Packed, guaranteed: Packed): void {
    this.available = minus(this.available, amounts)
    const account = this.#accounts.get(role)
    if (account !== undefined) {
      account.used = plus(account.used, amounts)
      account.room = minus(account.limits, account.used)
      account.lacking = minus(account.lacking, amounts)
    }
    this.required = minus(this.required, guaranteed)
    this.#measure()
  }

  #measure(): void {
    this.#surplus = isNone(this.required) ? undefined : minus(this.available, this.required)
  }
}

/** The lesser of each, where `room` has it; all of what it doesn't have. */
function within(amounts: Packed, room: Packed): Packed {
  return amounts.map((amount, at) =>
    at < room.length ? Math.min(amount, amountAt(room, at)) : amount,
  )
}

/** Whether `a` is less than `b` in any of the first `length` names. */
function isLess(a: Packed, b: Packed, length: number): boolean {
  for (let i = 0; i < length; i++) if (amountAt(a, i) < amountAt(b, i)) return true
  return false
}
