/** Bytes of the memory of a page that becomes full, with room for the record that closes it. */
export const FULL_PAGE_BYTES: number = (32 << 10) + 512
/** Pages kept at most: 36.6 MiB in each thread, which is a block of input and what is added to it. */
const MOST_KEPT = 1152

/** Memory of pages that were written out, which the next ones take: to get some anew costs more than to fill it. */
const kept: Buffer[] = []

/** Memory for a page. */
export function takePageMemory(sizeBytes: number): Buffer {
  return (
    (sizeBytes === FULL_PAGE_BYTES ? kept.pop() : undefined) ?? Buffer.allocUnsafeSlow(sizeBytes)
  )
}

/** Gives back the memory of a page that nobody looks at any more. */
export function givePageMemory({ buffer, byteOffset }: Uint8Array): void {
  if (buffer.byteLength !== FULL_PAGE_BYTES || byteOffset !== 0 || kept.length >= MOST_KEPT) return
  kept.push(Buffer.from(buffer as ArrayBuffer))
}
