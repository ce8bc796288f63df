/** Bytes of the memory of a page that becomes full, with room for the record that closes it. */
export const FULL_PAGE_BYTES: number = (32 << 10) + 512
/** Pages kept at most: 36.6 MiB in each thread, which is a block of input and what is added to it. */
const MOST_KEPT = 1152

/** Memory of pages that were written out, which the next ones take: to get some anew costs more than to fill it. */
const kept: Buffer[] = []

/** A page that needs as much as this gets the memory of a full one where there is some: it would grow three times otherwise. */
const LEAST_BYTES = 4 << 10

/** Memory for a page, of `sizeBytes` or more. */
export function takePageMemory(sizeBytes: number): Buffer {
  const fits = sizeBytes >= LEAST_BYTES && sizeBytes <= FULL_PAGE_BYTES
  const memory = fits ? kept.pop() : undefined
  return memory ?? Buffer.allocUnsafeSlow(sizeBytes)
}

/** Gives back the memory of a page that nobody looks at any more. */
export function givePageMemory({ buffer, byteOffset }: Uint8Array): void {
  if (buffer.byteLength !== FULL_PAGE_BYTES || byteOffset !== 0 || kept.length >= MOST_KEPT) return
  kept.push(Buffer.from(buffer as ArrayBuffer))
}
