import { makeProcessDirectory, type ChildProcess, type ProcessExit } from '../../platform/index.ts'
import type { ExecutorTemplate } from '../executor/index.ts'
import { openDriverNode, type DriverNodeOptions } from './driver-node.ts'
import { STARTED_FILE, executorProcess } from './run-local-executor.ts'
import type { BackendContext, SchedulerBackend } from './scheduler-backend.ts'

/** How a local cluster is made. */
export interface LocalClusterOptions extends DriverNodeOptions {
  readonly executors: number
  /** Task threads of each. */
  readonly cores: number
  /** Heap of each. */
  readonly memoryMb: number
}

/** Executors in a row that end before they ran, after which there is no other: `spark.deploy.maxExecutorRetries`. */
const MAX_FAILED_STARTS = 10

/** How long executors may take to end by themselves. */
const END_MS = 10_000

/**
 * Executors in processes of their own on the driver's machine, started by a command line and an environment. One that ends is
 * replaced; all end with the driver, however that ends.
 */
export class LocalClusterBackend implements SchedulerBackend {
  readonly #options: LocalClusterOptions
  readonly #running = new Map<string, ChildProcess>()
  #context: BackendContext | undefined
  #executor: ExecutorTemplate | undefined
  #directory = ''
  /** How many executors there are to be. */
  #target: number
  /** Executors whose processes are being started. */
  #starting = 0
  #started = 0
  #failedStarts = 0
  #trouble: string | undefined
  #isStopping = false

  constructor(options: LocalClusterOptions) {
    this.#options = options
    this.#target = options.executors
  }

  get defaultParallelism(): number {
    return this.#options.executors * this.#options.cores
  }

  get executorSlots(): number {
    return this.#options.cores
  }

  /** The n of `local-cluster[n,c,m]` is all the room that there is. */
  requestTotalExecutors(total: number): void {
    this.#target = Math.min(total, this.#options.executors)
    if (this.#context !== undefined && this.#directory !== '') void this.#fill(this.#context)
  }

  /** @throws TROUPE_SPARK_MEMORY_TOO_SMALL, and what starting a node or a process throws */
  async start(context: BackendContext): Promise<void> {
    this.#context = context
    const { executor } = await openDriverNode(context, this.#options, this.#options.memoryMb)
    this.#executor = executor
    this.#directory = await makeProcessDirectory(context.system.environment, 'spark-cluster')
    while (this.#isMissingOne()) await this.#startOne(context)
  }

  killExecutor(executorId: string): void {
    this.#running.get(executorId)?.kill('SIGKILL')
  }

  /** It may stand still, or be cut off; those that end with the context may take their time. */
  executorLost(executorId: string): void {
    if (!this.#isStopping) this.killExecutor(executorId)
  }

  trouble(): string | undefined {
    return this.#trouble
  }

  /** Executors have been told to end; those that don't are killed. */
  async stop(): Promise<void> {
    this.#isStopping = true
    const system = this.#context?.system
    if (system === undefined) return
    const { clock, disk } = system.environment
    const running = [...this.#running.values()]
    const timer = clock.setTimer(END_MS, () => {
      for (const child of running) child.kill('SIGKILL')
    })
    await Promise.all(running.map(({ exited }) => exited))
    timer.cancel()
    if (this.#directory !== '') await disk.remove(this.#directory)
  }

  async #startOne(context: BackendContext): Promise<void> {
    this.#starting += 1
    try {
      await this.#startProcess(context)
    } finally {
      this.#starting -= 1
    }
  }

  async #startProcess(context: BackendContext): Promise<void> {
    const { system, applicationId } = context
    const { cores, memoryMb } = this.#options
    const executorId = String(this.#started++)
    const directory = `${this.#directory}/${executorId}`
    await system.environment.disk.makeDirectory(directory)
    const settings = { ...(this.#executor as ExecutorTemplate), applicationId, executorId, cores }
    const child = await system.environment.processes.start({
      ...executorProcess(settings, memoryMb, directory),
      stdout: 'inherit',
      stderr: 'inherit',
    })
    this.#running.set(executorId, child)
    // The context has been stopped meanwhile.
    if (this.#isStopping) child.kill('SIGKILL')
    void child.exited.then((exit) => this.#ended(context, executorId, exit))
  }

  async #ended(context: BackendContext, executorId: string, exit: ProcessExit): Promise<void> {
    this.#running.delete(executorId)
    const how = exit.signal ?? `code ${exit.code ?? 0}`
    context.executorGone(executorId, `its process has ended with ${how}`)
    if (this.#isStopping) return
    const { disk, log } = context.system.environment
    const directory = `${this.#directory}/${executorId}`
    const hasRun = (await disk.stat(`${directory}/${STARTED_FILE}`)) !== undefined
    await disk.remove(directory).catch(() => undefined)
    this.#failedStarts = hasRun ? 0 : this.#failedStarts + 1
    if (!hasRun) {
      this.#trouble = `executor ${executorId} has ended with ${how} before it ran; see what it has said to standard error`
      log.write('error', this.#trouble)
    }
    if (this.#failedStarts >= MAX_FAILED_STARTS) {
      if (this.#running.size === 0) context.refused(this.#trouble ?? how)
      return
    }
    await this.#fill(context)
  }

  #isMissingOne(): boolean {
    return !this.#isStopping && this.#running.size + this.#starting < this.#target
  }

  async #fill(context: BackendContext): Promise<void> {
    try {
      while (this.#isMissingOne()) await this.#startOne(context)
    } catch (error) {
      this.#trouble = error instanceof Error ? error.message : String(error)
      context.system.environment.log.write('error', this.#trouble)
      if (this.#running.size === 0) context.refused(this.#trouble)
    }
  }
}
