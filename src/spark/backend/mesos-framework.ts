import { receive, type ActorRef, type ActorSystem, type TroupeNode } from '../../actors/index.ts'
import { isTroupeError } from '../../platform/index.ts'
import {
  connectMesos,
  connectScheduler,
  isLastingRefusal,
  masterAt,
  ownUser,
  schedulerDriver,
  withFarewell,
  type Farewell,
  type MasterMessage,
  type SchedulerDriverEvent,
  type SchedulerDriverMessage,
} from '../../mesos/index.ts'
import type { BackendContext } from './scheduler-backend.ts'

/** Who an application is to a Mesos master, and where that is. */
export interface MesosFrameworkOptions {
  /** `host:port` of the master, or `zk://…` where the one that leads is found. */
  readonly master: string
  /** By which the driver speaks to the master, and executors to their agents. */
  readonly line: 'cbor' | 'http'
  /** How long the master keeps the executors of a driver that is out of its reach. */
  readonly failoverTimeoutSeconds: number
  /** The role that it takes offers for; `*` otherwise. */
  readonly role: string | undefined
  /** As whom it comes, and the proof for a master that wants one, by HTTP. */
  readonly principal: string | undefined
  readonly mesosSecret: string | undefined
}

/**
 * An application as a framework of a Mesos master: connected as long as the application lives, by whichever line. What the
 * master says, and what `Told` else is told to {@link handler}, is handled one after the other.
 */
export class MesosFramework<Told extends { readonly type: string } = never> {
  /** Why the master is not to be had, or does not help, when that is so. */
  trouble: string | undefined
  readonly #options: MesosFrameworkOptions
  readonly #context: BackendContext
  readonly #handle: (event: SchedulerDriverEvent | Told) => void
  #driver: ActorRef<SchedulerDriverMessage> | undefined
  #sessions: Farewell | undefined
  #handler: ActorRef<SchedulerDriverEvent | Told> | undefined

  constructor(
    options: MesosFrameworkOptions,
    context: BackendContext,
    handle: (event: SchedulerDriverEvent | Told) => void,
  ) {
    this.#options = options
    this.#context = context
    this.#handle = handle
    this.trouble = `no master has answered at ${options.master} yet`
  }

  /** @throws TROUPE_NODE_WRONG_SECRET, TROUPE_NODE_PROTOCOL_VERSION; a master that is not there yet is waited for */
  async start(node: TroupeNode): Promise<ActorRef<SchedulerDriverEvent | Told>> {
    const { system, applicationId, appName } = this.#context
    const { role, principal } = this.#options
    this.#sessions = withFarewell(system, await this.#connection(system, node))
    const handler = system.spawn(
      receive<SchedulerDriverEvent | Told>((event) => {
        if (event.type === 'ERROR') this.#refused((event as ErrorEvent).error.message)
        else this.#handle(event)
      }),
      `${applicationId}-framework`,
    )
    this.#handler = handler
    this.#driver = system.spawn(
      schedulerDriver({
        // Checkpointed: an executor outlives its agent for the recovery timeout, in which the agent may come back.
        framework_info: {
          user: ownUser(system.environment),
          name: appName,
          checkpoint: true,
          failover_timeout: this.#options.failoverTimeoutSeconds,
          ...(role !== undefined && { role }),
          ...(principal !== undefined && { principal }),
        },
        openMaster: this.#sessions.open,
        handler,
      }),
      `${applicationId}-mesos-driver`,
    )
    return handler
  }

  tell(message: SchedulerDriverMessage): void {
    this.#driver?.tell(message)
  }

  async stop(): Promise<void> {
    const { system } = this.#context
    if (this.#driver === undefined) return
    this.#driver.tell({ type: 'stop' })
    await system.stop(this.#driver)
    await this.#sessions?.over()
    if (this.#handler !== undefined) await system.stop(this.#handler)
  }

  log(level: 'debug' | 'warn' | 'error', message: string): void {
    this.#context.system.environment.log.write(level, message)
  }

  /** The way to the master, which notes why it is not to be had. */
  async #connection(system: ActorSystem, node: TroupeNode): Promise<Farewell['open']> {
    const { master, line } = this.#options
    const noted = async <T>(open: () => Promise<T>): Promise<T> => {
      try {
        const found = await open()
        this.trouble = undefined
        return found
      } catch (error) {
        this.trouble = error instanceof Error ? error.message : String(error)
        if (isTroupeError(error, 'TROUPE_NODE_QUARANTINED')) this.#givenUp(error)
        throw error
      }
    }
    if (line === 'http') {
      const { principal, mesosSecret: secret } = this.#options
      const isProved = principal !== undefined && secret !== undefined
      const credential = isProved ? { credential: { principal, secret } } : {}
      const open = connectMesos(
        system,
        master.startsWith('zk://') ? master : `http://${master}`,
        credential,
      )
      return (subscriber) => noted(() => open(subscriber))
    }
    const locate = (): Promise<ActorRef<MasterMessage>> => noted(masterAt(node, master))
    await locate().catch((error: unknown) => {
      if (isLastingRefusal(error)) throw error
    })
    return connectScheduler(locate)
  }

  #refused(message: string): void {
    this.trouble = `the master refused the application: ${message}`
    this.log('error', this.trouble)
    this.#context.refused(message)
  }

  /** The driver's node and the master's were out of reach of each other for so long that neither takes the other back. */
  #givenUp(error: Error): void {
    this.log('error', `the master has given this driver up: ${error.message}`)
    this.tell({ type: 'stop' })
    this.#context.refused(error.message)
  }
}

type ErrorEvent = Extract<SchedulerDriverEvent, { readonly type: 'ERROR' }>
