import type {
  BlockManagerId,
  ExecutorListenerEvent,
  ExecutorMetrics,
  SparkListenerEvent,
} from '../events/index.ts'
import { Oldest } from './limits.ts'

/** An executor, there or gone. */
export interface ExecutorRecord {
  readonly id: string
  readonly addTime: number
  host: string | undefined
  /** Of its blocks. */
  blockManager: BlockManagerId | undefined
  isActive: boolean
  removeTime: number | undefined
  removeReason: string | undefined
  totalCores: number
  resourceProfileId: number
  maxTasks: number
  maxMemory: number
  rddBlocks: number
  memoryUsed: number
  diskUsed: number
  totalTasks: number
  activeTasks: number
  completedTasks: number
  failedTasks: number
  totalDuration: number
  totalGcTime: number
  totalInputBytes: number
  totalShuffleRead: number
  totalShuffleWrite: number
  isExcluded: boolean
  readonly excludedInStages: Set<number>
  /** Undefined as long as its store has not said. */
  totalOnHeap: number | undefined
  totalOffHeap: number
  usedOnHeap: number
  usedOffHeap: number
  /** The most of each figure; absent until there was one. */
  peaks: ExecutorMetrics | undefined
}

/** The executors of an application. */
export class ExecutorRecords {
  readonly all: Map<string, ExecutorRecord> = new Map()
  readonly #dead = new Oldest<ExecutorRecord>()
  readonly #maxDead: number
  #deadCount = 0

  constructor(maxDead: number) {
    this.#maxDead = maxDead
  }

  /** One that is there. */
  active(id: string): ExecutorRecord | undefined {
    const record = this.all.get(id)
    return record?.isActive === true ? record : undefined
  }

  /** @param taskCpus cores of it that a task of its resource profile takes */
  added(
    {
      time,
      executorId,
      executorInfo,
    }: Extract<ExecutorListenerEvent, { readonly type: 'SparkListenerExecutorAdded' }>,
    taskCpus: number,
  ): void {
    const record = this.#present(executorId, time)
    record.host = executorInfo.executorHost
    record.totalCores = executorInfo.totalCores
    record.resourceProfileId = executorInfo.resourceProfileId ?? 0
    record.maxTasks = Math.floor(executorInfo.totalCores / taskCpus)
  }

  storeAdded(
    event: Extract<SparkListenerEvent, { readonly type: 'SparkListenerBlockManagerAdded' }>,
  ): void {
    const record = this.#present(event.blockManagerId.executorId, event.time)
    record.blockManager = event.blockManagerId
    record.totalOnHeap = event.maxOnHeapMem
    record.totalOffHeap = event.maxOffHeapMem
    record.usedOnHeap = 0
    record.usedOffHeap = 0
    record.maxMemory = event.maxMem
  }

  /** @returns what is gone, if it was there */
  removed(id: string, time: number, reason: string): ExecutorRecord | undefined {
    const record = this.active(id)
    if (record === undefined) return undefined
    record.isActive = false
    record.removeTime = time
    record.removeReason = reason
    this.#dead.add(record)
    this.#deadCount += 1
    while (this.#deadCount > this.#maxDead) {
      const oldest = this.#dead.take()
      this.#deadCount -= 1
      if (oldest !== undefined && this.all.get(oldest.id) === oldest) this.all.delete(oldest.id)
    }
    return record
  }

  ofHost(host: string): ExecutorRecord[] {
    return [...this.all.values()].filter((one) => one.isActive && hostOf(one) === host)
  }

  /** As Spark writes the address of a store in a failure. */
  readonly addressOf = (id: string): string => {
    const at = this.all.get(id)?.blockManager
    return at === undefined ? 'null' : `BlockManagerId(${id}, ${at.host}, ${at.port}, None)`
  }

  #present(id: string, time: number): ExecutorRecord {
    const known = this.active(id)
    if (known !== undefined) return known
    const record = newExecutor(id, time)
    this.all.set(id, record)
    return record
  }
}

/** Where an executor's blocks are, `host:port`, or its host as long as that is not known. */
export function hostPortOf({ blockManager, host }: ExecutorRecord): string {
  return blockManager === undefined ? (host ?? '') : `${blockManager.host}:${blockManager.port}`
}

function hostOf({ blockManager, host }: ExecutorRecord): string | undefined {
  return host ?? blockManager?.host
}

function newExecutor(id: string, addTime: number): ExecutorRecord {
  return {
    id,
    addTime,
    host: undefined,
    blockManager: undefined,
    isActive: true,
    removeTime: undefined,
    removeReason: undefined,
    totalCores: 0,
    resourceProfileId: 0,
    maxTasks: 0,
    maxMemory: 0,
    rddBlocks: 0,
    memoryUsed: 0,
    diskUsed: 0,
    totalTasks: 0,
    activeTasks: 0,
    completedTasks: 0,
    failedTasks: 0,
    totalDuration: 0,
    totalGcTime: 0,
    totalInputBytes: 0,
    totalShuffleRead: 0,
    totalShuffleWrite: 0,
    isExcluded: false,
    excludedInStages: new Set(),
    totalOnHeap: undefined,
    totalOffHeap: 0,
    usedOnHeap: 0,
    usedOffHeap: 0,
    peaks: undefined,
  }
}
