import type { DecisionUsage } from '../explain/index.ts'
import type { LedgerSnapshot } from '../ledger.ts'
import type { FateSample, TypedFate } from './fates.ts'
import type { LinkAccount } from '../links/index.ts'

/** A system's whole account of its messages. Plain data. */
export interface LedgerReport {
  readonly system: string
  /** Unix time in ms. */
  readonly atMs: number
  readonly ledger: LedgerSnapshot
  /**
   * Fate → type → messages. Of those that wait (`inFlight`, without those at work) and those put off (`stashed`)
   * the types are counted when the report is made; handled and forwarded ones appear only where types are counted for all.
   */
  readonly types: Readonly<
    Partial<Record<TypedFate | 'inFlight' | 'stashed', Readonly<Record<string, number>>>>
  >
  readonly samples: readonly FateSample[]
  /** Links that stand or may come back, then the last ones that ended. */
  readonly links: readonly LinkAccount[]
  readonly actors: number
  readonly decisions: readonly DecisionUsage[]
}
