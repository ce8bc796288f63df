import { setTimeout as sleep } from 'node:timers/promises'
import { ActorSystem, startNode, threadPool } from '../../../src/actors/index.ts'
import type { ThreadPool, TroupeNode } from '../../../src/actors/index.ts'
import { nodeEnvironment } from '../../../src/platform/index.ts'
import type { ChildProcess } from '../../../src/platform/index.ts'
import { sample, trendOf } from './samples.ts'
import type { Sample, Trend } from './samples.ts'
import { holdingOf, Workload } from './workload.ts'
import type { Holding } from './workload.ts'

const PEER = new URL('../fixtures/peer-process.js', import.meta.url).pathname
const PEERS = 2
const SAMPLE_EVERY_MS = 5_000
/** After this long nothing of a round is left, whatever was killed or stopped in it. */
const CALM_MS = 35_000

export interface SoakReport {
  readonly rounds: number
  readonly done: number
  readonly killed: number
  readonly stopped: number
  readonly before: { readonly holding: Holding; readonly sample: Sample }
  readonly after: { readonly holding: Holding; readonly sample: Sample }
  readonly heap: Trend
  readonly samples: readonly Sample[]
}

/** The workload with real threads, processes and sockets: peers are killed and stopped, threads end, all along. */
export class RealSoak {
  readonly #environment = nodeEnvironment({ log: { level: 'off' } })
  readonly #system: ActorSystem
  readonly #workload: Workload
  readonly #peers: ChildProcess[] = []
  #node!: TroupeNode
  readonly #pool: ThreadPool
  #killed = 0
  #stopped = 0

  constructor() {
    this.#system = ActorSystem.create('soak', { environment: this.#environment })
    this.#workload = new Workload(this.#system)
    this.#pool = threadPool(this.#system, { size: 2 })
  }

  async run(forMs: number): Promise<SoakReport> {
    this.#node = await startNode(this.#system, { secret: 'hush' })
    for (let i = 0; i < PEERS; i++) await this.#startPeer()
    await this.#rounds(20_000, [])
    const before = await this.#rest()
    const samples: Sample[] = []
    await this.#rounds(forMs, samples)
    const after = await this.#rest()
    for (const peer of this.#peers) peer.kill('SIGKILL')
    await this.#system.terminate()
    return {
      rounds: this.#workload.rounds,
      done: this.#workload.done,
      killed: this.#killed,
      stopped: this.#stopped,
      before,
      after,
      heap: trendOf(samples),
      samples,
    }
  }

  async #rounds(forMs: number, samples: Sample[]): Promise<void> {
    const beganAt = performance.now()
    let nextSampleMs = 0
    let nextBreakMs = 4_000
    for (;;) {
      const atMs = performance.now() - beganAt
      if (atMs >= forMs) return
      if (atMs >= nextSampleMs) {
        samples.push(sample(atMs))
        nextSampleMs = atMs + SAMPLE_EVERY_MS
      }
      if (atMs >= nextBreakMs) {
        nextBreakMs = atMs + 8_000
        await this.#break()
      }
      await this.#workload.round(this.#node.nodes, this.#pool)
      await sleep(500)
    }
  }

  /** Kills a peer and starts another, or stops one for so long that it counts as out of reach. */
  async #break(): Promise<void> {
    if ((this.#killed + this.#stopped) % 2 === 0) {
      this.#killed++
      this.#peers.shift()?.kill('SIGKILL')
      await this.#startPeer()
      return
    }
    this.#stopped++
    const [peer] = this.#peers
    peer?.kill('SIGSTOP')
    setTimeout(() => peer?.kill('SIGCONT'), 6_000)
  }

  async #startPeer(): Promise<void> {
    const joined = new Promise<void>((resolve) => {
      const stop = this.#node.onJoined(() => {
        stop()
        resolve()
      })
    })
    const { host, port } = this.#node.address ?? { host: '', port: 0 }
    const peer = await this.#environment.processes.start({
      command: PEER,
      args: [`${host}:${String(port)}`],
      node: true,
    })
    this.#peers.push(peer)
    await joined
  }

  async #rest(): Promise<{ readonly holding: Holding; readonly sample: Sample }> {
    await sleep(CALM_MS)
    return { holding: holdingOf(this.#system), sample: sample(performance.now()) }
  }
}
