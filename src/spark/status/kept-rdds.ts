import type { ListenerRddInfo, StorageListenerEvent } from '../events/index.ts'
import type { StorageLevel } from '../storage/index.ts'
import type { ExecutorRecord, ExecutorRecords } from './executors.ts'

/** An RDD that is kept, as far as it is. */
export interface RddRecord {
  readonly info: ListenerRddInfo
  readonly level: StorageLevel
  memoryUsed: number
  diskUsed: number
  /** By the name of their block. */
  readonly partitions: Map<string, KeptPartition>
  /** By executor. */
  readonly shares: Map<string, ExecutorShare>
}

export interface KeptPartition {
  readonly blockName: string
  executors: readonly string[]
  memoryUsed: number
  diskUsed: number
}

/** What an executor keeps of an RDD. */
export interface ExecutorShare {
  readonly executor: ExecutorRecord
  memoryUsed: number
  diskUsed: number
  onHeapUsed: number
  offHeapUsed: number
}

type BlockUpdate = Extract<StorageListenerEvent, { readonly type: 'SparkListenerBlockUpdated' }>

/** The RDDs that are kept, from what executors tell of their blocks. */
export class KeptRdds {
  readonly all: Map<number, RddRecord> = new Map()
  readonly #executors: ExecutorRecords

  constructor(executors: ExecutorRecords) {
    this.#executors = executors
  }

  /** A stage is to run over them. */
  known(infos: readonly ListenerRddInfo[]): void {
    for (const info of infos) {
      const level = info.storageLevel
      if (level === undefined || !isKept(level) || this.all.has(info.rddId)) continue
      const record: RddRecord = {
        info,
        level,
        memoryUsed: 0,
        diskUsed: 0,
        partitions: new Map(),
        shares: new Map(),
      }
      this.all.set(info.rddId, record)
    }
  }

  updated(event: BlockUpdate): void {
    const { blockId, storageLevel, blockManagerId, memSize, diskSize } = event
    const rddId = /^rdd_(\d+)_\d+$/.exec(blockId)?.[1]
    if (rddId === undefined && !blockId.startsWith('broadcast_')) return
    const executor = this.#executors.active(blockManagerId.executorId)
    const change: Change = {
      memory: storageLevel.useMemory ? memSize : -memSize,
      disk: storageLevel.useDisk ? diskSize : -diskSize,
      isOffHeap: storageLevel.useOffHeap,
      isThere: isKept(storageLevel),
    }
    if (executor !== undefined) charge(executor, change)
    const rdd = rddId === undefined ? undefined : this.all.get(Number(rddId))
    if (rdd === undefined) return
    const blocks = place(rdd, blockId, blockManagerId.executorId, change)
    if (executor !== undefined) {
      if (executor.rddBlocks + blocks > 0) share(rdd, executor, change)
      else rdd.shares.delete(executor.id)
      executor.rddBlocks += blocks
    }
    rdd.memoryUsed = atLeastZero(rdd.memoryUsed + change.memory)
    rdd.diskUsed = atLeastZero(rdd.diskUsed + change.disk)
  }

  unpersisted(rddId: number): void {
    const rdd = this.all.get(rddId)
    if (rdd === undefined) return
    this.all.delete(rddId)
    for (const { executors } of rdd.partitions.values()) {
      for (const id of executors) {
        const executor = this.#executors.active(id)
        if (executor !== undefined) executor.rddBlocks -= 1
      }
    }
    for (const one of rdd.shares.values()) {
      const isOffHeap = rdd.level.useOffHeap
      const memory = -one.memoryUsed
      if (one.executor.isActive)
        charge(one.executor, { memory, disk: -one.diskUsed, isOffHeap, isThere: false })
    }
  }

  /** An executor is gone, and its copies with it. */
  lost({ id }: ExecutorRecord): void {
    for (const rdd of this.all.values()) {
      rdd.shares.delete(id)
      for (const partition of rdd.partitions.values()) {
        const { executors, memoryUsed, diskUsed } = partition
        if (!executors.includes(id)) continue
        const memory = Math.floor(memoryUsed / executors.length)
        const disk = Math.floor(diskUsed / executors.length)
        rdd.memoryUsed = atLeastZero(rdd.memoryUsed - memory)
        rdd.diskUsed = atLeastZero(rdd.diskUsed - disk)
        if (executors.length === 1) rdd.partitions.delete(partition.blockName)
        partition.executors = executors.filter((one) => one !== id)
        partition.memoryUsed = atLeastZero(memoryUsed - memory)
        partition.diskUsed = atLeastZero(diskUsed - disk)
      }
    }
  }
}

interface Change {
  readonly memory: number
  readonly disk: number
  readonly isOffHeap: boolean
  readonly isThere: boolean
}

function isKept(level: Pick<StorageLevel, 'useDisk' | 'useMemory'>): boolean {
  return level.useMemory || level.useDisk
}

function charge(executor: ExecutorRecord, { memory, disk, isOffHeap }: Change): void {
  if (executor.totalOnHeap !== undefined) {
    if (isOffHeap) executor.usedOffHeap = atLeastZero(executor.usedOffHeap + memory)
    else executor.usedOnHeap = atLeastZero(executor.usedOnHeap + memory)
  }
  executor.memoryUsed = atLeastZero(executor.memoryUsed + memory)
  executor.diskUsed = atLeastZero(executor.diskUsed + disk)
}

/** Notes where a block is; returns by how much its executor keeps more or less of them. */
function place(rdd: RddRecord, blockName: string, executorId: string, change: Change): number {
  const known = rdd.partitions.get(blockName)
  const current = known?.executors ?? []
  if (!change.isThere) {
    const rest = current.filter((one) => one !== executorId)
    if (rest.length === 0) rdd.partitions.delete(blockName)
    else if (known !== undefined) update(known, rest, change)
    return -1
  }
  const partition = known ?? { blockName, executors: [], memoryUsed: 0, diskUsed: 0 }
  if (known === undefined) rdd.partitions.set(blockName, partition)
  const isNew = !current.includes(executorId)
  update(partition, isNew ? [...current, executorId] : current, change)
  return isNew ? 1 : 0
}

function update(partition: KeptPartition, executors: readonly string[], change: Change): void {
  partition.executors = executors
  partition.memoryUsed = atLeastZero(partition.memoryUsed + change.memory)
  partition.diskUsed = atLeastZero(partition.diskUsed + change.disk)
}

function share(rdd: RddRecord, executor: ExecutorRecord, change: Change): void {
  let one = rdd.shares.get(executor.id)
  if (one === undefined) {
    one = { executor, memoryUsed: 0, diskUsed: 0, onHeapUsed: 0, offHeapUsed: 0 }
    rdd.shares.set(executor.id, one)
  }
  one.memoryUsed = atLeastZero(one.memoryUsed + change.memory)
  one.diskUsed = atLeastZero(one.diskUsed + change.disk)
  if (executor.totalOnHeap === undefined) return
  if (change.isOffHeap) one.offHeapUsed = atLeastZero(one.offHeapUsed + change.memory)
  else one.onHeapUsed = atLeastZero(one.onHeapUsed + change.memory)
}

function atLeastZero(value: number): number {
  return value > 0 ? value : 0
}
