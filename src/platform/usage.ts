/** What this thread has used so far; nothing of it ever goes back. Differences of two readings are what counts. */
export interface ThreadUsage {
  /** Nanoseconds of the processor; always 0 where the system does not say. */
  cpuNs(): number
  /** Milliseconds of the garbage collector since the first call, as far as the engine has told. */
  collectionMs(): number
  /** The same by kind. The engine tells of a collection once the event loop has turned. */
  collections(): Collections
}

/** Runs of the garbage collector, and the milliseconds they took. */
export interface Collections {
  /** Of the young generation. */
  readonly minorCount: number
  readonly minorMs: number
  /** Of the whole heap. */
  readonly majorCount: number
  readonly majorMs: number
  /** Steps of marking, while the program runs. */
  readonly incrementalCount: number
  readonly incrementalMs: number
}

export const NO_COLLECTIONS: Collections = {
  minorCount: 0,
  minorMs: 0,
  majorCount: 0,
  majorMs: 0,
  incrementalCount: 0,
  incrementalMs: 0,
}
