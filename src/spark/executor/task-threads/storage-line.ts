import type { BroadcastMeta } from '../../broadcast/index.ts'
import type { ExecutionMemory } from '../../memory/index.ts'
import type { SyncAnswer, SyncRequest } from '../../scheduler/barrier/sync-book.ts'
import type { CommitAnswer, CommitRequest } from '../../scheduler/output-commit/commit-book.ts'
import type { AttachedThread, BlockHome, ExecutorStorage, ThreadSide } from '../../storage/index.ts'
import type { TaskEnvironment } from '../../task/index.ts'
import type { Answer, FromTaskThread, StorageCall, ToTaskThread } from './protocol.ts'

/** Memory and blocks of the executor, as its task thread reaches them: by its port. */
export class StorageLineClient implements ExecutorStorage {
  readonly memory: ExecutionMemory
  readonly #call: (call: StorageCall) => Promise<unknown>
  readonly #tell: (call: StorageCall) => void
  #side: ThreadSide | undefined

  constructor(call: (call: StorageCall) => Promise<unknown>, tell: (call: StorageCall) => void) {
    this.#call = call
    this.#tell = tell
    this.memory = {
      acquire: async (...args) =>
        Number(await this.#call({ on: 'memory', method: 'acquire', args })),
      release: (...args) => {
        this.#tell({ on: 'memory', method: 'release', args })
      },
      releaseAll: (...args) => {
        this.#tell({ on: 'memory', method: 'releaseAll', args })
      },
    }
  }

  /** There is but this one here. */
  threadOf(): undefined {
    return undefined
  }

  /** Bound. The bytes of a broadcast. */
  readonly readBroadcast = async (meta: BroadcastMeta): Promise<Uint8Array> =>
    (await this.#call({ on: 'broadcast', method: 'read', args: [meta] })) as Uint8Array

  /** Bound. Whether a try may commit its output. */
  readonly mayCommit = async (request: CommitRequest): Promise<CommitAnswer> =>
    (await this.#call({ on: 'driver', method: 'mayCommit', args: [request] })) as CommitAnswer

  /** Bound. Waits for the other tasks of a barrier stage. */
  readonly sync = async (request: SyncRequest): Promise<SyncAnswer> =>
    (await this.#call({ on: 'driver', method: 'sync', args: [request] })) as SyncAnswer

  attach(side: ThreadSide): AttachedThread {
    this.#side = side
    const home: BlockHome = {
      get: (...args) => this.#ask('get', args),
      reserve: (...args) => this.#ask('reserve', args),
      putObjects: (...args) => this.#ask('putObjects', args),
      putBytes: (...args) => this.#ask('putBytes', args),
      putFile: (...args) => this.#ask('putFile', args),
      unreserve: (...args) => {
        this.#tell({ on: 'home', method: 'unreserve', args })
      },
      touch: (...args) => {
        this.#tell({ on: 'home', method: 'touch', args })
      },
      notKept: (...args) => {
        this.#tell({ on: 'home', method: 'notKept', args })
      },
    }
    return {
      home,
      detach: () => {
        this.#side = undefined
      },
    }
  }

  /** What the executor's main thread wants of this thread's blocks. */
  async obey({
    order,
    name,
  }: Extract<ToTaskThread, { type: 'storage-order' }>): Promise<readonly Uint8Array[] | undefined> {
    if (order === 'copy') return this.#side?.copy(name)
    await this.#side?.drop(name)
    return undefined
  }

  /** The answers to what is named by `method` are what {@link serveStorage} sends. */
  async #ask<Method extends keyof BlockHome>(
    method: Method,
    args: Parameters<BlockHome[Method]>,
  ): Promise<Awaited<ReturnType<BlockHome[Method]>>> {
    const call = { on: 'home', method, args } as StorageCall
    return (await this.#call(call)) as Awaited<ReturnType<BlockHome[Method]>>
  }
}

/** Does what a task thread asks of its executor's memory and blocks. */
export async function serveStorage(
  call: StorageCall,
  tasks: Pick<TaskEnvironment, 'mayCommit' | 'memory' | 'readBroadcast' | 'sync'>,
  home: BlockHome,
): Promise<unknown> {
  const { memory, readBroadcast, mayCommit, sync } = tasks
  if (call.on === 'broadcast') return readBroadcast?.(...call.args)
  if (call.on === 'driver')
    return call.method === 'sync' ? sync?.(...call.args) : mayCommit(...call.args)
  const target = (call.on === 'memory' ? memory : home) as unknown as Record<
    string,
    (...args: unknown[]) => unknown
  >
  return await target[call.method]?.(...(call.args as unknown[]))
}

/** One task thread as the executor's block manager sees it. */
export class ThreadSideLine implements ThreadSide {
  readonly isBusy: () => boolean
  readonly #post: (message: ToTaskThread) => void
  readonly #waiting = new Map<number, (chunks: readonly Uint8Array[] | undefined) => void>()
  #next = 0
  #isGone = false

  constructor(post: (message: ToTaskThread) => void, isBusy: () => boolean) {
    this.#post = post
    this.isBusy = isBusy
  }

  async drop(name: string): Promise<void> {
    await this.#order('drop', name)
  }

  copy(name: string): Promise<readonly Uint8Array[] | undefined> {
    return this.#order('copy', name)
  }

  /** The thread has done what it was told. */
  answered({ id, chunks }: Extract<FromTaskThread, { type: 'storage-done' }>): void {
    this.#waiting.get(id)?.(chunks)
    this.#waiting.delete(id)
  }

  /** The thread is gone, and its objects with it. */
  gone(): void {
    this.#isGone = true
    for (const resolve of this.#waiting.values()) resolve(undefined)
    this.#waiting.clear()
  }

  #order(order: 'drop' | 'copy', name: string): Promise<readonly Uint8Array[] | undefined> {
    if (this.#isGone) return Promise.resolve(undefined)
    const id = this.#next++
    return new Promise((resolve) => {
      this.#waiting.set(id, resolve)
      this.#post({ type: 'storage-order', id, order, name })
    })
  }
}

/** The value of an answer to a {@link StorageCall}. */
export function valueOf(answer: Answer): unknown {
  return 'value' in answer ? answer.value : undefined
}
