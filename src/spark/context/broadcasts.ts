import { isTroupeError, type Disk, type Log } from '../../platform/index.ts'
import {
  Broadcast,
  numPieces,
  pieceName,
  pieceRange,
  type BroadcastMeta,
} from '../broadcast/index.ts'
import { invalidArgument } from '../errors.ts'
import { MemoryManager } from '../memory/index.ts'
import { adler32, type BatchCodec } from '../shuffle/index.ts'
import { BlockManager, StorageLevel } from '../storage/index.ts'

/** What {@link DriverBroadcasts} work with. */
export interface DriverBroadcastsProps {
  readonly codec: BatchCodec
  readonly disk: Disk
  readonly log: Log
  /** `spark.broadcast.blockSize` */
  readonly pieceBytes: number
  /** `spark.broadcast.checksum` */
  readonly hasChecksums: boolean
  /** Has executors let go of a broadcast. */
  readonly removeFromExecutors: (broadcastId: number) => Promise<void>
}

/** The broadcasts of an application, whose pieces the driver keeps until they are destroyed. */
export class DriverBroadcasts {
  /** What the driver serves. */
  readonly manager: BlockManager
  readonly #props: DriverBroadcastsProps
  #made = 0

  constructor(props: DriverBroadcastsProps) {
    const { disk, log } = props
    this.#props = props
    this.manager = new BlockManager({
      directory: '',
      disk,
      log,
      maxBytesInMemory: Number.POSITIVE_INFINITY,
      memory: new MemoryManager(boundless),
      network: {
        updated: () => undefined,
        fetch: () => Promise.resolve(undefined),
        replicate: () => Promise.resolve(),
      },
    })
  }

  /** @throws TROUPE_SPARK_ARGUMENT_INVALID for a value that can't travel; TROUPE_SPARK_ROW_TOO_LARGE */
  make<T>(value: T): Broadcast<T> {
    return this.#shared(this.#encoded(value), () => value)
  }

  /** Bytes as they are, for tasks that know what to make of them. */
  share(bytes: Uint8Array): Broadcast<Uint8Array> {
    return this.#shared(bytes, () => bytes)
  }

  #shared<T>(bytes: Uint8Array, value: () => T): Broadcast<T> {
    const broadcastId = this.#made++
    const meta = this.#metaOf(broadcastId, bytes)
    for (let piece = 0; piece < numPieces(meta); piece += 1) {
      const chunks = [bytes.subarray(...pieceRange(meta, piece))]
      void this.manager.keepBytes(
        pieceName(broadcastId, piece),
        StorageLevel.MEMORY_ONLY_SER,
        chunks,
      )
    }
    const finished = async (removed: Promise<void>, blocking: boolean): Promise<void> => {
      if (blocking) await removed
    }
    const control = {
      unpersist: (blocking: boolean) =>
        finished(this.#props.removeFromExecutors(broadcastId), blocking),
      destroy: (blocking: boolean) => finished(this.remove(broadcastId), blocking),
    }
    return new Broadcast(meta, { value, control })
  }

  /** Nothing of it is left, here or on executors. */
  async remove(broadcastId: number): Promise<void> {
    await this.manager.removeAll('broadcast', broadcastId)
    await this.#props.removeFromExecutors(broadcastId)
  }

  #encoded(value: unknown): Uint8Array {
    try {
      return this.#props.codec.encode([value])
    } catch (error) {
      if (isTroupeError(error, 'TROUPE_SPARK_ROW_TOO_LARGE')) throw error
      const why = error instanceof Error ? error.message.replaceAll('rows[0]', 'value') : ''
      throw invalidArgument('broadcast', value, `plain data, as rows are (${why})`)
    }
  }

  #metaOf(broadcastId: number, bytes: Uint8Array): BroadcastMeta {
    const { pieceBytes, hasChecksums } = this.#props
    const meta = { broadcastId, lengthBytes: bytes.length, pieceBytes, checksums: [] }
    if (!hasChecksums) return meta
    const pieces = Array.from({ length: numPieces(meta) }, (_, piece) => pieceRange(meta, piece))
    return { ...meta, checksums: pieces.map((range) => adler32(bytes.subarray(...range))) }
  }
}

/** The driver keeps every broadcast, whatever its size. */
const boundless = {
  usableBytes: Number.MAX_SAFE_INTEGER,
  sparkBytes: Number.MAX_SAFE_INTEGER,
  storageRegionBytes: Number.MAX_SAFE_INTEGER,
  userBytes: 0,
  offHeapBytes: 0,
  offHeapStorageRegionBytes: 0,
}
