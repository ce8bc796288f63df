import { DOUBLE, INT_16, INT_32, LATIN_TEXT, SHORT_LATIN_TEXT } from './tags.ts'

/** How the keys of records can be put in order: by words of theirs, or only as values. */
export type KeyKind = 'latin' | 'number' | 'other'

const double = new Float64Array(1)
const halves = new Uint32Array(double.buffer)
const octets = new Uint8Array(double.buffer)

/** The kind of the value that begins at `at`. */
export function keyKindAt(page: Uint8Array, at: number): KeyKind {
  const tag = page[at] as number
  if (tag >= SHORT_LATIN_TEXT || tag === LATIN_TEXT) return 'latin'
  return tag < 0x80 || tag === INT_16 || tag === INT_32 || tag === DOUBLE ? 'number' : 'other'
}

/** Units of the Latin-1 text that begins at `at`. */
export function latinLength(page: Uint8Array, at: number): number {
  const tag = page[at] as number
  return tag >= SHORT_LATIN_TEXT ? tag & 0x3f : wordAt(page, at + 1)
}

/**
 * Word `depth` of the Latin-1 text that begins at `at`: its units 4 · depth … 4 · depth + 3, the first one highest, zero behind
 * the end. Texts are in the order of their first words that differ; where none does, the shorter is first.
 */
export function latinWord(page: Uint8Array, at: number, depth: number): number {
  const isShort = (page[at] as number) >= SHORT_LATIN_TEXT
  const length = isShort ? (page[at] as number) & 0x3f : wordAt(page, at + 1)
  const left = length - 4 * depth
  const from = at + (isShort ? 1 : 5) + 4 * depth
  if (left >= 4) {
    return (
      (((page[from] as number) << 24) |
        ((page[from + 1] as number) << 16) |
        ((page[from + 2] as number) << 8) |
        (page[from + 3] as number)) >>>
      0
    )
  }
  let word = 0
  for (let i = 0; i < left; i += 1) word |= (page[from + i] as number) << (24 - 8 * i)
  return word >>> 0
}

/** Word 0 or 1 of the number that begins at `at`: numbers are in the order of these, NaN last, and -0 is 0. */
export function numberWord(page: Uint8Array, at: number, depth: number): number {
  double[0] = numberAt(page, at) + 0
  const high = halves[1] as number
  const low = halves[0] as number
  if (high >= 0x8000_0000) return ~(depth === 0 ? high : low) >>> 0
  return depth === 0 ? (high | 0x8000_0000) >>> 0 : low
}

function numberAt(page: Uint8Array, at: number): number {
  const tag = page[at] as number
  if (tag < 0x80) return tag
  if (tag === INT_16) {
    return (((page[at + 1] as number) | ((page[at + 2] as number) << 8)) << 16) >> 16
  }
  if (tag === INT_32) return wordAt(page, at + 1) | 0
  for (let i = 0; i < 8; i += 1) octets[i] = page[at + 1 + i] as number
  const value = double[0] as number
  // A NaN may have any sign.
  return Number.isNaN(value) ? NaN : value
}

function wordAt(page: Uint8Array, at: number): number {
  return (
    ((page[at] as number) |
      ((page[at + 1] as number) << 8) |
      ((page[at + 2] as number) << 16) |
      ((page[at + 3] as number) << 24)) >>>
    0
  )
}
