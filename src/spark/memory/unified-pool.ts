/** A task that waits for execution memory. */
interface Waiting {
  readonly requestId: number
  readonly task: number
  readonly bytes: number
}

/**
 * One pool of memory, shared by execution and storage without a fixed border. A transition consumes the state it
 * is given.
 *
 * Invariant: storage and execution together never exceed `maxBytes`.
 */
export interface UnifiedPool {
  readonly maxBytes: number
  /** Storage up to here is immune to eviction by execution. */
  readonly storageRegionBytes: number
  storageBytes: number
  executionBytes: number
  /** active task → bytes; a task is active from its first request to its end */
  readonly tasks: Map<number, number>
  /** In order of their coming. */
  waiting: readonly Waiting[]
  /** Blocks are being evicted for execution. */
  isEvicting: boolean
  /** The last eviction has freed less than was asked, and nothing was stored since. */
  isExhausted: boolean
}

/** What happens to execution memory. */
export type PoolEvent =
  | {
      readonly type: 'acquire'
      /** Unique in the pool; named in the grant. */
      readonly requestId: number
      readonly task: number
      readonly bytes: number
    }
  | { readonly type: 'release'; readonly task: number; readonly bytes: number }
  | { readonly type: 'task-ended'; readonly task: number }
  /** Blocks were stored or dropped: {@link storeBytes}, {@link dropBytes}. */
  | { readonly type: 'storage-changed' }
  /** An eviction that was asked for is over; what it has freed was dropped before. */
  | { readonly type: 'evicted'; readonly askedBytes: number; readonly freedBytes: number }

/** What is to be done about it. */
export type PoolEffect =
  | { readonly type: 'grant'; readonly requestId: number; readonly bytes: number }
  /** Evict blocks of so many bytes, then say so by `evicted`. */
  | { readonly type: 'evict'; readonly bytes: number }

/** A pool nobody uses yet. */
export function emptyPool(maxBytes: number, storageRegionBytes: number): UnifiedPool {
  return {
    maxBytes,
    storageRegionBytes,
    storageBytes: 0,
    executionBytes: 0,
    tasks: new Map(),
    waiting: [],
    isEvicting: false,
    isExhausted: false,
  }
}

/** What nobody holds. */
export function freeBytes({ maxBytes, storageBytes, executionBytes }: UnifiedPool): number {
  return maxBytes - storageBytes - executionBytes
}

/**
 * Execution memory: with N active tasks each gets at most 1/N of what execution may have, and waits until it has at least
 * 1/2N. Execution takes back what storage has borrowed beyond its region, never more.
 *
 * @see ExecutionMemoryPool.acquireMemory and UnifiedMemoryManager in Spark's org.apache.spark.memory
 */
export function poolTransition(
  pool: UnifiedPool,
  event: PoolEvent,
): readonly [UnifiedPool, readonly PoolEffect[]] {
  const effects: PoolEffect[] = []
  switch (event.type) {
    case 'acquire': {
      const { requestId, task, bytes } = event
      if (!pool.tasks.has(task)) pool.tasks.set(task, 0)
      pool.waiting = [...pool.waiting, { requestId, task, bytes }]
      break
    }
    case 'release':
      give(pool, event.task, event.bytes)
      break
    case 'task-ended':
      give(pool, event.task, pool.tasks.get(event.task) ?? 0)
      pool.tasks.delete(event.task)
      for (const { task, requestId } of pool.waiting) {
        if (task === event.task) effects.push({ type: 'grant', requestId, bytes: 0 })
      }
      pool.waiting = pool.waiting.filter(({ task }) => task !== event.task)
      break
    case 'storage-changed':
      break
    case 'evicted':
      pool.isEvicting = false
      pool.isExhausted = event.freedBytes < event.askedBytes
      break
  }
  serve(pool, effects)
  return [pool, effects]
}

/** Takes `bytes` for storage if that many are free; otherwise says how many have to be evicted first. */
export function storeBytes(
  pool: UnifiedPool,
  bytes: number,
): { readonly isStored: boolean; readonly missingBytes: number } {
  // What execution waits for, storage beyond its region would only have to give back.
  const isAwaited = pool.waiting.length > 0 && pool.storageBytes + bytes > pool.storageRegionBytes
  const missingBytes = bytes - freeBytes(pool)
  if (missingBytes > 0 || isAwaited) return { isStored: false, missingBytes }
  pool.storageBytes += bytes
  pool.isExhausted = false
  return { isStored: true, missingBytes: 0 }
}

/** Whether so many bytes could ever be stored while execution holds what it holds. */
export function couldStore(pool: UnifiedPool, bytes: number): boolean {
  return bytes <= pool.maxBytes - pool.executionBytes
}

/** Gives storage back; `storage-changed` has to follow. */
export function dropBytes(pool: UnifiedPool, bytes: number): void {
  pool.storageBytes = Math.max(0, pool.storageBytes - bytes)
}

function give(pool: UnifiedPool, task: number, bytes: number): void {
  const held = pool.tasks.get(task)
  if (held === undefined) return
  const released = Math.min(held, bytes)
  pool.tasks.set(task, held - released)
  pool.executionBytes -= released
}

/** Grants what can be granted, in order; who can't have its least share stays. */
function serve(pool: UnifiedPool, effects: PoolEffect[]): void {
  const left: Waiting[] = []
  for (const request of pool.waiting) {
    const bytes = grantable(pool, request, effects)
    if (bytes === undefined) {
      left.push(request)
      continue
    }
    pool.tasks.set(request.task, (pool.tasks.get(request.task) ?? 0) + bytes)
    pool.executionBytes += bytes
    effects.push({ type: 'grant', requestId: request.requestId, bytes })
  }
  pool.waiting = left
}

/** What the request gets; undefined when it has to wait. */
function grantable(
  pool: UnifiedPool,
  { task, bytes }: Waiting,
  effects: PoolEffect[],
): number | undefined {
  const { maxBytes, storageBytes, storageRegionBytes, tasks } = pool
  const held = tasks.get(task) ?? 0
  const mostBytes = maxBytes - Math.min(storageBytes, storageRegionBytes)
  const wanted = Math.min(bytes, Math.max(0, Math.floor(mostBytes / tasks.size) - held))
  const free = freeBytes(pool)
  const borrowed = Math.max(0, storageBytes - storageRegionBytes)
  if (wanted > free && borrowed > 0 && !pool.isExhausted) {
    if (!pool.isEvicting) {
      pool.isEvicting = true
      effects.push({ type: 'evict', bytes: Math.min(wanted - free, borrowed) })
    }
    return undefined
  }
  const granted = Math.min(wanted, free)
  const leastShare = Math.floor((maxBytes - storageBytes) / (2 * tasks.size))
  return granted < bytes && held + granted < leastShare ? undefined : granted
}
