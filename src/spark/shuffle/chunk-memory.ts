/** Bytes of a chunk: what is read at a time of a map output that lies here. */
export const CHUNK_BYTES: number = 1 << 20
/** Kept at most: 4 MiB in each thread. */
const MOST_KEPT = 4

const kept: Uint8Array[] = []
/** Memory of whoever takes chunks; all other is not to be used again. */
const ours = new WeakSet<ArrayBufferLike>()

/** Room for a chunk. Memory that was not used before costs more than to read into it. */
export function takeChunkMemory(): Uint8Array {
  const memory = kept.pop()
  if (memory !== undefined) return memory
  const made = new Uint8Array(CHUNK_BYTES)
  ours.add(made.buffer)
  return made
}

/** Gives back what a chunk lies in, if it came from here: nobody looks at it any more. */
export function giveChunkMemory({ buffer }: Uint8Array): void {
  if (kept.length < MOST_KEPT && ours.has(buffer)) kept.push(new Uint8Array(buffer))
}
