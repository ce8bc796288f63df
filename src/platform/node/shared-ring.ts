/** Places in the header, in words: byte counters of both sides, and who waits for a bell. */
const WRITTEN = 0
const READ = 1
const CONSUMER_PARKED = 2
const PRODUCER_WAITING = 3
const HEADER_BYTES = 64

const POOLED_BYTES = 1024

const WORD_BYTES = 4
/** In place of a length: the rest up to the end of the buffer is unused. */
const SKIP = -1
/** In place of a length: the next item comes another way. */
const MARK = -2

/**
 * A ring of bytes in shared memory for one producing and one consuming thread, each with a
 * `SharedRing` of its own over the same buffer.
 *
 * Frames are a 32-bit length and the bytes, padded to words. Counters run modulo 2^32. A side that
 * finds nothing to do says so in the header (`park`, `wait`), looks once more, and is then owed one
 * bell, which the ring leaves to its owner: `publish` and `release` tell when to ring. So a side
 * that runs is never woken.
 */
export class SharedRing {
  readonly #header: Int32Array
  readonly #words: Int32Array
  readonly #bytes: Uint8Array
  readonly #size: number
  readonly #mask: number
  /** The counter of this side; published from time to time. */
  #written: number
  #read: number
  /** What the other side was last seen to have read. */
  #seenRead: number

  /** A buffer for `sizeBytes` bytes of frames and their lengths: a power of two, at least 64. */
  static allocate(sizeBytes: number): SharedArrayBuffer {
    const buffer = new SharedArrayBuffer(HEADER_BYTES + sizeBytes)
    // Nobody consumes yet: the first frame rings.
    Atomics.store(new Int32Array(buffer, 0, HEADER_BYTES / WORD_BYTES), CONSUMER_PARKED, 1)
    return buffer
  }

  constructor(buffer: SharedArrayBuffer) {
    this.#size = buffer.byteLength - HEADER_BYTES
    this.#mask = this.#size - 1
    this.#header = new Int32Array(buffer, 0, HEADER_BYTES / WORD_BYTES)
    this.#words = new Int32Array(buffer, HEADER_BYTES)
    this.#bytes = new Uint8Array(buffer, HEADER_BYTES)
    this.#written = Atomics.load(this.#header, WRITTEN)
    this.#read = Atomics.load(this.#header, READ)
    this.#seenRead = this.#read
  }

  /** The longest frame that `write` is sure to take once the ring is empty. */
  get largestFrameBytes(): number {
    return this.#size / 2 - WORD_BYTES
  }

  /**
   * Producer: adds a frame, seen by the other side after `publish`. False when there is no room.
   */
  write(bytes: Uint8Array): boolean {
    const at = this.#reserve(WORD_BYTES + bytes.byteLength)
    if (at < 0) return false
    this.#words[at / WORD_BYTES] = bytes.byteLength
    this.#bytes.set(bytes, at + WORD_BYTES)
    return true
  }

  /** Producer: notes the place of an item that goes another way. False when there is no room. */
  writeMark(): boolean {
    const at = this.#reserve(WORD_BYTES)
    if (at < 0) return false
    this.#words[at / WORD_BYTES] = MARK
    return true
  }

  /**
   * Producer: lets the other side see what was written. True when it is parked, and is owed a bell.
   */
  publish(): boolean {
    Atomics.store(this.#header, WRITTEN, this.#written)
    return Atomics.exchange(this.#header, CONSUMER_PARKED, 0) === 1
  }

  /** Producer: asks for a bell once there is room again. */
  wait(): void {
    Atomics.store(this.#header, PRODUCER_WAITING, 1)
  }

  /**
   * Consumer: hands over all frames that are published, in order. The bytes are a copy and belong
   * to `onFrame`. At a mark it asks `onMark` for the item; where that says false, the mark stays
   * and draining ends. Returns the count.
   */
  drain(onFrame: (bytes: Uint8Array) => void, onMark: () => boolean): number {
    const written = Atomics.load(this.#header, WRITTEN)
    let count = 0
    while (this.#read !== written) {
      const at = this.#read & this.#mask
      const length = this.#words[at / WORD_BYTES] ?? SKIP
      if (length === SKIP) {
        this.#read = (this.#read + this.#size - at) | 0
        continue
      }
      if (length === MARK) {
        if (!onMark()) break
        this.#read = (this.#read + WORD_BYTES) | 0
      } else {
        const start = at + WORD_BYTES
        this.#read = (this.#read + padded(WORD_BYTES + length)) | 0
        onFrame(this.#copy(start, start + length))
      }
      count += 1
    }
    return count
  }

  /** Small frames lie in Node's pool: an allocation of their own takes longer than to read them. */
  #copy(start: number, end: number): Uint8Array {
    if (end - start > POOLED_BYTES) return this.#bytes.slice(start, end)
    const pooled = Buffer.allocUnsafe(end - start)
    const copy = new Uint8Array(pooled.buffer, pooled.byteOffset, pooled.byteLength)
    copy.set(this.#bytes.subarray(start, end))
    return copy
  }

  /**
   * Consumer: gives the room of what was drained back. True when the producer waits, and is owed a
   * bell.
   */
  release(): boolean {
    Atomics.store(this.#header, READ, this.#read)
    return Atomics.exchange(this.#header, PRODUCER_WAITING, 0) === 1
  }

  /** Consumer: whether nothing is published that was not drained. */
  get isEmpty(): boolean {
    return Atomics.load(this.#header, WRITTEN) === this.#read
  }

  /** Consumer: asks for a bell. False when something came in the meantime, and no bell is owed. */
  park(): boolean {
    Atomics.store(this.#header, CONSUMER_PARKED, 1)
    if (this.isEmpty) return true
    // When the producer took the flag first, its bell is on its way and does no harm.
    Atomics.store(this.#header, CONSUMER_PARKED, 0)
    return false
  }

  /** The offset of `needed` bytes in one piece; -1 when there is no room. */
  #reserve(needed: number): number {
    const length = padded(needed)
    const at = this.#written & this.#mask
    const tail = this.#size - at
    const total = tail < length ? tail + length : length
    if (!this.#hasRoom(total)) return -1
    if (tail < length) this.#words[at / WORD_BYTES] = SKIP
    this.#written = (this.#written + total) | 0
    return tail < length ? 0 : at
  }

  #hasRoom(total: number): boolean {
    if (((this.#written - this.#seenRead) | 0) + total <= this.#size) return true
    this.#seenRead = Atomics.load(this.#header, READ)
    return ((this.#written - this.#seenRead) | 0) + total <= this.#size
  }
}

function padded(length: number): number {
  return (length + WORD_BYTES - 1) & ~(WORD_BYTES - 1)
}
