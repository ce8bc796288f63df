import { quantitiesOf, type Resources } from '../resources/index.ts'
import { chopped, reservedIn, type Free } from './free.ts'
import { amountAt, pack, plus, type Names, type Packed } from './packed.ts'
import type { Share } from './run-quota.ts'

/** What an offer of one agent to one role would be. Resources are only put together when it comes to that. */
export class OfferShape {
  readonly free: Free
  readonly share: Share
  /** All scalars in it. */
  readonly scalars: Packed
  readonly #names: Names
  readonly #reserved: Resources
  #resources: Resources | undefined

  constructor(names: Names, free: Free, role: string, share: Share) {
    this.#names = names
    this.free = free
    this.share = share
    this.#reserved = reservedIn(free, role)
    let scalars = plus(share.amounts, free.otherScalars)
    if (this.#reserved.size > 0) scalars = plus(scalars, pack(names, quantitiesOf(this.#reserved)))
    this.scalars = scalars
  }

  /** Unallocated. */
  get resources(): Resources {
    this.#resources ??= this.#together()
    return this.#resources
  }

  /** What of it counts against quota. Less than the share where a disk could not be split. */
  get counted(): Packed {
    const { amounts } = this.share
    if (amounts === this.free.scalars) return amounts
    const unreserved = [...this.resources].filter(([key]) => this.free.unreserved.has(key))
    const quantities = pack(this.#names, quantitiesOf(new Map(unreserved)))
    const { otherScalars } = this.free
    return quantities.map((amount, at) => amount - amountAt(otherScalars, at))
  }

  #together(): Resources {
    const { free, share } = this
    const unreserved = isAll(share.amounts, free.scalars)
      ? free.unreserved
      : chopped(this.#names, free, share.amounts)
    if (this.#reserved.size === 0) return unreserved
    return unreserved.size === 0 ? this.#reserved : new Map([...unreserved, ...this.#reserved])
  }
}

function isAll(amounts: Packed, of: Packed): boolean {
  if (amounts === of) return true
  for (let i = 0; i < of.length; i++) if (amountAt(amounts, i) < amountAt(of, i)) return false
  return true
}
