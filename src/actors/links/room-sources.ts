import { Adapter } from '../adapter.ts'
import { Cell, REMOTE } from '../cell.ts'
import { roomOf } from '../offer.ts'
import type { Claim, RoomSource } from '../offer-claims.ts'
import type { Exported } from '../system-core.ts'
import { FarChild } from './far-child.ts'
import { GuardedExport } from './guarded-export.ts'
import type { Link } from './link.ts'
import { RemoteRef } from './remote-ref.ts'

/**
 * Where places for the actor of a number are to be had: its own mailbox, the credit of another link, or nowhere yet
 * (`later`) or for this peer (`not-proved`). Undefined if there is no such actor.
 */
export function roomSource(
  link: Link,
  number: number,
): RoomSource | 'later' | 'not-proved' | undefined {
  const recipient =
    number > 0 ? link.hub.core.exports.get(number) : link.children.recipient(-number)
  if (recipient instanceof Cell) return sourceOfCell(recipient)
  if (recipient instanceof GuardedExport) {
    return link.proven.has(recipient.token) ? sourceOfCell(recipient.cell) : 'not-proved'
  }
  if (recipient instanceof Adapter) return new AdapterSource(recipient)
  if (recipient instanceof RemoteRef) {
    const { number: there, lane } = recipient
    return recipient.link.flows.out(there, lane, recipient)
  }
  if (recipient instanceof FarChild) return 'later'
  return recipient === undefined ? undefined : new Unbounded(recipient)
}

function sourceOfCell(cell: Cell): RoomSource {
  if (cell.mode !== REMOTE) return roomOf(cell)
  return cell.extension?.body?.places ?? new Unbounded(cell)
}

/** The mailbox behind an adapter, which translates what is put there. */
class AdapterSource implements RoomSource {
  readonly #adapter: Adapter

  constructor(adapter: Adapter) {
    this.#adapter = adapter
  }

  join(claim: Claim, places: number): void {
    roomOf(this.#adapter.cell).join(claim, places)
  }

  leave(claim: Claim): void {
    roomOf(this.#adapter.cell).leave(claim)
  }

  release(places: number): void {
    roomOf(this.#adapter.cell).release(places)
  }

  deliver(message: unknown): void {
    this.#adapter.deliver(message)
  }
}

/** What takes every message at once: nact's actors, replies. */
class Unbounded implements RoomSource {
  readonly #recipient: Exported

  constructor(recipient: Exported) {
    this.#recipient = recipient
  }

  join(claim: Claim, places: number): void {
    claim.granted(places)
  }

  leave(): void {
    // Nobody ever waits.
  }

  release(): void {
    // Nothing is kept for anyone.
  }

  deliver(message: unknown): void {
    this.#recipient.tell(message)
  }
}
