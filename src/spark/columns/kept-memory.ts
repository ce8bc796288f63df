/** Kept at most by each thread. */
const MOST_KEPT_BYTES = 48 << 20
/** What is shorter is not worth to be kept. */
const LEAST_BYTES = 32 << 10
/** A piece may be so many times as long as what is asked for. */
const MOST_RATIO = 2

/** The one that was given back last is the last. */
const kept: ArrayBuffer[] = []
let keptBytes = 0

/**
 * Memory that one task has done with and the next one takes: memory that was not used before costs more than to fill it, and V8
 * looks through all of its heap after each few megabytes of it.
 *
 * @returns `sizeBytes` or more, at most twice as much; what is in it is not said
 */
export function takeMemory(sizeBytes: number): ArrayBuffer {
  for (let i = kept.length - 1; i >= 0; i -= 1) {
    const memory = kept[i] as ArrayBuffer
    const { byteLength } = memory
    if (byteLength < sizeBytes || byteLength > MOST_RATIO * sizeBytes) continue
    kept.splice(i, 1)
    keptBytes -= byteLength
    return memory
  }
  return new ArrayBuffer(sizeBytes)
}

/** Gives back memory that nobody looks at any more, all of it. */
export function giveMemory(memory: ArrayBuffer): void {
  if (memory.byteLength < LEAST_BYTES || memory.byteLength > MOST_KEPT_BYTES) return
  kept.push(memory)
  keptBytes += memory.byteLength
  while (keptBytes > MOST_KEPT_BYTES) keptBytes -= (kept.shift() as ArrayBuffer).byteLength
}

/** A longer copy of an array that has its memory for itself, and gives it back: nobody looks at it any more. What is behind the copy is not said. */
export function grownInt32(before: Int32Array, length: number): Int32Array {
  const grown = new Int32Array(takeMemory(4 * length), 0, length)
  grown.set(before)
  giveMemory(before.buffer as ArrayBuffer)
  return grown
}

/** @see {@link grownInt32} */
export function grownFloat64(before: Float64Array, length: number): Float64Array {
  const grown = new Float64Array(takeMemory(8 * length), 0, length)
  grown.set(before)
  giveMemory(before.buffer as ArrayBuffer)
  return grown
}

/** @see {@link grownInt32} */
export function grownBytes(before: Uint8Array, length: number): Uint8Array {
  const grown = new Uint8Array(takeMemory(length), 0, length)
  grown.set(before)
  giveMemory(before.buffer as ArrayBuffer)
  return grown
}
