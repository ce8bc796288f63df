/** What stands in an ordered store. Bytes that it hands out are not to be written to. */
export interface OrderedReader {
  get(key: Uint8Array): Uint8Array | undefined
  /** Keys from `from` on, below `to`, compared byte by byte; from the end with `isReversed`. No more than `limit`. */
  range(range: KeyRange): Iterable<readonly [key: Uint8Array, value: Uint8Array]>
}

export interface KeyRange {
  readonly from: Uint8Array
  readonly to: Uint8Array
  readonly isReversed?: boolean
  readonly limit?: number
}

/** A key, of 1 to {@link MAX_KEY_BYTES} bytes, and what stands at it from now on; undefined for nothing. */
export type OrderedChange = readonly [key: Uint8Array, value: Uint8Array | undefined]

/** What an update makes of what stands there. */
export interface OrderedUpdate<R> {
  readonly changes: readonly OrderedChange[]
  readonly result: R
}

/** A durable table of bytes in the order of its keys, below the embedded event log and table store. */
export interface OrderedStore {
  /** What was durable a moment ago, at least. @throws TROUPE_PLATFORM_STORE_FAILED */
  readonly reader: OrderedReader
  /**
   * Makes all the changes that `decide` answers, or none; durable once it has resolved. Updates come one after another, also those of other
   * processes, and each sees all before it. Many at a time become durable together.
   * @throws TROUPE_PLATFORM_STORE_FAILED: whether they were made is unknown; and what `decide` throws, when nothing was changed
   */
  update<R>(decide: (reader: OrderedReader) => OrderedUpdate<R>): Promise<R>
  /** Behind the updates before it. */
  close(): Promise<void>
}

export interface OrderedStores {
  /** Opens the store in a directory; makes both where there are none. @throws TROUPE_PLATFORM_STORE_FAILED */
  open(directory: string): Promise<OrderedStore>
}

export const MAX_KEY_BYTES = 1900
