import { makeProcessDirectory, type ChildProcess, type ProcessExit } from '../../platform/index.ts'
import type { ExecutorTemplate } from '../executor/index.ts'
import { SparkError } from '../errors.ts'
import { DEFAULT_PROFILE_ID, type ExecutorProfile } from '../resources/index.ts'
import { openDriverNode, profiledExecutor, type DriverNodeOptions } from './driver-node.ts'
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

/** Executors of a resource profile that there are to be. */
interface Target {
  readonly total: number
  /** Undefined for the default one. */
  readonly profile: ExecutorProfile | undefined
}

interface RunningExecutor {
  readonly child: ChildProcess
  readonly profileId: number
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
  readonly #running = new Map<string, RunningExecutor>()
  #context: BackendContext | undefined
  #executor: ExecutorTemplate | undefined
  #directory = ''
  /** resource profile → how many executors of it there are to be, and what they are */
  readonly #targets = new Map<number, Target>()
  /** The resource profiles of executors whose processes are being started. */
  #starting: readonly number[] = []
  readonly profileSupport = 'executors'
  #started = 0
  #failedStarts = 0
  #trouble: string | undefined
  #isStopping = false

  constructor(options: LocalClusterOptions) {
    this.#options = options
    this.#targets.set(DEFAULT_PROFILE_ID, { total: options.executors, profile: undefined })
  }

  get defaultParallelism(): number {
    return this.#options.executors * this.#options.cores
  }

  get executorSlots(): number {
    return this.#options.cores
  }

  /** The n of `local-cluster[n,c,m]` is all the room that there is, whatever the resource profiles. */
  requestTotalExecutors(total: number, profile?: ExecutorProfile): void {
    this.#targets.set(profile?.profileId ?? DEFAULT_PROFILE_ID, { total, profile })
    if (this.#context !== undefined && this.#directory !== '') void this.#fill(this.#context)
  }

  /** @throws TROUPE_SPARK_MEMORY_TOO_SMALL, and what starting a node or a process throws */
  async start(context: BackendContext): Promise<void> {
    this.#context = context
    const { executor } = await openDriverNode(context, this.#options, this.#options.memoryMb)
    this.#executor = executor
    this.#directory = await makeProcessDirectory(context.system.environment, 'spark-cluster')
    await this.#startMissing(context)
  }

  /** An executor is to have its room alone: it can't be larger than that. */
  checkProfile({ profileId, cores, memoryMb }: ExecutorProfile): void {
    const room = this.#options
    if ((cores ?? 0) <= room.cores && (memoryMb ?? 0) <= room.memoryMb) return
    throw new SparkError(
      'TROUPE_SPARK_PROFILE_UNSUPPORTED',
      `Resource profile ${profileId} wants executors with ${cores ?? room.cores} cores and ${memoryMb ?? room.memoryMb} MB; ` +
        `local-cluster[${room.executors},${room.cores},${room.memoryMb}] has room for ${room.cores} and ${room.memoryMb}`,
      { data: { profileId } },
    )
  }

  killExecutor(executorId: string): void {
    this.#running.get(executorId)?.child.kill('SIGKILL')
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
    const running = [...this.#running.values()].map(({ child }) => child)
    const timer = clock.setTimer(END_MS, () => {
      for (const child of running) child.kill('SIGKILL')
    })
    await Promise.all(running.map(({ exited }) => exited))
    timer.cancel()
    if (this.#directory !== '') await disk.remove(this.#directory)
  }

  async #startMissing(context: BackendContext): Promise<void> {
    for (let next = this.#missing(); next !== undefined; next = this.#missing()) {
      const [profileId, { profile }] = next
      this.#starting = [...this.#starting, profileId]
      try {
        await this.#startProcess(context, profileId, profile)
      } finally {
        this.#starting = this.#starting.toSpliced(this.#starting.indexOf(profileId), 1)
      }
    }
  }

  async #startProcess(
    context: BackendContext,
    profileId: number,
    profile: ExecutorProfile | undefined,
  ): Promise<void> {
    const { system, applicationId } = context
    const { cores = this.#options.cores, memoryMb = this.#options.memoryMb } = profile ?? {}
    const plain = this.#executor as ExecutorTemplate
    const executor =
      profile === undefined ? plain : profiledExecutor(context, plain, profile, memoryMb)
    const executorId = String(this.#started++)
    const directory = `${this.#directory}/${executorId}`
    await system.environment.disk.makeDirectory(directory)
    const settings = { ...executor, applicationId, executorId, cores }
    const child = await system.environment.processes.start({
      ...executorProcess(settings, memoryMb, directory),
      stdout: 'inherit',
      stderr: 'inherit',
    })
    this.#running.set(executorId, { child, profileId })
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

  /** The resource profile of which there are too few executors, as long as there is room; the lowest id first. */
  #missing(): readonly [profileId: number, target: Target] | undefined {
    const profileIds = [...this.#running.values()].map(({ profileId }) => profileId)
    const all = [...profileIds, ...this.#starting]
    if (this.#isStopping || all.length >= this.#options.executors) return undefined
    return [...this.#targets]
      .sort(([a], [b]) => a - b)
      .find(([id, { total }]) => all.filter((one) => one === id).length < total)
  }

  async #fill(context: BackendContext): Promise<void> {
    try {
      await this.#startMissing(context)
    } catch (error) {
      this.#trouble = error instanceof Error ? error.message : String(error)
      context.system.environment.log.write('error', this.#trouble)
      if (this.#running.size === 0) context.refused(this.#trouble)
    }
  }
}
