/** A key and what stands at it from now on; undefined for nothing. */
export type StoreChange = readonly [key: string, value: Uint8Array | undefined]

/** A small durable table of bytes by key, for what a process has promised and must know after its end. */
export interface Store {
  /** All that stands in it. @throws TROUPE_PLATFORM_STORE_FAILED */
  readonly entries: () => Promise<ReadonlyMap<string, Uint8Array>>
  /**
   * Makes all the changes or none of them, in order; durable once it has resolved. Keys are 1 to 500 bytes in UTF-8.
   * @throws TROUPE_PLATFORM_STORE_FAILED: whether they were made is unknown
   */
  readonly write: (changes: readonly StoreChange[]) => Promise<void>
  /** Behind the writes before it. */
  readonly close: () => Promise<void>
}

/** Where stores are kept. */
export interface Stores {
  /** Opens the store in a directory; makes both where there are none. @throws TROUPE_PLATFORM_STORE_FAILED */
  open(directory: string): Promise<Store>
}
