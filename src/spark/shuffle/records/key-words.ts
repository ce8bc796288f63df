import {
  BUFFER,
  BYTES,
  DOUBLE,
  INT_16,
  INT_32,
  LATIN_TEXT,
  SHORT_BYTES,
  SHORT_LATIN_TEXT,
  WIDE_TEXT,
} from './tags.ts'

/**
 * How the keys of records can be put in order: by words of theirs, or only as values. `text` are texts of which some are
 * not Latin-1.
 */
export type KeyKind = 'latin' | 'text' | 'bytes' | 'number' | 'other'

const double = new Float64Array(1)
const halves = new Uint32Array(double.buffer)
const octets = new Uint8Array(double.buffer)

/** The kind of the value that begins at `at`. */
export function keyKindAt(page: Uint8Array, at: number): KeyKind {
  const tag = page[at] as number
  if (tag >= SHORT_LATIN_TEXT || tag === LATIN_TEXT) return 'latin'
  if (tag < 0x80 || tag === INT_16 || tag === INT_32 || tag === DOUBLE) return 'number'
  if (tag >> 4 === SHORT_BYTES >> 4 || tag === BYTES || tag === BUFFER) return 'bytes'
  return tag === WIDE_TEXT ? 'text' : 'other'
}

/** Whether the bytes that begin at `at` are a Buffer, not a plain Uint8Array. */
export function isBuffer(page: Uint8Array, at: number): boolean {
  return page[at] === BUFFER
}

/** The kind of keys of which some are of one kind and some of another. */
export function commonKind(one: KeyKind, other: KeyKind): KeyKind {
  if (one === other) return one
  const areTexts = (one === 'latin' || one === 'text') && (other === 'latin' || other === 'text')
  return areTexts ? 'text' : 'other'
}

/** How many words tell keys of a kind apart at most. */
export function mostWords(kind: KeyKind): number {
  return kind === 'number' ? 2 : Infinity
}

/** Where the units or bytes of the text or the bytes that begin at `at` stand. */
export function contentAt(page: Uint8Array, at: number): number {
  const tag = page[at] as number
  return at + (tag >= SHORT_LATIN_TEXT || tag >> 4 === SHORT_BYTES >> 4 ? 1 : 5)
}

/** Units or bytes of the text or the bytes that begin at `at`. */
export function lengthAt(page: Uint8Array, at: number): number {
  const tag = page[at] as number
  if (tag >= SHORT_LATIN_TEXT) return tag & 0x3f
  return tag >> 4 === SHORT_BYTES >> 4 ? tag & 0xf : wordAt(page, at + 1)
}

/**
 * Word `depth` of the key that begins at `at`: unsigned, and keys are in the order of their first words that differ; where none
 * does, the shorter text is first. Of Latin-1 and bytes it holds four units, the first one highest, of other
 * texts two; zero stands behind the end. Numbers have two words, NaN comes last, and -0 is 0.
 */
export function keyWord(kind: KeyKind, page: Uint8Array, at: number, depth: number): number {
  if (kind === 'number') return numberWord(page, at, depth)
  return kind === 'text' ? unitsWord(page, at, depth) : octetsWord(page, at, depth)
}

/** Which of two keys of one kind, from word `depth` on, is first: negative, 0 or positive. */
export function compareEncodedKeys(
  kind: KeyKind,
  page: Uint8Array,
  at: number,
  otherPage: Uint8Array,
  otherAt: number,
  depth = 0,
): number {
  if (kind === 'latin' || kind === 'bytes') {
    return compareOctets(page, at, otherPage, otherAt, 4 * depth)
  }
  const isNumber = kind === 'number'
  const length = isNumber ? 0 : lengthAt(page, at)
  const otherLength = isNumber ? 0 : lengthAt(otherPage, otherAt)
  const words = isNumber ? 2 : Math.ceil(Math.min(length, otherLength) / 2)
  for (let word = depth; word < words; word += 1) {
    const difference = keyWord(kind, page, at, word) - keyWord(kind, otherPage, otherAt, word)
    if (difference !== 0) return difference
  }
  return length - otherLength
}

function compareOctets(
  page: Uint8Array,
  at: number,
  otherPage: Uint8Array,
  otherAt: number,
  from: number,
): number {
  const length = lengthAt(page, at)
  const otherLength = lengthAt(otherPage, otherAt)
  const content = contentAt(page, at)
  const otherContent = contentAt(otherPage, otherAt)
  const shorter = Math.min(length, otherLength)
  for (let i = from; i < shorter; i += 1) {
    const difference = (page[content + i] as number) - (otherPage[otherContent + i] as number)
    if (difference !== 0) return difference
  }
  return length - otherLength
}

function octetsWord(page: Uint8Array, at: number, depth: number): number {
  const left = lengthAt(page, at) - 4 * depth
  const from = contentAt(page, at) + 4 * depth
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

function unitsWord(page: Uint8Array, at: number, depth: number): number {
  const first = unitAt(page, at, 2 * depth)
  return ((first << 16) | unitAt(page, at, 2 * depth + 1)) >>> 0
}

function unitAt(page: Uint8Array, at: number, index: number): number {
  if (index >= lengthAt(page, at)) return 0
  const content = contentAt(page, at)
  if (page[at] !== WIDE_TEXT) return page[content + index] as number
  const place = content + 2 * index
  return (page[place] as number) | ((page[place + 1] as number) << 8)
}

function numberWord(page: Uint8Array, at: number, depth: number): number {
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
