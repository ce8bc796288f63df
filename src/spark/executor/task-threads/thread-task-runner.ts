import { decodeAlone } from '../../../actors/index.ts'
import type { Environment, Thread, Timer } from '../../../platform/index.ts'
import { SparkError, asError, taskCancelled } from '../../errors.ts'
import type { BlockLocation } from '../../shuffle/index.ts'
import type { AttachedThread } from '../../storage/index.ts'
import {
  keptRddsOf,
  rememberMetrics,
  type TaskDescription,
  type TaskEnvironment,
  type TaskResult,
} from '../../task/index.ts'
import { GAUGE_BYTES, ThreadGauge } from '../metrics/index.ts'
import { PROCESS_WAIT_KEY } from '../protocol.ts'
import type { RunnerReport, TaskRunner } from '../task-runner.ts'
import type { FromTaskThread, TaskThreadData, ToTaskThread } from './protocol.ts'
import { ThreadSideLine, serveStorage } from './storage-line.ts'
import { encoded } from './task-thread.ts'

/** How long a task that was told to end may go on before its thread is ended. */
const CANCEL_GRACE_MS = 2_000

/** How long a task waits for the thread that has its cached partition, unless its properties say so. */
const LOCALITY_WAIT_MS = 3_000

/** How long a thread without a task may hold on to stages that are over; one that gets a task is told with it. */
const FORGET_MS = 1_000

/**
 * For new objects, in each thread: V8 takes twice as much by default, holds on to it, and lets as much garbage of buffers lie there.
 * Functions that make many objects are collected twice as often for it.
 */
const MAX_YOUNG_BYTES = 24 << 20

/** Reads bytes of a block of another executor. */
export type ReadRemoteChunk = (
  block: BlockLocation,
  offset: number,
  lengthBytes: number,
) => Promise<Uint8Array>

interface Job {
  readonly task: TaskDescription
  /** When it came, by the clock. */
  readonly sinceMs: number
  readonly resolve: (result: TaskResult) => void
  readonly reject: (error: unknown) => void
}

interface TaskThreadState {
  readonly thread: Thread
  readonly loaded: Set<number>
  /** Stages that are over, of which the thread was not told yet: to wake it for that would cost as much as to begin a task. */
  forgotten: number[]
  readonly cancelled: Int32Array
  readonly side: ThreadSideLine
  readonly gauge: ThreadGauge
  storage: AttachedThread | undefined
  job: Job | undefined
  grace: Timer | undefined
}

/**
 * Runs tasks in threads of their own, one task a thread. A thread is judged by its exit only: it may be busy for
 * minutes. One that exits fails its task and is replaced when there is work; a task that goes on after it was told
 * to end loses its thread.
 */
export class ThreadTaskRunner implements TaskRunner {
  readonly slots: number
  readonly #environment: Environment
  readonly #tasks: TaskEnvironment
  readonly #readRemote: ReadRemoteChunk
  readonly #binaries = new Map<number, Uint8Array>()
  /** stage → the RDDs in it that are kept */
  readonly #kept = new Map<number, readonly number[]>()
  readonly #threads = new Set<TaskThreadState>()
  readonly #waiting: Job[] = []
  #looksAgain: Timer | undefined
  #forgets: Timer | undefined
  #isStopped = false

  /** Starts threads at once, so that they are there when the first task comes: all of them, or so many. */
  constructor(
    slots: number,
    environment: Environment,
    tasks: TaskEnvironment,
    readRemote: ReadRemoteChunk,
    atOnce: number = slots,
  ) {
    this.slots = slots
    this.#environment = environment
    this.#tasks = tasks
    this.#readRemote = readRemote
    for (let i = 0; i < atOnce; i += 1) this.#start()
  }

  load(stageId: number, binary: Uint8Array): void {
    this.#binaries.set(stageId, binary)
    this.#kept.set(stageId, keptRddsOf(binary).rddIds)
  }

  forget(stageId: number): void {
    this.#binaries.delete(stageId)
    this.#kept.delete(stageId)
    for (const state of this.#threads) {
      if (state.loaded.delete(stageId)) state.forgotten.push(stageId)
    }
    const { clock } = this.#environment
    this.#forgets ??= clock.setTimer(FORGET_MS, () => this.#tellForgotten(), { background: true })
  }

  #tellForgotten(): void {
    this.#forgets = undefined
    for (const state of this.#threads) {
      const stageIds = state.forgotten
      if (stageIds.length === 0) continue
      state.forgotten = []
      post(state, { type: 'forget-stages', stageIds })
    }
  }

  run(task: TaskDescription): Promise<TaskResult> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ task, sinceMs: this.#environment.clock.now(), resolve, reject })
      this.#next()
    })
  }

  cancel(taskAttemptId: number): void {
    const at = this.#waiting.findIndex(({ task }) => task.taskAttemptId === taskAttemptId)
    if (at >= 0) {
      const [job] = this.#waiting.splice(at, 1)
      job?.reject(taskCancelled(taskAttemptId))
      return
    }
    for (const state of this.#threads) {
      if (state.job?.task.taskAttemptId !== taskAttemptId) continue
      Atomics.store(state.cancelled, 0, taskAttemptId)
      post(state, { type: 'cancel-task', taskAttemptId })
      const { clock } = this.#environment
      state.grace ??= clock.setTimer(CANCEL_GRACE_MS, () => void state.thread.terminate(), {
        background: true,
      })
    }
  }

  report(): RunnerReport {
    const states = [...this.#threads].map(({ gauge, job }) => ({ job, read: gauge.read() }))
    return {
      tries: states.flatMap(({ job, read }) => {
        const running = read?.running
        // It may still tell of the one before.
        return running?.taskAttemptId === job?.task.taskAttemptId ? (running ?? []) : []
      }),
      threads: states.flatMap(({ read }) => read?.memory ?? []),
      names: new Map([...this.#threads].map(({ thread, job }) => [thread.id, nameOf(job?.task)])),
    }
  }

  async stop(): Promise<void> {
    this.#isStopped = true
    this.#looksAgain?.cancel()
    this.#forgets?.cancel()
    for (const job of this.#waiting.splice(0)) job.reject(taskCancelled(job.task.taskAttemptId))
    await Promise.all([...this.#threads].map(({ thread }) => thread.terminate()))
  }

  #start(): TaskThreadState {
    const { executorId, directory, unrollBytes, storage } = this.#tasks
    const shared = new SharedArrayBuffer(4)
    const flag = new Int32Array(shared).fill(-1)
    const gauge = new SharedArrayBuffer(GAUGE_BYTES)
    const data: TaskThreadData = { executorId, directory, cancelled: shared, unrollBytes, gauge }
    const thread = this.#environment.threads.start({
      entry: new URL('./task-thread-main.js', import.meta.url),
      name: `task-thread-${executorId}`,
      data,
      // A batch outlives a collection that happens to come before its end: rows made among the old objects would fill the heap from then on.
      pretenuring: false,
      maxYoungBytes: MAX_YOUNG_BYTES,
    })
    const state: TaskThreadState = {
      thread,
      loaded: new Set(),
      forgotten: [],
      cancelled: flag,
      side: new ThreadSideLine(
        (message) => {
          thread.port.postValue(message)
        },
        () => state.job !== undefined,
      ),
      gauge: new ThreadGauge(gauge),
      storage: undefined,
      job: undefined,
      grace: undefined,
    }
    state.storage = storage?.attach(state.side)
    this.#threads.add(state)
    thread.port.handle((message) => {
      this.#handle(state, message as FromTaskThread)
    })
    void thread.exited.then(({ code, error }) => {
      this.#exited(state, code, error)
    })
    return state
  }

  #next(): void {
    if (this.#isStopped) return
    for (let at = 0; at < this.#waiting.length;) {
      const job = this.#waiting[at] as Job
      const state = this.#threadFor(job)
      if (state === 'none') return
      if (state === 'later') {
        at += 1
        continue
      }
      this.#waiting.splice(at, 1)
      this.#give(state, job)
    }
  }

  /**
   * The thread that has the task's partition as objects, even if it is to be waited for; any other after a while, which
   * has to copy or compute the partition.
   */
  #threadFor({ task, sinceMs }: Job): TaskThreadState | 'later' | 'none' {
    const { storage } = this.#tasks
    const side = storage?.threadOf(this.#kept.get(task.stageId) ?? [], task.partitionId)
    let idle: TaskThreadState | undefined
    for (const state of this.#threads) {
      if (state.side === side) {
        if (state.job === undefined) return state
        const waitedMs = this.#environment.clock.now() - sinceMs
        const waitMs = Number(task.properties[PROCESS_WAIT_KEY] ?? LOCALITY_WAIT_MS)
        if (waitedMs < waitMs) return this.#lookAgain(waitMs - waitedMs)
      }
      if (state.job === undefined) idle ??= state
    }
    return idle ?? (this.#threads.size < this.slots ? this.#start() : 'none')
  }

  #lookAgain(afterMs: number): 'later' {
    this.#looksAgain ??= this.#environment.clock.setTimer(
      afterMs,
      () => {
        this.#looksAgain = undefined
        this.#next()
      },
      { background: true },
    )
    return 'later'
  }

  #give(state: TaskThreadState, job: Job): void {
    state.job = job
    const { stageId } = job.task
    const binary = state.loaded.has(stageId) ? undefined : this.#binaries.get(stageId)
    if (binary !== undefined) state.loaded.add(stageId)
    const { forgotten } = state
    state.forgotten = []
    post(state, { type: 'run-task', task: job.task, binary, forgotten })
  }

  #handle(state: TaskThreadState, message: FromTaskThread): void {
    switch (message.type) {
      case 'task-succeeded':
        this.#end(state)?.resolve(message.result)
        return
      case 'task-failed': {
        const failure = asError(decodeAlone(message.error))
        rememberMetrics(failure, message.metrics)
        this.#end(state)?.reject(failure)
        return
      }
      case 'storage':
        void this.#serveStorage(state, message)
        return
      case 'storage-done':
        state.side.answered(message)
        return
      case 'locate':
        void this.#locate(state, message)
        return
      case 'read-chunk':
        void this.#readChunk(state, message)
        return
    }
  }

  #end(state: TaskThreadState): Job | undefined {
    const { job } = state
    state.job = undefined
    // A thread that has ended has not said so itself.
    if (job !== undefined) this.#tasks.storage?.memory.releaseAll(job.task.taskAttemptId)
    state.grace?.cancel()
    state.grace = undefined
    this.#next()
    return job
  }

  async #serveStorage(
    state: TaskThreadState,
    { id, call }: Extract<FromTaskThread, { type: 'storage' }>,
  ): Promise<void> {
    const { storage } = this.#tasks
    if (storage === undefined || state.storage === undefined) return
    try {
      const value = await serveStorage(call, this.#tasks, state.storage.home)
      if (id !== undefined) post(state, { type: 'answer', id, value })
    } catch (error) {
      if (id !== undefined) post(state, { type: 'answer', id, error: encoded(error) })
    }
  }

  async #locate(
    state: TaskThreadState,
    { id, shuffleId, reducePartition }: Extract<FromTaskThread, { type: 'locate' }>,
  ): Promise<void> {
    try {
      const blocks = await this.#tasks.locateBlocks(shuffleId, reducePartition)
      post(state, { type: 'answer', id, blocks })
    } catch (error) {
      post(state, { type: 'answer', id, error: encoded(error) })
    }
  }

  async #readChunk(
    state: TaskThreadState,
    { id, block, offset, lengthBytes }: Extract<FromTaskThread, { type: 'read-chunk' }>,
  ): Promise<void> {
    try {
      post(state, { type: 'answer', id, bytes: await this.#readRemote(block, offset, lengthBytes) })
    } catch (error) {
      post(state, { type: 'answer', id, error: encoded(error) })
    }
  }

  #exited(state: TaskThreadState, code: number, error: unknown): void {
    this.#threads.delete(state)
    state.side.gone()
    state.storage?.detach()
    const job = this.#end(state)
    if (job === undefined) return
    const { taskAttemptId } = job.task
    const why = error instanceof Error ? `code ${code} (${error.message})` : `code ${code}`
    job.reject(
      Atomics.load(state.cancelled, 0) === taskAttemptId
        ? taskCancelled(taskAttemptId)
        : new SparkError(
            'TROUPE_SPARK_TASK_THREAD_LOST',
            `The thread that ran task ${taskAttemptId} has ended with ${why}`,
            { data: { taskAttemptId, code }, cause: error },
          ),
    )
  }
}

function post({ thread }: TaskThreadState, message: ToTaskThread): void {
  thread.port.postValue(message)
}

/** As Spark names the threads of its executors. */
function nameOf(task: TaskDescription | undefined): string {
  if (task === undefined) return 'Executor task launch worker'
  const { partitionId, attemptNumber, stageId, stageAttempt, taskAttemptId } = task
  return `Executor task launch worker for task ${partitionId}.${attemptNumber} in stage ${stageId}.${stageAttempt} (TID ${taskAttemptId})`
}
