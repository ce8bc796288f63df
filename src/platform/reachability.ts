/** What the garbage collector knows: whether anybody can still reach an object. */
export interface Reachability {
  /** A reference that does not keep `object` from being collected. */
  weakly<T extends object>(object: T): { deref(): T | undefined }
  /**
   * Calls `collected` with an object's token some time after the object was collected; perhaps late, perhaps never. The
   * token may not refer to the object.
   */
  onCollected<Token>(collected: (token: Token) => void): CollectionWatch<Token>
}

/** Objects whose end is told. */
export interface CollectionWatch<Token> {
  register(object: object, token: Token): void
}
