import {
  ActorSystem,
  receive,
  runThread,
  startNode,
  threadPool,
} from '../../../src/actors/index.ts'
import type { ActorRef, RemoteNode, ThreadPool, TroupeNode } from '../../../src/actors/index.ts'
import { memoryEnvironment } from '../../../src/platform/index.ts'
import type {
  Environment,
  MemoryLogEntry,
  MemoryNodeUse,
  MemoryWorld,
} from '../../../src/platform/index.ts'
import { holdingOf, Workload } from './workload.ts'
import type { Holding } from './workload.ts'

const ENTRY = new URL('memory:soak-thread.js')
const PEERS = ['b', 'c']
/** After this long nothing of a round is left, whatever was cut or killed in it. */
const CALM_MS = 90_000

/** The workload in memory: time is virtual, chaos comes by the round. */
export class MemorySoak {
  readonly world: MemoryWorld
  readonly workload: Workload
  readonly #node: TroupeNode
  readonly #pool: ThreadPool
  #ended = 0

  private constructor(world: MemoryWorld, system: ActorSystem, node: TroupeNode) {
    this.world = world
    this.workload = new Workload(system)
    this.#node = node
    this.#pool = threadPool(system, { size: 2, entry: ENTRY })
  }

  static async begin(seed: number): Promise<MemorySoak> {
    const world = memoryEnvironment({
      seed,
      delay: { minMs: 0, maxMs: 5 },
      runLimitMs: Number.MAX_SAFE_INTEGER,
      threads: {
        [ENTRY.href]: (environment: Environment) => {
          runThread(environment)
        },
      },
    })
    const system = ActorSystem.create('a', { environment: world.environment('a') })
    const node = await world.until(startNode(system, { host: 'a', secret: 'hush' }))
    const soak = new MemorySoak(world, system, node)
    for (const name of PEERS) await soak.#startPeer(name)
    return soak
  }

  /** Rounds of work; something breaks in most of them. */
  async run(rounds: number): Promise<void> {
    const { world } = this
    for (let i = 0; i < rounds; i++) {
      const work = this.workload.round(this.#peers, this.#pool)
      await world.advance(50)
      await this.#break()
      await world.until(work)
      await world.advance(10_000)
    }
  }

  /** Lets everything come to rest and counts what is left. */
  async rest(): Promise<{ readonly holding: Holding; readonly use: MemoryNodeUse | undefined }> {
    await this.world.advance(CALM_MS)
    // The world's own records, for those who look at them; nodes that were are still listed.
    const lines = this.world.logEntries as MemoryLogEntry[]
    lines.length = 0
    const { system } = this.workload
    return {
      holding: holdingOf(system),
      use: this.world.inUse().find(({ name }) => name === 'a'),
    }
  }

  /** A peer is only there again once it has called: its predecessor is given up by then. */
  get #peers(): readonly RemoteNode[] {
    return this.#node.nodes
  }

  async #startPeer(name: string): Promise<void> {
    const environment = this.world.environment(name)
    const system = ActorSystem.create(name, { environment })
    system.spawn(
      receive<{ readonly value: unknown; readonly replyTo: ActorRef<unknown> }>((message) => {
        message.replyTo.tell(message.value)
      }),
      'echo',
    )
    system.spawn(
      receive<unknown>(() => undefined),
      'silent',
    )
    const node = await this.world.until(startNode(system, { host: name, secret: 'hush' }))
    await this.world.until(node.join(this.#node.address ?? { host: '', port: 0 }))
  }

  async #break(): Promise<void> {
    const { world } = this
    const { network } = world
    switch (this.#ended++ % 8) {
      case 0:
        network.reset('a', 'b')
        return
      case 1:
        network.cut('a', 'c', { oneWay: true })
        await world.advance(6_000)
        network.heal()
        return
      case 2:
        network.reset('b', 'c')
        return
      case 3:
        world.kill('c')
        await this.#startPeer('c')
        return
      case 4:
        network.cut('a', 'b')
        await world.advance(40_000)
        network.heal()
        await world.advance(30_000)
        world.kill('b')
        await this.#startPeer('b')
        return
      case 5:
        world.crash('c')
        await world.advance(2_000)
        await this.#startPeer('c')
        return
      default:
    }
  }
}
