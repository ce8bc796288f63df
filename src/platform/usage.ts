/** What this thread has used so far; neither ever goes back. Differences of two readings are what counts. */
export interface ThreadUsage {
  /** Nanoseconds of the processor; always 0 where the system does not say. */
  cpuNs(): number
  /** Milliseconds of the garbage collector since the first call, as far as the engine has told. */
  collectionMs(): number
}
