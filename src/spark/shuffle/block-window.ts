import type { BlockLocation } from './block-reader.ts'
import type { FetchLimits } from './fetch-limits.ts'

/** A block that is there, in memory or on the task's disk. */
export interface FetchedBlock {
  /** Its bytes, once. */
  chunks(): AsyncIterable<Uint8Array>
  /** For a block that is not read. */
  discard(): Promise<void>
}

interface Flight {
  readonly block: BlockLocation
  /** Not yet, for a block that lies here. */
  fetched: Promise<FetchedBlock> | undefined
}

/**
 * Fetches blocks ahead of their reader, in order and within the limits, from several executors at once; of those that lie here only
 * the next one, since there is nothing to be waited for.
 */
export class BlockWindow {
  readonly #blocks: readonly BlockLocation[]
  readonly #fetch: (block: BlockLocation) => Promise<FetchedBlock>
  readonly #limits: FetchLimits
  readonly #ownId: string | undefined
  /** Under way, or there and not read yet. */
  readonly #flights: Flight[] = []
  /** executor → blocks of its that are under way or not read yet */
  readonly #byAddress = new Map<string, number>()
  #started = 0
  #inFlight = 0
  #bytesInFlight = 0
  #isClosed = false

  constructor(
    blocks: readonly BlockLocation[],
    fetch: (block: BlockLocation) => Promise<FetchedBlock>,
    limits: FetchLimits,
    ownId: string | undefined,
  ) {
    this.#blocks = blocks
    this.#fetch = fetch
    this.#limits = limits
    this.#ownId = ownId
  }

  /** The next block; undefined when there is none. @throws TROUPE_SPARK_FETCH_FAILED */
  async next(): Promise<FetchedBlock | undefined> {
    this.#start()
    const flight = this.#flights.shift()
    if (flight === undefined) return undefined
    const { block } = flight
    try {
      const fetched = await this.#begun(flight)
      const next = this.#flights[0]
      if (next !== undefined && !this.#isClosed) void this.#begun(next)
      return fetched
    } finally {
      if (!this.#isOwn(block)) this.#count(block, -1)
      this.#start()
    }
  }

  /** Starts nothing more, and lets go what was fetched in vain. */
  async close(): Promise<void> {
    this.#isClosed = true
    for (const { fetched } of this.#flights.splice(0)) {
      const block = await fetched?.catch(() => undefined) // nobody reads it any more
      await block?.discard()
    }
  }

  #start(): void {
    while (!this.#isClosed && this.#started < this.#blocks.length) {
      const block = this.#blocks[this.#started] as BlockLocation
      const isOwn = this.#isOwn(block)
      if (!isOwn && this.#inFlight > 0 && !this.#fits(block)) return
      this.#started += 1
      const flight: Flight = { block, fetched: undefined }
      this.#flights.push(flight)
      if (isOwn) continue
      this.#count(block, 1)
      void this.#begun(flight)
    }
  }

  #begun(flight: Flight): Promise<FetchedBlock> {
    if (flight.fetched !== undefined) return flight.fetched
    const fetched = this.#fetch(flight.block)
    fetched.catch(() => {}) // looked at in its turn
    flight.fetched = fetched
    return fetched
  }

  #isOwn({ executorId }: BlockLocation): boolean {
    return executorId === this.#ownId
  }

  /** One more in flight, or one less. */
  #count({ executorId, lengthBytes }: BlockLocation, change: 1 | -1): void {
    this.#inFlight += change
    this.#bytesInFlight += change * lengthBytes
    this.#byAddress.set(executorId, (this.#byAddress.get(executorId) ?? 0) + change)
  }

  #fits({ executorId, lengthBytes }: BlockLocation): boolean {
    const { maxBytesInFlight, maxBlocksInFlight, maxBlocksInFlightPerAddress } = this.#limits
    return (
      this.#bytesInFlight + lengthBytes <= maxBytesInFlight &&
      this.#inFlight < maxBlocksInFlight &&
      (this.#byAddress.get(executorId) ?? 0) < maxBlocksInFlightPerAddress
    )
  }
}
