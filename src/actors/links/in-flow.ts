import { Claim } from '../offer-claims.ts'
import type { RoomSource } from '../offer-claims.ts'
import type { Link } from './link.ts'

/** What the other side of a link was granted of one actor's places here. */
export class InFlow extends Claim {
  readonly #link: Link
  readonly #number: number
  readonly #source: RoomSource
  /** Granted, and neither used nor given back. */
  reserved = 0

  constructor(link: Link, number: number, source: RoomSource) {
    super()
    this.#link = link
    this.#number = number
    this.#source = source
  }

  /** The other side waits for `needed` places, and could use `ahead` more. */
  want(needed: number, ahead: number): void {
    this.ahead = ahead
    if (needed > 0) this.#source.join(this, needed)
    else if (this.line === undefined) this.#source.join(this, 0)
    else this.granted(0)
  }

  override granted(places: number): void {
    this.reserved += places
    this.#link.control('grant', this.#number, places)
  }

  override ended(): void {
    this.#link.control('deny', this.#number, 'stopped')
    this.#link.flows.endIn(this.#number)
  }

  /** A message for which a place was granted. */
  deliver(message: unknown): void {
    this.reserved--
    this.#source.deliver(message)
  }

  /** The other side gives places back. */
  yielded(places: number): void {
    const back = Math.min(places, this.reserved)
    this.reserved -= back
    this.#source.release(back)
  }

  /** The link is lost: nobody will use them. */
  close(): void {
    this.#source.leave(this)
    const back = this.reserved
    this.reserved = 0
    if (back > 0) this.#source.release(back)
  }
}
