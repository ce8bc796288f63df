import type { Placement } from './placement.ts'
import type { ChildRestart, SupervisorStrategy } from './supervisor.ts'

export type OverflowPolicy = 'reject' | 'dropOldest' | 'dropNewest' | 'fail'

export interface MailboxOptions<in M = never> {
  /** Messages; 1 … 2^26, by default 65,536. */
  readonly capacity?: number
  /**
   * Sum of the sizes of waiting messages: declared by `sizeOf`, or, for a message from a link, its share of the
   * frame it came in. Unbounded by default.
   */
  readonly capacityBytes?: number
  /** The declared size of a message in bytes; needed for `capacityBytes` with local senders. */
  readonly sizeOf?: (message: M) => number
  /** What happens beyond a bound; `reject` by default. */
  readonly overflow?: OverflowPolicy
}

export interface SpawnOptions<in M = never> {
  /** Where the actor lives; this thread by default. */
  readonly placement?: Placement
  /** How the actor supervises its own children; the system's default strategy otherwise. */
  readonly supervision?: SupervisorStrategy
  /** When its parent starts it again; `transient` by default. */
  readonly restart?: ChildRestart
  /** When this child ends, its parent stops (OTP's significant child). */
  readonly significant?: boolean
  /** How long it may take to stop before it is killed, in ms; 5,000 by default. */
  readonly shutdownMs?: number
  readonly mailbox?: MailboxOptions<M>
  /** Messages the stash may hold; 1,024 by default. */
  readonly stashCapacity?: number
  /** `bulk`: remote messages to it travel on the bulk connection. */
  readonly lane?: 'messages' | 'bulk'
  /** A word for `troupe tree` in place of the behavior's own. */
  readonly label?: string
}
