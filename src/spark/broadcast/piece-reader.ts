import type { Random } from '../../platform/index.ts'
import { adler32 } from '../shuffle/index.ts'
import { StorageLevel, type BlockManager } from '../storage/index.ts'
import { broadcastLost } from './broadcast.ts'
import { numPieces, pieceName, pieceRange, type BroadcastMeta } from './broadcast-meta.ts'

/** How often a piece is fetched that comes damaged. */
const MAX_TRIES = 3

/** A broadcast that is being put together. */
interface Assembly {
  isForgotten: boolean
}

/**
 * Puts broadcasts together in one executor, torrent-style: pieces are fetched in a random order, from whichever executor has
 * them or from the driver, checked, kept as blocks, and so served on to others.
 *
 * @see TorrentBroadcast in Spark's org.apache.spark.broadcast
 */
export class PieceReader {
  readonly #manager: BlockManager
  readonly #random: Random
  readonly #whole = new Map<number, Promise<Uint8Array>>()
  /** Broadcasts that are being put together. */
  readonly #underWay = new Map<number, Assembly>()

  constructor(manager: BlockManager, random: Random) {
    this.#manager = manager
    this.#random = random
  }

  /** Bound. The bytes of the broadcast, shared by all threads. @throws TROUPE_SPARK_BROADCAST_LOST */
  readonly read = (meta: BroadcastMeta): Promise<Uint8Array> => {
    const { broadcastId } = meta
    let whole = this.#whole.get(broadcastId)
    if (whole === undefined) {
      whole = this.#assemble(meta)
      this.#whole.set(broadcastId, whole)
      whole.catch(() => this.#whole.delete(broadcastId))
    }
    return whole
  }

  /** Lets go of the whole; the pieces are blocks, and go as such. What is under way keeps none any more. */
  forget(broadcastId: number): void {
    this.#whole.delete(broadcastId)
    const assembly = this.#underWay.get(broadcastId)
    if (assembly !== undefined) assembly.isForgotten = true
  }

  async #assemble(meta: BroadcastMeta): Promise<Uint8Array> {
    const { broadcastId } = meta
    const bytes = new Uint8Array(new SharedArrayBuffer(meta.lengthBytes))
    const assembly: Assembly = { isForgotten: false }
    this.#underWay.set(broadcastId, assembly)
    try {
      for (const piece of this.#shuffled(numPieces(meta))) {
        const [from, to] = pieceRange(meta, piece)
        const place = bytes.subarray(from, to)
        await this.#fetch(meta, piece, place, assembly)
      }
    } finally {
      if (this.#underWay.get(broadcastId) === assembly) this.#underWay.delete(broadcastId)
    }
    return bytes
  }

  async #fetch(
    meta: BroadcastMeta,
    piece: number,
    place: Uint8Array,
    assembly: Assembly,
  ): Promise<void> {
    const name = pieceName(meta.broadcastId, piece)
    for (let tries = 0; tries < MAX_TRIES; tries += 1) {
      const isOurs = this.#manager.has(name)
      // A file that can't be read is as good as none.
      const chunks = await this.#manager.find(name).catch(() => undefined)
      if (chunks === undefined || !fill(place, chunks) || !isIntact(meta, piece, place)) {
        // What is damaged here is not to be served to others.
        if (isOurs) await this.#manager.remove(name)
        continue
      }
      if (isOurs || assembly.isForgotten) return
      await this.#manager.keepBytes(name, StorageLevel.MEMORY_AND_DISK_SER, [place])
      // It may have been destroyed in between, and its pieces been removed.
      if (isForgotten(assembly)) await this.#manager.remove(name)
      return
    }
    throw broadcastLost(
      meta.broadcastId,
      `nobody has its piece ${piece}, or it came damaged ${MAX_TRIES} times; was it destroyed?`,
    )
  }

  #shuffled(count: number): number[] {
    const order = Array.from({ length: count }, (_, i) => i)
    for (let i = count - 1; i > 0; i -= 1) {
      const j = this.#random.int(i + 1)
      const other = order[j] as number
      order[j] = order[i] as number
      order[i] = other
    }
    return order
  }
}

/** Asked anew: it may have changed while something was awaited. */
function isForgotten(assembly: Assembly): boolean {
  return assembly.isForgotten
}

/** Copies a piece to its place, if it is as long as that. */
function fill(place: Uint8Array, chunks: readonly Uint8Array[]): boolean {
  let at = 0
  for (const chunk of chunks) {
    if (at + chunk.length > place.length) return false
    place.set(chunk, at)
    at += chunk.length
  }
  return at === place.length
}

function isIntact({ checksums }: BroadcastMeta, piece: number, bytes: Uint8Array): boolean {
  return checksums.length === 0 || adler32(bytes) === checksums[piece]
}
