/** Bytes up to this number are copied one by one. */
const LOOPED_BYTES = 16
/** Bytes beyond this number are worth a native call, which takes a view. */
const MOST_BYTES = 512

/** Memory as bytes and, the same, as words. */
export interface WordBytes {
  readonly bytes: Uint8Array
  /** As many as there are whole ones. */
  readonly words: Int32Array
}

export const NO_BYTES: WordBytes = { bytes: new Uint8Array(0), words: new Int32Array(0) }

/** All of a piece of memory. */
export function wordBytes(memory: ArrayBufferLike): WordBytes {
  if (memory.byteLength === 0) return NO_BYTES
  return { bytes: new Uint8Array(memory), words: new Int32Array(memory, 0, memory.byteLength >> 2) }
}

/**
 * Copies `length` bytes. Where a record has some dozens of them it copies words, which are shifted to where they go: a native call takes
 * a view of memory for each, and the collector all of these views.
 */
export function copyBytes(
  from: WordBytes,
  start: number,
  length: number,
  into: WordBytes,
  at: number,
): void {
  const source = from.bytes
  const target = into.bytes
  if (length > LOOPED_BYTES) {
    const words = from.words
    // One word behind the last is looked at.
    if (length > MOST_BYTES || (start + length) >> 2 >= words.length - 1) {
      target.set(source.subarray(start, start + length), at)
      return
    }
    copyWords(from, start, length, into, at)
    return
  }
  for (let i = 0; i < length; i += 1) target[at + i] = source[start + i] as number
}

function copyWords(
  from: WordBytes,
  start: number,
  length: number,
  into: WordBytes,
  at: number,
): void {
  const source = from.bytes
  const target = into.bytes
  const sourceWords = from.words
  const targetWords = into.words
  const end = at + length
  let to = at
  let next = start
  for (; (to & 3) !== 0; to += 1, next += 1) target[to] = source[next] as number
  const shift = (next & 3) << 3
  const last = end >> 2
  let word = next >> 2
  let place = to >> 2
  next += (last - place) << 2
  if (shift === 0) {
    for (; place < last; place += 1, word += 1) targetWords[place] = sourceWords[word] as number
  } else {
    let low = sourceWords[word] as number
    for (; place < last; place += 1) {
      word += 1
      const high = sourceWords[word] as number
      targetWords[place] = (low >>> shift) | (high << (32 - shift))
      low = high
    }
  }
  for (to = last << 2; to < end; to += 1, next += 1) target[to] = source[next] as number
}
