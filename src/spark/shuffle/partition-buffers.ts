import { encodeFrame, type BatchCodec } from './frames.ts'

/** Rows that one frame holds. */
const FRAME_ROWS = 1024

/** Rows of one reduce partition: not yet encoded, and as frames. */
interface PartitionBuffer {
  keys: unknown[]
  values: unknown[]
  frames: Uint8Array[]
}

/**
 * Pairs in memory in order of target partition: a short list of rows for each, encoded to a frame
 * whenever it is long enough.
 */
export class PartitionBuffers {
  readonly #codec: BatchCodec
  #partitions: PartitionBuffer[]
  #bufferedBytes = 0
  #records = 0

  constructor(numPartitions: number, codec: BatchCodec) {
    this.#codec = codec
    this.#partitions = Array.from({ length: numPartitions }, emptyBuffer)
  }

  /** Bytes of the frames held here; rows that are not yet encoded are not counted. */
  get bufferedBytes(): number {
    return this.#bufferedBytes
  }

  /** Rows added since the beginning. */
  get records(): number {
    return this.#records
  }

  add(partition: number, key: unknown, value: unknown): void {
    const buffer = this.#partitions[partition] as PartitionBuffer
    buffer.keys.push(key)
    buffer.values.push(value)
    this.#records += 1
    if (buffer.keys.length >= FRAME_ROWS) this.#encode(buffer)
  }

  /** Takes out the frames of every partition, in order of partition; nothing stays. */
  drain(): Uint8Array[][] {
    const drained = this.#partitions.map((buffer) => {
      if (buffer.keys.length > 0) this.#encode(buffer)
      return buffer.frames
    })
    this.#partitions = drained.map(emptyBuffer)
    this.#bufferedBytes = 0
    return drained
  }

  #encode(buffer: PartitionBuffer): void {
    const frame = encodeFrame(buffer.keys, buffer.values, this.#codec)
    buffer.frames.push(frame)
    buffer.keys = []
    buffer.values = []
    this.#bufferedBytes += frame.length
  }
}

function emptyBuffer(): PartitionBuffer {
  return { keys: [], values: [], frames: [] }
}
