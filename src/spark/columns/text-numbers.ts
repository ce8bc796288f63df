import type { Slices } from './column-batch.ts'
import { giveMemory, grownBytes, grownInt32, takeMemory } from './kept-memory.ts'
import type { Scratch } from './scratch.ts'
import { HEAD_BYTES, HEAD_WORDS, readHeads } from './text-heads.ts'

const MAX_LOAD = 0.5
const FIRST_CAPACITY = 64
/** Texts that are looked up together. */
const TOGETHER = 1024

/**
 * Numbers texts from 0 on in the order in which they first come. What is in the way of a text costs no more than the memory's
 * bandwidth: for many texts together places and heads are read one after the other without a branch, then it is looked which of them
 * were right.
 */
export class TextNumbers {
  readonly #seed: number
  /** The number + 1 of a text in the bits of the mask, the upper bits of its hash above; 0 for a free place. */
  #places: Int32Array = new Int32Array(FIRST_CAPACITY)
  /** Heads by number + 1. */
  #heads: Int32Array = new Int32Array((FIRST_CAPACITY / 2 + 1) * HEAD_WORDS)
  /** Of texts longer than a head, by number: where they lie in the arena. */
  #rests: Int32Array = new Int32Array(0)
  #arena: Uint8Array = new Uint8Array(0)
  #arenaBytes = 0
  readonly #newHeads: Int32Array = new Int32Array(TOGETHER * HEAD_WORDS)
  readonly #guesses: Int32Array = new Int32Array(TOGETHER)
  size = 0

  /** Tables that meet texts in the order of another one's hashes cluster; those of another `seed` don't. */
  constructor(seed: number) {
    this.#seed = seed
  }

  /** Bytes of memory that it holds. */
  get bytes(): number {
    const { byteLength } = this.#places
    return byteLength + this.#heads.byteLength + this.#rests.byteLength + this.#arena.byteLength
  }

  /** Writes the number of each text; those that are new get one. */
  numbersOf(texts: Slices, rows: number, numbers: Int32Array): void {
    for (let from = 0; from < rows; from += TOGETHER) {
      const to = Math.min(rows, from + TOGETHER)
      readHeads(texts, from, to, this.#seed, this.#newHeads)
      this.#guess(to - from)
      this.#settle(texts, from, to, numbers)
    }
  }

  /** The number of text `row`, which gets one if it is new. */
  numberOf(texts: Slices, row: number): number {
    readHeads(texts, row, row + 1, this.#seed, this.#newHeads)
    return this.#find(0, texts.bytes, texts.starts[row] as number)
  }

  /** Gives its memory back: nothing is asked of it any more. */
  close(): void {
    for (const { buffer } of [this.#places, this.#heads, this.#rests, this.#arena]) {
      giveMemory(buffer as ArrayBuffer)
    }
    this.#places = this.#heads = this.#rests = new Int32Array(0)
    this.#arena = new Uint8Array(0)
    this.size = 0
  }

  /** Texts `from` … `to` in order of their numbers, one behind the other, in memory of `scratch`. */
  texts(from: number, to: number, scratch: Scratch): Slices {
    const heads = this.#heads
    const arena = this.#arena
    let textBytes = 0
    for (let number = from; number < to; number += 1) {
      textBytes += (heads[(number + 1) * HEAD_WORDS + 3] as number) - 1
    }
    const bytes = scratch.bytes(textBytes + HEAD_BYTES)
    const starts = scratch.int32(to - from)
    const ends = scratch.int32(to - from)
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    let at = 0
    for (let number = from; number < to; number += 1) {
      const head = (number + 1) * HEAD_WORDS
      const length = (heads[head + 3] as number) - 1
      view.setInt32(at, heads[head] as number, true)
      view.setInt32(at + 4, heads[head + 1] as number, true)
      if (length > HEAD_BYTES) {
        const rest = this.#rests[number] as number
        for (let k = HEAD_BYTES; k < length; k += 1) bytes[at + k] = arena[rest + k] as number
      }
      starts[number - from] = at
      at += length
      ends[number - from] = at
    }
    return { bytes, starts, ends }
  }

  /** For each head the number + 1 of a text that has the same and stands where it is first looked for; 0 for none. */
  #guess(rows: number): void {
    const heads = this.#newHeads
    const guesses = this.#guesses
    const places = this.#places
    const known = this.#heads
    const mask = places.length - 1
    for (let i = 0; i < rows; i += 1) {
      const head = i * HEAD_WORDS
      const hash = heads[head + 2] as number
      const number = (places[hash & mask] as number) & mask
      const other = number * HEAD_WORDS
      const difference =
        ((known[other] as number) ^ (heads[head] as number)) |
        ((known[other + 1] as number) ^ (heads[head + 1] as number)) |
        ((known[other + 2] as number) ^ hash) |
        ((known[other + 3] as number) ^ (heads[head + 3] as number))
      guesses[i] = number & ~((difference | (0 - difference)) >> 31)
    }
  }

  #settle({ bytes, starts }: Slices, from: number, to: number, numbers: Int32Array): void {
    const heads = this.#newHeads
    const guesses = this.#guesses
    for (let i = from; i < to; i += 1) {
      const guess = guesses[i - from] as number
      const used = heads[(i - from) * HEAD_WORDS + 3] as number
      numbers[i] =
        guess !== 0 &&
        (used <= HEAD_BYTES + 1 || this.#isRest(guess - 1, bytes, starts[i] as number, used - 1))
          ? guess - 1
          : this.#find((i - from) * HEAD_WORDS, bytes, starts[i] as number)
    }
  }

  /** The number of the text of a head, which is a new one if need be. */
  #find(head: number, bytes: Uint8Array, start: number): number {
    const heads = this.#newHeads
    const known = this.#heads
    const places = this.#places
    const mask = places.length - 1
    const low = heads[head] as number
    const high = heads[head + 1] as number
    const hash = heads[head + 2] as number
    const used = heads[head + 3] as number
    let place = hash & mask
    for (;;) {
      const held = places[place] as number
      if (held === 0) return this.#add(place, head, bytes, start)
      const other = (held & mask) * HEAD_WORDS
      if (
        ((held ^ hash) & ~mask) === 0 &&
        known[other] === low &&
        known[other + 1] === high &&
        known[other + 2] === hash &&
        known[other + 3] === used &&
        (used <= HEAD_BYTES + 1 || this.#isRest((held & mask) - 1, bytes, start, used - 1))
      ) {
        return (held & mask) - 1
      }
      place = (place + 1) & mask
    }
  }

  #isRest(number: number, bytes: Uint8Array, start: number, length: number): boolean {
    const arena = this.#arena
    const from = this.#rests[number] as number
    let k = HEAD_BYTES
    while (k < length && arena[from + k] === bytes[start + k]) k += 1
    return k === length
  }

  #add(place: number, head: number, bytes: Uint8Array, start: number): number {
    const number = this.size
    const hash = this.#newHeads[head + 2] as number
    const length = (this.#newHeads[head + 3] as number) - 1
    const at = (number + 1) * HEAD_WORDS
    for (let k = 0; k < HEAD_WORDS; k += 1) {
      this.#heads[at + k] = this.#newHeads[head + k] as number
    }
    this.#places[place] = (hash & ~(this.#places.length - 1)) | (number + 1)
    if (length > HEAD_BYTES) this.#keep(number, bytes, start, length)
    this.size = number + 1
    if (this.size >= this.#places.length * MAX_LOAD) this.#grow()
    return number
  }

  #keep(number: number, bytes: Uint8Array, start: number, length: number): void {
    if (number >= this.#rests.length) {
      this.#rests = grownInt32(this.#rests, this.#places.length)
    }
    const at = this.#arenaBytes
    if (at + length > this.#arena.length) {
      this.#arena = grownBytes(this.#arena, Math.max(this.#arena.length * 2, 256, at + length))
    }
    const arena = this.#arena
    for (let k = HEAD_BYTES; k < length; k += 1) arena[at + k] = bytes[start + k] as number
    this.#rests[number] = at
    this.#arenaBytes = at + length
  }

  #grow(): void {
    const length = this.#places.length * 2
    const heads = grownInt32(this.#heads, (length / 2 + 1) * HEAD_WORDS)
    giveMemory(this.#places.buffer as ArrayBuffer)
    const places = new Int32Array(takeMemory(4 * length), 0, length).fill(0)
    const mask = places.length - 1
    for (let number = 1; number <= this.size; number += 1) {
      const hash = heads[number * HEAD_WORDS + 2] as number
      let place = hash & mask
      while (places[place] !== 0) place = (place + 1) & mask
      places[place] = (hash & ~mask) | number
    }
    this.#places = places
    this.#heads = heads
  }
}
