/** Messages an actor has put off. Bounded; kept in order. */
export interface Stash<in M> {
  /** Puts `message` off. @throws TROUPE_STASH_FULL */
  stash(message: M): void
  /** Puts all of them back in front of the mailbox, in their order. */
  unstashAll(): void
  readonly size: number
}
