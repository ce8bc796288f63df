import type { ActorRef, ActorSystem, TroupeNode } from '../../actors/index.ts'
import { isLastingRefusal, ownUser, withFarewell, type OpenSession } from '../../mesos/index.ts'
import { isTroupeError } from '../../platform/index.ts'
import {
  applicationClient,
  KnownMasters,
  masterAt,
  openApplicationSession,
  type ApplicationClientMessage,
} from '../deploy/client/index.ts'
import {
  isExecutorOver,
  type ApplicationCall,
  type ApplicationEvent,
  type ProfileRequest,
} from '../deploy/protocol/index.ts'
import type { ExecutorTemplate } from '../executor/index.ts'
import type { ExecutorProfile } from '../resources/index.ts'
import { openDriverNode, profiledExecutor, type DriverNodeOptions } from './driver-node.ts'
import type { BackendContext, SchedulerBackend } from './scheduler-backend.ts'

/** How a standalone backend is made. */
export interface StandaloneBackendOptions extends DriverNodeOptions {
  /** `host:port` of each master that may be there. */
  readonly masters: readonly string[]
  readonly maxCores?: number | undefined
  readonly executorCores?: number | undefined
  readonly executorMemoryMb: number
}

interface Launched {
  readonly workerId: string
  readonly cores: number
  readonly hasRun: boolean
}

/** Where one cannot know yet, as in Spark. */
const LEAST_PARALLELISM = 2

/**
 * Executors on the workers of a standalone cluster: registers the application with its master, which has workers start them. Executors
 * outlive the master; the application looks for the next one, and goes on there under its id.
 *
 * @see StandaloneSchedulerBackend.scala of Spark
 */
export class StandaloneBackend implements SchedulerBackend {
  readonly #options: StandaloneBackendOptions
  /** executor → where it runs */
  readonly #launched = new Map<number, Launched>()
  readonly #masters: KnownMasters
  #context: BackendContext | undefined
  #client: ActorRef<ApplicationClientMessage> | undefined
  #isOver: (() => Promise<void>) | undefined
  #executorLimit: number | undefined
  #executor: ExecutorTemplate | undefined
  /** resource profile → how many executors of it are wanted, and what they are */
  readonly #wanted = new Map<number, readonly [profile: ExecutorProfile, total: number]>()
  readonly profileSupport = 'executors'
  #trouble: string | undefined
  #isStopping = false

  constructor(options: StandaloneBackendOptions) {
    this.#options = options
    this.#masters = new KnownMasters(options.masters)
  }

  /** The cores that the application has. */
  get defaultParallelism(): number {
    const cores = [...this.#launched.values()].reduce((sum, one) => sum + one.cores, 0)
    return Math.max(LEAST_PARALLELISM, cores)
  }

  /** @throws TROUPE_NODE_WRONG_SECRET, TROUPE_NODE_PROTOCOL_VERSION; a master that is not there yet is waited for */
  async start(context: BackendContext): Promise<void> {
    const { system, applicationId, appName } = context
    const { executorMemoryMb, maxCores, executorCores } = this.#options
    this.#context = context
    const { node, executor } = await openDriverNode(context, this.#options, executorMemoryMb)
    this.#executor = executor
    const farewell = withFarewell(system, await this.#connection(node))
    this.#isOver = farewell.over
    this.#client = system.spawn(
      applicationClient({
        applicationId,
        application: {
          name: appName,
          user: ownUser(system.environment),
          maxCores,
          coresPerExecutor: executorCores,
          memoryPerExecutorMb: executorMemoryMb,
        },
        executor,
        openMaster: farewell.open,
        running: () => [...this.#launched.keys()],
        executorLimit: () => this.#executorLimit,
        profiles: () => this.#requests(context, executor),
        onEvent: (event) => {
          this.#handle(event)
        },
        onTrouble: (reason) => {
          this.#log(system, 'warn', `no master is to be had: ${reason}`)
        },
      }),
      `${applicationId}-standalone`,
    )
  }

  get executorSlots(): number | undefined {
    return this.#options.executorCores
  }

  requestTotalExecutors(total: number, profile?: ExecutorProfile): void {
    if (profile !== undefined) {
      this.#wanted.set(profile.profileId, [profile, total])
      const [context, executor] = [this.#context, this.#executor]
      if (context === undefined || executor === undefined) return
      const request = this.#request(context, executor, profile, total)
      this.#client?.tell({ type: 'call', call: { type: 'request-profile', request } })
      return
    }
    this.#executorLimit = total
    this.#client?.tell({ type: 'call', call: { type: 'request-executors', total } })
  }

  #requests(context: BackendContext, executor: ExecutorTemplate): readonly ProfileRequest[] {
    return [...this.#wanted.values()].map(([profile, total]) =>
      this.#request(context, executor, profile, total),
    )
  }

  #request(
    context: BackendContext,
    executor: ExecutorTemplate,
    profile: ExecutorProfile,
    total: number,
  ): ProfileRequest {
    const { executorCores, executorMemoryMb } = this.#options
    const { profileId, cores = executorCores, memoryMb = executorMemoryMb } = profile
    return {
      profileId,
      total,
      coresPerExecutor: cores,
      memoryPerExecutorMb: memoryMb,
      executor: profiledExecutor(context, executor, profile, memoryMb),
    }
  }

  killExecutor(executorId: string): void {
    const executorIds = [Number(executorId)]
    this.#client?.tell({ type: 'call', call: { type: 'kill-executors', executorIds } })
  }

  trouble(): string | undefined {
    return this.#trouble
  }

  /** The master is told that the application is over; it ends executors that don't by themselves. */
  async stop(): Promise<void> {
    this.#isStopping = true
    const system = this.#context?.system
    if (system === undefined || this.#client === undefined) return
    this.#client.tell({ type: 'call', call: { type: 'unregister-application' } })
    await this.#isOver?.()
    await system.stop(this.#client)
  }

  /** The way to the master, which notes why it is not to be had. */
  async #connection(node: TroupeNode): Promise<OpenSession<ApplicationCall, ApplicationEvent>> {
    const { masters } = this.#options
    this.#trouble = `no master has answered at ${masters.join(', ')} yet`
    const locate = masterAt(node, this.#masters)
    await locate().catch((error: unknown) => {
      if (isLastingRefusal(error)) throw error
    })
    const open = openApplicationSession(locate)
    return async (subscriber) => {
      try {
        return await open(subscriber)
      } catch (error) {
        this.#trouble = error instanceof Error ? error.message : String(error)
        // Both were out of reach of each other for so long that neither takes the other back.
        if (isTroupeError(error, 'TROUPE_NODE_QUARANTINED')) this.#refused(this.#trouble)
        throw error
      }
    }
  }

  #handle(event: ApplicationEvent): void {
    switch (event.type) {
      case 'application-registered':
        this.#trouble =
          'the master has registered the application, and has given it no executor: see that a worker has as many cores and as much memory free as one takes (spark.executor.cores, spark.executor.memory)'
        return
      case 'masters-changed':
        this.#masters.learn(event.masters)
        return
      case 'executor-added': {
        const { executorId, workerId, cores } = event
        this.#launched.set(executorId, { workerId, cores, hasRun: false })
        this.#trouble = `executor ${executorId} has been launched on worker ${workerId}, and has not reached the driver yet (spark.driver.host)`
        return
      }
      case 'executor-updated':
        this.#updated(event)
        return
      case 'application-removed':
        this.#refused(event.message)
    }
  }

  #updated(event: Extract<ApplicationEvent, { type: 'executor-updated' }>): void {
    const { executorId, state, message } = event
    const launched = this.#launched.get(executorId)
    if (launched === undefined) return
    if (!isExecutorOver(state)) {
      this.#launched.set(executorId, { ...launched, hasRun: true })
      return
    }
    this.#launched.delete(executorId)
    if (!launched.hasRun) {
      this.#trouble = `executor ${executorId} has ended on worker ${launched.workerId} before it ran (${state}, ${message}); see its stderr in the work directory of that worker`
    }
    this.#context?.executorGone(String(executorId), `the master says ${state}, ${message}`)
  }

  #refused(reason: string): void {
    if (this.#isStopping) return
    this.#trouble = reason
    this.#context?.refused(reason)
  }

  #log(system: ActorSystem, level: 'warn', message: string): void {
    if (!this.#isStopping) system.environment.log.write(level, message)
  }
}
