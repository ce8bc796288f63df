/** Values to bytes and back; what it decodes equals what it encoded, and the bytes are the caller's own. */
export interface BatchCodec {
  /** @throws TROUPE_SPARK_ROW_UNENCODABLE; TROUPE_SPARK_ROW_TOO_LARGE for more than `mostBytes`, or than a value can have */
  encode(value: unknown, mostBytes?: number): Uint8Array
  decode(bytes: Uint8Array): unknown
}
