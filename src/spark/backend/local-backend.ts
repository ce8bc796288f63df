import type { ActorRef } from '../../actors/index.ts'
import { makeProcessDirectory } from '../../platform/index.ts'
import {
  executor,
  type ExecutorCommand,
  type ReadRemoteChunk,
  type TaskRunner,
} from '../executor/index.ts'
import type { TaskEnvironment } from '../task/index.ts'
import type { BackendContext, SchedulerBackend } from './scheduler-backend.ts'

/** Makes the runner of a local executor. */
export type MakeRunner = (
  slots: number,
  environment: TaskEnvironment,
  context: BackendContext,
  readRemote: ReadRemoteChunk,
) => TaskRunner

/** Executors in the driver's own process: `local[k]` has one with k slots; tests may want more. */
export class LocalBackend implements SchedulerBackend {
  readonly #slots: number
  readonly #executors: number
  readonly #makeRunner: MakeRunner
  readonly #running = new Map<string, ActorRef<ExecutorCommand>>()
  #context: BackendContext | undefined
  #directory: string | undefined
  #started = 0

  constructor(slots: number, makeRunner: MakeRunner, executors = 1) {
    this.#slots = slots
    this.#executors = executors
    this.#makeRunner = makeRunner
  }

  get executorSlots(): number {
    return this.#slots
  }

  get defaultParallelism(): number {
    return this.#slots * this.#executors
  }

  async start(context: BackendContext): Promise<void> {
    this.#context = context
    this.#directory = await makeProcessDirectory(context.system.environment, 'spark')
    for (let i = 0; i < this.#executors; i += 1) this.#startOne()
  }

  killExecutor(executorId: string): void {
    const ref = this.#running.get(executorId)
    if (ref === undefined) return
    this.#running.delete(executorId)
    void this.#context?.system.kill(ref)
  }

  async stop(): Promise<void> {
    const system = this.#context?.system
    if (system === undefined) return
    await Promise.all([...this.#running.values()].map((ref) => system.stop(ref)))
    this.#running.clear()
    if (this.#directory !== undefined) await system.environment.disk.remove(this.#directory)
  }

  #startOne(): void {
    const context = this.#context
    if (context === undefined) return
    const { system, registry, token, codec, applicationId, networkTimeoutMs } = context
    const executorId = this.#started === 0 ? 'driver' : `driver-${this.#started}`
    this.#started += 1
    const behavior = executor({
      executorId,
      host: 'localhost',
      driver: registry,
      token,
      directory: `${this.#directory}/${executorId}`,
      codec,
      disk: system.environment.disk,
      fetchTimeoutMs: networkTimeoutMs,
      storage: context.storage(system.environment.heap.limitBytes(), 'system'),
      runner: (environment, readRemote) =>
        this.#makeRunner(this.#slots, environment, context, readRemote),
    })
    const name = `${applicationId}-executor-${executorId}`
    this.#running.set(executorId, system.spawn(behavior, name, { restart: 'temporary' }))
  }
}
