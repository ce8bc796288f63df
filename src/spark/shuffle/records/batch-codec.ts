/** Values to bytes and back; what it decodes equals what it encoded, and the bytes are the caller's own. */
export interface BatchCodec {
  encode(value: unknown): Uint8Array
  decode(bytes: Uint8Array): unknown
}
