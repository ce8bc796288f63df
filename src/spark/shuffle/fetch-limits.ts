/** How much a reduce task fetches at a time. */
export interface FetchLimits {
  /** `spark.reducer.maxSizeInFlight`: bytes of blocks on their way; a single larger block still goes. */
  readonly maxBytesInFlight: number
  /** `spark.reducer.maxReqsInFlight`. */
  readonly maxBlocksInFlight: number
  /** `spark.reducer.maxBlocksInFlightPerAddress`. */
  readonly maxBlocksInFlightPerAddress: number
  /** `spark.network.maxRemoteBlockSizeFetchToMem`: a longer block goes by way of the disk. */
  readonly maxBytesInMemory: number
}

/** Spark's. */
export const DEFAULT_FETCH_LIMITS: FetchLimits = {
  maxBytesInFlight: 48 << 20,
  maxBlocksInFlight: 0x7fff_ffff,
  maxBlocksInFlightPerAddress: 0x7fff_ffff,
  maxBytesInMemory: 200 << 20,
}
