/** Why a message was not handled. */
export type DropReason =
  | 'stopped'
  | 'mailbox-full'
  | 'dropped-oldest'
  | 'dropped-newest'
  | 'unhandled'
  | 'no-routee'
  | 'unroutable'
  | 'late-reply'
  | 'unencodable'
  | 'undecodable'
  | 'link-lost'
  | 'link-full'
  | 'no-such-actor'
  | 'not-proved'
  | 'malformed'
  | 'intercepted'
  | 'ask-cycle'
  | 'restart'

/**
 * A snapshot of what became of every message that was sent within one system.
 * `sent = handled + failed + stashed + inFlight + forwarded + Σ dropped`, at any moment between turns.
 */
export interface LedgerSnapshot {
  readonly sent: number
  readonly handled: number
  readonly failed: number
  readonly stashed: number
  readonly inFlight: number
  /** Handed to a link; their fate stands in the link's own counts and the receiver's ledger. */
  readonly forwarded: number
  readonly dropped: Readonly<Partial<Record<DropReason, number>>>
}

/** The counters behind {@link LedgerSnapshot}; cells fold theirs in once a batch. */
export class Ledger {
  sent = 0
  handled = 0
  failed = 0
  stashed = 0
  forwarded = 0
  /** Messages whose handler has returned a promise that has not settled. */
  awaiting = 0
  readonly dropped: Map<DropReason, number> = new Map()

  drop(reason: DropReason, count = 1): void {
    this.dropped.set(reason, (this.dropped.get(reason) ?? 0) + count)
  }

  snapshot(inFlight: number, unfoldedSent: number): LedgerSnapshot {
    return {
      sent: this.sent + unfoldedSent,
      handled: this.handled,
      failed: this.failed,
      stashed: this.stashed,
      forwarded: this.forwarded,
      inFlight: inFlight + this.awaiting,
      dropped: Object.fromEntries(this.dropped),
    }
  }
}

/** What a snapshot fails to account for; 0 in a sound system. */
export function ledgerImbalance(ledger: LedgerSnapshot): number {
  let fates = ledger.handled + ledger.failed + ledger.stashed + ledger.inFlight + ledger.forwarded
  for (const count of Object.values(ledger.dropped)) fates += count
  return ledger.sent - fates
}
