import { ActorSystem, startNode, type ActorRef } from '../../../actors/index.ts'
import type { Environment } from '../../../platform/index.ts'
import type { MasterRequest } from '../master/index.ts'
import type { DriverDescription, DriverReply, DriverStatus } from '../protocol/index.ts'
import { KnownMasters } from './known-masters.ts'
import { masterAt } from './locate.ts'

/** How a client comes to a master. */
export interface DriverClientOptions {
  readonly environment: Environment
  /** `host:port` of each master that may be there. */
  readonly masters: readonly string[]
  /** The secret of the cluster's nodes, if it has one. */
  readonly secret?: string | undefined
}

/** Submits programs to a standalone master, asks for them and ends them. @see Client.scala of Spark */
export class DriverClient {
  readonly #system: ActorSystem
  readonly #locate: () => Promise<ActorRef<MasterRequest>>

  private constructor(system: ActorSystem, locate: () => Promise<ActorRef<MasterRequest>>) {
    this.#system = system
    this.#locate = locate
  }

  /** @throws TROUPE_NODE_UNREACHABLE, TROUPE_NODE_WRONG_SECRET and what else `join` throws */
  static async connect(options: DriverClientOptions): Promise<DriverClient> {
    const { environment, masters, secret } = options
    const system = ActorSystem.create('spark-client', { environment })
    const node = await startNode(system, { listen: false, ...(secret !== undefined && { secret }) })
    const locate = masterAt(node, new KnownMasters(masters))
    try {
      await locate()
    } catch (error) {
      await system.terminate()
      throw error
    }
    return new DriverClient(system, locate)
  }

  async submit(driver: DriverDescription): Promise<DriverReply> {
    const master = await this.#locate()
    return master.ask((replyTo) => ({ type: 'submit-driver', driver, replyTo }))
  }

  async kill(driverId: string): Promise<DriverReply> {
    const master = await this.#locate()
    return master.ask((replyTo) => ({ type: 'kill-driver', driverId, replyTo }))
  }

  async status(driverId: string): Promise<DriverStatus> {
    const master = await this.#locate()
    return master.ask((replyTo) => ({ type: 'driver-status', driverId, replyTo }))
  }

  async close(): Promise<void> {
    await this.#system.terminate()
  }
}
