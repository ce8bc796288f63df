import type { BlockLocation } from '../../shuffle/index.ts'

/** Where the output of one map task lies. */
export interface MapStatus {
  readonly executorId: string
  /** Unique in the application; names the files. */
  readonly mapAttempt: number
  /** Bytes of each reduce partition. */
  readonly sizesBytes: readonly number[]
  /** Adler-32 of each reduce partition's block. */
  readonly checksums: readonly number[]
}

/** The blocks that a reduce task is to read, or the first map partition of which there is no output. */
export type BlocksAnswer =
  | { readonly type: 'blocks'; readonly blocks: readonly BlockLocation[] }
  | { readonly type: 'missing'; readonly mapPartition: number }

/** A map output that is no longer there. */
export interface LostOutput {
  readonly shuffleId: number
  readonly mapPartition: number
}

/** Which executor holds the output of which map task, for every shuffle of an application. Outputs come and go. */
export class MapOutputTracker {
  /** shuffle → map partition → status */
  readonly #shuffles = new Map<number, (MapStatus | undefined)[]>()

  /** Makes a shuffle known; its outputs stay if it was known already. */
  addShuffle(shuffleId: number, numMaps: number): void {
    if (this.#shuffles.has(shuffleId)) return
    this.#shuffles.set(
      shuffleId,
      Array.from({ length: numMaps }, () => undefined),
    )
  }

  /** Nobody can ask for the shuffle any more. */
  removeShuffle(shuffleId: number): void {
    this.#shuffles.delete(shuffleId)
  }

  register(shuffleId: number, mapPartition: number, status: MapStatus): void {
    const statuses = this.#shuffles.get(shuffleId)
    if (statuses !== undefined) statuses[mapPartition] = status
  }

  /** Forgets one output if it is the one that `executorId` held; answers whether it was. */
  unregister({ shuffleId, mapPartition }: LostOutput, executorId: string): boolean {
    const statuses = this.#shuffles.get(shuffleId)
    if (statuses?.[mapPartition]?.executorId !== executorId) return false
    statuses[mapPartition] = undefined
    return true
  }

  /** Forgets all outputs of a shuffle; answers where they were. */
  removeOutputs(shuffleId: number): Map<string, LostOutput[]> {
    const lost = new Map<string, LostOutput[]>()
    const statuses = this.#shuffles.get(shuffleId) ?? []
    for (const [mapPartition, status] of statuses.entries()) {
      if (status === undefined) continue
      statuses[mapPartition] = undefined
      const ofExecutor = lost.get(status.executorId) ?? []
      ofExecutor.push({ shuffleId, mapPartition })
      lost.set(status.executorId, ofExecutor)
    }
    return lost
  }

  /** Forgets all outputs that an executor held, and names them. */
  removeExecutor(executorId: string): LostOutput[] {
    const lost: LostOutput[] = []
    for (const [shuffleId, statuses] of this.#shuffles) {
      for (const [mapPartition, status] of statuses.entries()) {
        if (status?.executorId !== executorId) continue
        statuses[mapPartition] = undefined
        lost.push({ shuffleId, mapPartition })
      }
    }
    return lost
  }

  /** By shuffle: the executors that hold some of its outputs. */
  *holders(): Iterable<readonly [shuffleId: number, executorIds: ReadonlySet<string>]> {
    for (const [shuffleId, statuses] of this.#shuffles) {
      const executorIds = new Set<string>()
      for (const status of statuses) if (status !== undefined) executorIds.add(status.executorId)
      yield [shuffleId, executorIds]
    }
  }

  status(shuffleId: number, mapPartition: number): MapStatus | undefined {
    return this.#shuffles.get(shuffleId)?.[mapPartition]
  }

  /** The outputs that are there, in order of map partition. */
  statuses(shuffleId: number): readonly MapStatus[] {
    return this.#shuffles.get(shuffleId)?.filter((status) => status !== undefined) ?? []
  }

  /** The map partitions without output, in ascending order; undefined for an unknown shuffle. */
  missing(shuffleId: number): number[] | undefined {
    const statuses = this.#shuffles.get(shuffleId)
    if (statuses === undefined) return undefined
    return statuses.flatMap((status, mapPartition) => (status === undefined ? [mapPartition] : []))
  }

  /** Whether every output of the shuffle is there. */
  isComplete(shuffleId: number): boolean {
    return this.#shuffles.get(shuffleId)?.includes(undefined) === false
  }

  /** What a reduce task is to read, in order of map partition. */
  blocks(shuffleId: number, reducePartition: number): BlocksAnswer {
    const statuses = this.#shuffles.get(shuffleId)
    if (statuses === undefined) return { type: 'missing', mapPartition: -1 }
    const blocks: BlockLocation[] = []
    for (const [mapPartition, status] of statuses.entries()) {
      if (status === undefined) return { type: 'missing', mapPartition }
      const { executorId, mapAttempt } = status
      const lengthBytes = status.sizesBytes[reducePartition] ?? 0
      const checksum = status.checksums[reducePartition] ?? 1
      blocks.push({
        shuffleId,
        mapPartition,
        mapAttempt,
        reducePartition,
        executorId,
        lengthBytes,
        checksum,
      })
    }
    return { type: 'blocks', blocks }
  }
}
