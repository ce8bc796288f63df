import type { BatchCodec } from '../shuffle/index.ts'
import { broadcastLost } from './broadcast.ts'
import type { BroadcastMeta } from './broadcast-meta.ts'

/** A broadcast whose bytes are here. */
export interface LoadedBroadcast {
  /** Decoded the first time, once a thread. @throws TROUPE_SPARK_BROADCAST_LOST */
  readonly value: unknown
}

/** The bytes of a broadcast, whole, in a buffer that all threads of the executor share. */
export type ReadBroadcast = (meta: BroadcastMeta) => Promise<Uint8Array>

/** The broadcasts that the tasks of one thread have read. */
export class ThreadBroadcasts {
  readonly #codec: BatchCodec
  readonly #loaded = new Map<number, Promise<LoadedBroadcast>>()

  constructor(codec: BatchCodec) {
    this.#codec = codec
  }

  /** Once for each broadcast; a failure is not remembered. */
  load(meta: BroadcastMeta, read: ReadBroadcast): Promise<LoadedBroadcast> {
    const { broadcastId } = meta
    let loading = this.#loaded.get(broadcastId)
    if (loading === undefined) {
      loading = read(meta).then((bytes) => new Loaded(broadcastId, bytes, this.#codec))
      this.#loaded.set(broadcastId, loading)
      loading.catch(() => this.#loaded.delete(broadcastId))
    }
    return loading
  }

  /** Lets go of it; tasks under way keep what they have. */
  drop(broadcastId: number): void {
    this.#loaded.delete(broadcastId)
  }
}

class Loaded implements LoadedBroadcast {
  readonly #broadcastId: number
  readonly #codec: BatchCodec
  #bytes: Uint8Array | undefined
  #value: unknown

  constructor(broadcastId: number, bytes: Uint8Array, codec: BatchCodec) {
    this.#broadcastId = broadcastId
    this.#bytes = bytes
    this.#codec = codec
  }

  get value(): unknown {
    if (this.#bytes !== undefined) {
      try {
        // A copy: what is decoded may point into it, and shared buffers are not for every decoder.
        this.#value = (this.#codec.decode(this.#bytes.slice()) as readonly unknown[])[0]
      } catch (cause) {
        throw broadcastLost(this.#broadcastId, 'its bytes do not decode', cause)
      }
      this.#bytes = undefined
    }
    return this.#value
  }
}
