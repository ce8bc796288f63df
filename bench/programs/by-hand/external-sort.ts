import { closeSync, openSync, readSync, writeSync } from 'node:fs'

/** Of a record, and of the key that it begins with. */
export const RECORD = 100
export const KEY = 10
/** Bytes beside the record that sorting it takes: keys and places, twice. */
const SIDE = 16
const WRITE_BYTES = RECORD * 40_000

export const compareKeys = (a: Uint8Array, at: number, b: Uint8Array, bt: number): number => {
  for (let i = 0; i < KEY; i += 1) {
    const difference = (a[at + i] as number) - (b[bt + i] as number)
    if (difference !== 0) return difference
  }
  return 0
}

const prefixAt = (bytes: Uint8Array, at: number): number =>
  (((bytes[at] as number) << 24) |
    ((bytes[at + 1] as number) << 16) |
    ((bytes[at + 2] as number) << 8) |
    (bytes[at + 3] as number)) >>>
  0

/** A sorted file, and where the records of each range of keys begin and end. */
export interface SortedRun {
  readonly path: string
  readonly ends: readonly number[]
}

class Writer {
  readonly #file: number
  readonly #bytes = Buffer.allocUnsafeSlow(WRITE_BYTES)
  #at = 0
  written = 0

  constructor(path: string) {
    this.#file = openSync(path, 'w')
  }

  add(from: Buffer, at: number): void {
    from.copy(this.#bytes, this.#at, at, at + RECORD)
    this.#at += RECORD
    this.written += RECORD
    if (this.#at === this.#bytes.length) this.#flush()
  }

  close(): void {
    this.#flush()
    closeSync(this.#file)
  }

  #flush(): void {
    writeSync(this.#file, this.#bytes, 0, this.#at)
    this.#at = 0
  }
}

/** Sorts places by the first four bytes of keys, sixteen bits at a time, then those that are equal by the rest. */
class PlaceSorter {
  #keys: Uint32Array
  #places: Uint32Array
  #otherKeys: Uint32Array
  #otherPlaces: Uint32Array
  readonly #counts = new Int32Array(65_537)

  constructor(capacity: number) {
    this.#keys = new Uint32Array(capacity)
    this.#places = new Uint32Array(capacity)
    this.#otherKeys = new Uint32Array(capacity)
    this.#otherPlaces = new Uint32Array(capacity)
  }

  sort(bytes: Buffer, count: number): Uint32Array {
    for (let i = 0; i < count; i += 1) {
      this.#keys[i] = prefixAt(bytes, i * RECORD)
      this.#places[i] = i
    }
    this.#pass(count, 0)
    this.#pass(count, 16)
    const [keys, places] = [this.#keys, this.#places]
    for (let i = 1; i < count; i += 1) {
      if (keys[i] !== keys[i - 1]) continue
      const place = places[i] as number
      let to = i
      while (to > 0 && keys[to - 1] === keys[i]) {
        const before = places[to - 1] as number
        if (compareKeys(bytes, before * RECORD, bytes, place * RECORD) <= 0) break
        places[to] = before
        to -= 1
      }
      places[to] = place
    }
    return places
  }

  #pass(count: number, shift: number): void {
    const [keys, places, counts] = [this.#keys, this.#places, this.#counts.fill(0)]
    const [toKeys, toPlaces] = [this.#otherKeys, this.#otherPlaces]
    for (let i = 0; i < count; i += 1) {
      const at = (((keys[i] as number) >>> shift) & 0xffff) + 1
      counts[at] = (counts[at] as number) + 1
    }
    for (let i = 0; i < 65_536; i += 1) {
      counts[i + 1] = (counts[i + 1] as number) + (counts[i] as number)
    }
    for (let i = 0; i < count; i += 1) {
      const digit = ((keys[i] as number) >>> shift) & 0xffff
      const to = counts[digit] as number
      counts[digit] = to + 1
      toKeys[to] = keys[i] as number
      toPlaces[to] = places[i] as number
    }
    ;[this.#keys, this.#otherKeys] = [toKeys, keys]
    ;[this.#places, this.#otherPlaces] = [toPlaces, places]
  }
}

/** Sorts a range of a file into runs that fit the memory. `cuts` are the keys where the next range of keys begins. */
export function sortRuns(
  path: string,
  [from, to]: readonly [number, number],
  memoryBytes: number,
  cuts: readonly Uint8Array[],
  runPath: (run: number) => string,
): SortedRun[] {
  const capacity = Math.floor((memoryBytes - WRITE_BYTES) / (RECORD + SIDE))
  const bytes = Buffer.allocUnsafeSlow(capacity * RECORD)
  const sorter = new PlaceSorter(capacity)
  const file = openSync(path, 'r')
  const runs: SortedRun[] = []
  for (let at = from; at < to;) {
    const length = Math.min(bytes.length, to - at)
    readFully(file, bytes, length, at)
    at += length
    const count = length / RECORD
    const places = sorter.sort(bytes, count)
    const run = runPath(runs.length)
    const writer = new Writer(run)
    const ends: number[] = []
    for (let i = 0; i < count; i += 1) {
      const place = (places[i] as number) * RECORD
      for (let cut = cuts[ends.length]; cut !== undefined; cut = cuts[ends.length]) {
        if (compareKeys(bytes, place, cut, 0) < 0) break
        ends.push(writer.written)
      }
      writer.add(bytes, place)
    }
    while (ends.length <= cuts.length) ends.push(writer.written)
    writer.close()
    runs.push({ path: run, ends })
  }
  closeSync(file)
  return runs
}

function readFully(file: number, into: Buffer, length: number, position: number): void {
  let done = 0
  while (done < length) done += readSync(file, into, done, length - done, position + done)
}

/** One range of keys of a run, record by record. */
class RunReader {
  readonly bytes: Buffer
  at = 0
  prefix = 0
  #length = 0
  #position: number
  readonly #end: number
  readonly #file: number

  constructor(path: string, from: number, to: number, bufferBytes: number) {
    this.bytes = Buffer.allocUnsafeSlow(bufferBytes)
    this.#file = openSync(path, 'r')
    this.#position = from
    this.#end = to
    this.#fill()
  }

  get isOver(): boolean {
    return this.#length === 0
  }

  next(): void {
    this.at += RECORD
    if (this.at >= this.#length) this.#fill()
    else this.prefix = prefixAt(this.bytes, this.at)
  }

  close(): void {
    closeSync(this.#file)
  }

  #fill(): void {
    this.#length = Math.min(this.bytes.length, this.#end - this.#position)
    this.at = 0
    if (this.#length === 0) return
    readFully(this.#file, this.bytes, this.#length, this.#position)
    this.#position += this.#length
    this.prefix = prefixAt(this.bytes, 0)
  }
}

const isBefore = (a: RunReader, b: RunReader): boolean =>
  a.prefix !== b.prefix ? a.prefix < b.prefix : compareKeys(a.bytes, a.at, b.bytes, b.at) < 0

/** Merges one range of keys of all runs into a file. */
export function mergeRuns(
  runs: readonly SortedRun[],
  part: number,
  path: string,
  memoryBytes: number,
): void {
  const share = Math.floor((memoryBytes - WRITE_BYTES) / Math.max(1, runs.length) / RECORD) * RECORD
  const readers = runs.map(({ path: run, ends }) => {
    const [from, to] = [part === 0 ? 0 : (ends[part - 1] as number), ends[part] as number]
    return new RunReader(run, from, to, Math.max(RECORD, Math.min(share, WRITE_BYTES)))
  })
  const heap = readers.filter((reader) => !reader.isOver)
  const sink = (from: number): void => {
    const reader = heap[from] as RunReader
    let at = from
    for (;;) {
      let child = 2 * at + 1
      if (child >= heap.length) break
      const right = heap[child + 1]
      if (right !== undefined && isBefore(right, heap[child] as RunReader)) child += 1
      if (!isBefore(heap[child] as RunReader, reader)) break
      heap[at] = heap[child] as RunReader
      at = child
    }
    heap[at] = reader
  }
  for (let i = heap.length >> 1; i >= 0; i -= 1) if (i < heap.length) sink(i)
  const writer = new Writer(path)
  for (let first = heap[0]; first !== undefined; first = heap[0]) {
    writer.add(first.bytes, first.at)
    first.next()
    if (first.isOver) {
      const last = heap.pop() as RunReader
      if (heap.length === 0) break
      if (last !== first) heap[0] = last
    }
    sink(0)
  }
  writer.close()
  for (const reader of readers) reader.close()
}
