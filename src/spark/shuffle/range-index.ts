import type { Column } from '../columns/index.ts'

/** Bytes of a key that are looked at together, as a number: of 48 bits there are doubles. */
const PREFIX_BYTES = 6

/**
 * UTF-8 in the order of UTF-16: what takes four bytes is written as two surrogates, which stand before the last 8,192 units that
 * take three. Only those of three are told apart by their first byte; it is the one that moves.
 */
const UTF_16_RANK: Uint8Array = Uint8Array.from({ length: 256 }, (_, byte) =>
  byte === 0xee || byte === 0xef ? byte + 0x10 : byte,
)
const SAME_RANK: Uint8Array = Uint8Array.from({ length: 256 }, (_, byte) => byte)

/** Units of a text that are looked at together. */
const PREFIX_UNITS = 3

/**
 * Finds keys of one kind among ascending bounds: by their first bytes, which mostly tell, and then by all of them. Texts are
 * in the order of their UTF-16 units, as everywhere.
 */
export class RangeIndex {
  readonly #type: 'text' | 'bytes'
  readonly #bounds: readonly Uint8Array[]
  readonly #prefixes: Float64Array
  /** Of texts: the bounds as they are, and the first units of each. */
  readonly #texts: readonly string[]
  readonly #unitPrefixes: Float64Array

  /** Undefined for bounds that are not all texts or all bytes, or have no UTF-8. */
  static of(bounds: readonly unknown[]): RangeIndex | undefined {
    const [first] = bounds
    if (first instanceof Uint8Array) {
      const areBytes = bounds.every((bound) => bound instanceof Uint8Array)
      return areBytes ? new RangeIndex('bytes', bounds, []) : undefined
    }
    const texts: string[] = []
    const ranked: Uint8Array[] = []
    for (const bound of bounds) {
      if (typeof bound !== 'string') return undefined
      const bytes = Buffer.from(bound, 'utf8')
      // Half a surrogate pair has no bytes of its own.
      if (bytes.toString('utf8') !== bound) return undefined
      ranked.push(bytes.map((byte) => UTF_16_RANK[byte] as number))
      texts.push(bound)
    }
    return texts.length === 0 ? undefined : new RangeIndex('text', ranked, texts)
  }

  private constructor(
    type: 'text' | 'bytes',
    bounds: readonly Uint8Array[],
    texts: readonly string[],
  ) {
    this.#type = type
    this.#bounds = bounds
    this.#texts = texts
    this.#unitPrefixes = Float64Array.from(texts, unitsOf)
    this.#prefixes = Float64Array.from(bounds, (bound) =>
      prefixOf(bound, 0, bound.length, SAME_RANK),
    )
  }

  /** For each key how many bounds are less; undefined for a column of another kind. */
  findAll(keys: Column, rows: number): Int32Array | undefined {
    if (keys.type !== this.#type) return undefined
    const { bytes, starts, ends } = keys
    const rank = keys.type === 'bytes' || keys.isAscii ? SAME_RANK : UTF_16_RANK
    const found = new Int32Array(rows)
    for (let i = 0; i < rows; i += 1) {
      found[i] = this.#find(bytes, starts[i] as number, ends[i] as number, rank)
    }
    return found
  }

  /** How many bounds are less than a key; undefined for one of another kind. */
  find(key: unknown): number | undefined {
    if (typeof key === 'string') return this.#type === 'text' ? this.#findText(key) : undefined
    const isOurs = key instanceof Uint8Array && this.#type === 'bytes'
    return isOurs ? this.#find(key, 0, key.length, SAME_RANK) : undefined
  }

  #findText(key: string): number {
    const prefixes = this.#unitPrefixes
    const prefix = unitsOf(key)
    let low = 0
    let high = prefixes.length
    while (low < high) {
      const middle = (low + high) >>> 1
      const difference = prefix - (prefixes[middle] as number)
      const isGreater =
        difference > 0 || (difference === 0 && key > (this.#texts[middle] as string))
      if (isGreater) low = middle + 1
      else high = middle
    }
    return low
  }

  #find(bytes: Uint8Array, start: number, end: number, rank: Uint8Array): number {
    const prefixes = this.#prefixes
    const prefix = prefixOf(bytes, start, end, rank)
    let low = 0
    let high = prefixes.length
    while (low < high) {
      const middle = (low + high) >>> 1
      const difference = prefix - (prefixes[middle] as number)
      const isGreater =
        difference > 0 ||
        (difference === 0 &&
          compareRanked(bytes, start, end, rank, this.#bounds[middle] as Uint8Array) > 0)
      if (isGreater) low = middle + 1
      else high = middle
    }
    return low
  }
}

/** The first units of a text as a number; zeros stand behind its end. */
function unitsOf(text: string): number {
  if (text.length >= PREFIX_UNITS) {
    const low = (text.charCodeAt(1) << 16) | text.charCodeAt(2)
    return text.charCodeAt(0) * 0x1_0000_0000 + (low >>> 0)
  }
  const first = text.length > 0 ? text.charCodeAt(0) : 0
  const second = text.length > 1 ? text.charCodeAt(1) : 0
  return first * 0x1_0000_0000 + second * 0x1_0000
}

/** A key behind the end of which there is nothing counts as one with zeros there. */
function prefixOf(bytes: Uint8Array, start: number, end: number, rank: Uint8Array): number {
  if (end - start >= PREFIX_BYTES) {
    const high =
      ((rank[bytes[start] as number] as number) << 8) | (rank[bytes[start + 1] as number] as number)
    const low =
      (((rank[bytes[start + 2] as number] as number) << 24) |
        ((rank[bytes[start + 3] as number] as number) << 16) |
        ((rank[bytes[start + 4] as number] as number) << 8) |
        (rank[bytes[start + 5] as number] as number)) >>>
      0
    return high * 0x1_0000_0000 + low
  }
  let prefix = 0
  for (let i = 0; i < PREFIX_BYTES; i += 1) {
    prefix = prefix * 256 + (start + i < end ? (rank[bytes[start + i] as number] as number) : 0)
  }
  return prefix
}

function compareRanked(
  bytes: Uint8Array,
  start: number,
  end: number,
  rank: Uint8Array,
  bound: Uint8Array,
): number {
  const length = end - start
  const shorter = Math.min(length, bound.length)
  for (let i = 0; i < shorter; i += 1) {
    const difference = (rank[bytes[start + i] as number] as number) - (bound[i] as number)
    if (difference !== 0) return difference
  }
  return length - bound.length
}
