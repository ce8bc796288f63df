/** What a parcel of HTTP in memory is: the head as JSON, a piece of the body, or its end. */
export type ParcelKind = 'head' | 'body' | 'end'

const KINDS: readonly ParcelKind[] = ['head', 'body', 'end']
const HEADER_BYTES = 5

/** A parcel: kind (one byte), length (four, big-endian), content. */
export function parcel(kind: ParcelKind, content: Uint8Array | string): Uint8Array {
  const bytes = typeof content === 'string' ? new TextEncoder().encode(content) : content
  const whole = new Uint8Array(HEADER_BYTES + bytes.byteLength)
  whole[0] = KINDS.indexOf(kind)
  new DataView(whole.buffer).setUint32(1, bytes.byteLength)
  whole.set(bytes, HEADER_BYTES)
  return whole
}

/** Puts parcels together again, however the network has cut them up. */
export class HttpParcels {
  #bytes: Uint8Array = new Uint8Array(0)

  push(bytes: Uint8Array): readonly { readonly kind: ParcelKind; readonly content: Uint8Array }[] {
    const all = Buffer.concat([this.#bytes, bytes])
    const whole: { readonly kind: ParcelKind; readonly content: Uint8Array }[] = []
    let at = 0
    while (all.byteLength >= at + HEADER_BYTES) {
      const end = at + HEADER_BYTES + all.readUInt32BE(at + 1)
      if (all.byteLength < end) break
      const kind = KINDS[all[at] ?? 0] ?? 'end'
      whole.push({ kind, content: all.subarray(at + HEADER_BYTES, end) })
      at = end
    }
    this.#bytes = all.subarray(at)
    return whole
  }
}
