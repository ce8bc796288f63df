import type { Address, Environment } from '../../../platform/index.ts'
import { KeyTree } from './key-tree.ts'
import { ZooKeeperSession } from './session.ts'

/** How a master stands for election. */
export interface ElectionOptions {
  readonly environment: Environment
  readonly servers: readonly Address[]
  /** `spark.deploy.zookeeper.dir`: under it, all that the cluster's masters share. */
  readonly directory: string
  readonly sessionTimeoutMs: number
  /** What stands in its node for people: where it listens. */
  readonly name: string
  /** It leads, as long as `onLost` is not called; called once. */
  readonly onElected: (tree: KeyTree) => void
  /** It leads no more, and never again. */
  readonly onLost: (reason: string) => void
}

const AGAIN_MS = 1_000

/**
 * One master's part in the election of a leader: nodes queue up under `leader_election`, and whoever stands first leads. Each waits for the
 * one before it only. Who does not lead yet, and loses its session, queues up again.
 *
 * @see ZooKeeperLeaderElectionAgent.scala of Spark, LeaderLatch of Apache Curator
 */
export class Election {
  readonly #options: ElectionOptions
  #session: ZooKeeperSession | undefined
  #isLeading = false
  #isOver = false
  /** Wakes whoever waits for a change. */
  #wake: (() => void) | undefined

  constructor(options: ElectionOptions) {
    this.#options = options
  }

  /** Stands until it leads, or is stopped. Never fails: ZooKeeper is waited for. */
  async run(): Promise<void> {
    const { environment } = this.#options
    while (!this.#isOver && !this.#isLeading) {
      try {
        await this.#stand()
      } catch (error) {
        if (this.#isOver) return
        const why = error instanceof Error ? error.message : String(error)
        environment.log.write('warn', `no part in the election of a leader yet: ${why}`)
        await this.#session?.close()
        await this.#pause(AGAIN_MS)
      }
    }
  }

  /** Leaves the queue: the next one leads at once. */
  async stop(): Promise<void> {
    this.#isOver = true
    this.#wake?.()
    await this.#session?.close()
  }

  async #stand(): Promise<void> {
    const { environment, servers, directory, sessionTimeoutMs, name } = this.#options
    const { network, clock, random, log } = environment
    const session = await ZooKeeperSession.open({
      network,
      clock,
      random,
      log,
      servers,
      timeoutMs: sessionTimeoutMs,
      onLost: (reason) => {
        this.#wake?.()
        if (this.#isLeading && !this.#isOver) this.#options.onLost(reason)
      },
      onWatch: () => {
        this.#wake?.()
      },
    })
    this.#session = session
    const tree = new KeyTree(session, () => this.#pause(AGAIN_MS))
    const room = `${directory}/leader_election`
    await tree.makePath(room)
    const prefix = `${room}/_c_${random.id()}-latch-`
    const own = await tree.queueUp(prefix, new TextEncoder().encode(name))
    const ownName = own.slice(room.length + 1)
    while (!this.#isOver && session.isAlive) {
      const queue = [...(await tree.children(room))].sort((a, b) => numberOf(a) - numberOf(b))
      const at = queue.indexOf(ownName)
      // Somebody has removed it: it queues up anew.
      if (at < 0) break
      if (at === 0) {
        this.#isLeading = true
        this.#options.onElected(tree)
        return
      }
      const changed = new Promise<void>((resolve) => {
        this.#wake = resolve
      })
      if (await tree.watch(`${room}/${queue[at - 1] ?? ''}`)) await changed
    }
    await session.close()
  }

  #pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      this.#options.environment.clock.setTimer(ms, resolve)
    })
  }
}

/** The ten digits behind a sequential node's name. */
function numberOf(name: string): number {
  return Number(/(\d+)$/.exec(name)?.[1] ?? Number.MAX_SAFE_INTEGER)
}
