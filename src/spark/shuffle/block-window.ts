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
  readonly fetched: Promise<FetchedBlock>
}

/** Fetches blocks ahead of their reader, in order and within the limits, from several executors at once. */
export class BlockWindow {
  readonly #blocks: readonly BlockLocation[]
  readonly #fetch: (block: BlockLocation) => Promise<FetchedBlock>
  readonly #limits: FetchLimits
  /** Under way, or there and not read yet. */
  readonly #flights: Flight[] = []
  /** executor → blocks of its that are under way or not read yet */
  readonly #byAddress = new Map<string, number>()
  #started = 0
  #bytesInFlight = 0
  #isClosed = false

  constructor(
    blocks: readonly BlockLocation[],
    fetch: (block: BlockLocation) => Promise<FetchedBlock>,
    limits: FetchLimits,
  ) {
    this.#blocks = blocks
    this.#fetch = fetch
    this.#limits = limits
  }

  /** The next block; undefined when there is none. @throws TROUPE_SPARK_FETCH_FAILED */
  async next(): Promise<FetchedBlock | undefined> {
    this.#start()
    const flight = this.#flights.shift()
    if (flight === undefined) return undefined
    try {
      return await flight.fetched
    } finally {
      const { executorId, lengthBytes } = flight.block
      this.#bytesInFlight -= lengthBytes
      this.#byAddress.set(executorId, (this.#byAddress.get(executorId) ?? 1) - 1)
      this.#start()
    }
  }

  /** Starts nothing more, and lets go what was fetched in vain. */
  async close(): Promise<void> {
    this.#isClosed = true
    for (const { fetched } of this.#flights.splice(0)) {
      const block = await fetched.catch(() => undefined) // nobody reads it any more
      await block?.discard()
    }
  }

  #start(): void {
    while (!this.#isClosed && this.#started < this.#blocks.length) {
      const block = this.#blocks[this.#started] as BlockLocation
      if (this.#flights.length > 0 && !this.#fits(block)) return
      this.#started += 1
      this.#bytesInFlight += block.lengthBytes
      const { executorId } = block
      this.#byAddress.set(executorId, (this.#byAddress.get(executorId) ?? 0) + 1)
      const fetched = this.#fetch(block)
      fetched.catch(() => {}) // looked at in its turn
      this.#flights.push({ block, fetched })
    }
  }

  #fits({ executorId, lengthBytes }: BlockLocation): boolean {
    const { maxBytesInFlight, maxBlocksInFlight, maxBlocksInFlightPerAddress } = this.#limits
    return (
      this.#bytesInFlight + lengthBytes <= maxBytesInFlight &&
      this.#flights.length < maxBlocksInFlight &&
      (this.#byAddress.get(executorId) ?? 0) < maxBlocksInFlightPerAddress
    )
  }
}
