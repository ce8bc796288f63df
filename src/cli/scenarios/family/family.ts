import {
  ActorSystem,
  receive,
  setup,
  startNode,
  type ActorRef,
  type AnyRef,
} from '../../../actors/index.ts'
import type { Play, Scenario, Stage } from '../../../actors/testkit/index.ts'
import type { Environment } from '../../../platform/index.ts'
import { oneForOne } from '../../../supervision/index.ts'
import { joinWhenThere } from '../joining.ts'
import { Chronicle, keepChronicle } from './chronicle.ts'
import { kid } from './kid.ts'
import type { KidMessage, NewToy } from './protocol.ts'

const WINGS = ['wing-1', 'wing-2']
const KIDS = ['ann', 'ben', 'cleo']
const HOUSE_PORT = 7100
const NODE = { heartbeatMs: 300, unreachableLimitMs: 3_000, leaseMs: 2_000 }
/** A wing is the more patient, so that only the lease ends a child before its parent replaces it. */
const WING = { ...NODE, unreachableLimitMs: 9_000 }
const ROUNDS = 10
const ROUND_TIMEOUT_MS = 1_500
/** More than goes into one frame, so that batches wait behind each other. */
const LONGEST_BURST = 700

/** Who has finished how many rounds. */
type Rounds = Readonly<Record<string, number>>

/**
 * Supervision and death watch over links: kids are children of the house on two wings, and have children of their own,
 * which the house watches. One life at a time, no grandchild left behind, each end told of once, messages in order.
 */
export const family: Scenario<Rounds> = {
  name: 'family',
  description: 'remote children with children of their own fail, and lose and regain their parent',
  limitMs: 180_000,
  restMs: 12_000,
  faults: {
    atMost: 10,
    withinMs: [0, 6_000],
    kinds: [
      { type: 'reset-link', from: 'house', to: 'wing-*', weight: 5 },
      {
        type: 'cut-link',
        from: 'house',
        to: 'wing-*',
        direction: 'any',
        forMs: [50, 6_000],
        weight: 3,
      },
      { type: 'half-open-link', from: 'house', to: 'wing-*', weight: 2 },
      { type: 'slow-link', from: 'house', to: 'wing-*', forMs: [200, 3_000], weight: 2 },
      { type: 'kill-process', node: 'wing-*' },
      { type: 'crash-node', node: 'wing-*' },
    ],
  },
  async start(stage) {
    const play = new FamilyPlay(stage)
    await play.start()
    return play
  },
}

class FamilyPlay implements Play<Rounds> {
  readonly #stage: Stage
  readonly #run: string
  readonly #chronicle: Chronicle
  readonly #systems: Map<string, ActorSystem> = new Map()
  readonly #kids: Map<string, ActorRef<KidMessage>> = new Map()

  constructor(stage: Stage) {
    this.#stage = stage
    this.#run = `${stage.seed}-${stage.isTwin ? 'twin' : 'run'}`
    this.#chronicle = new Chronicle(stage)
    keepChronicle(this.#run, this.#chronicle)
  }

  async start(): Promise<void> {
    const stage = this.#stage
    await stage.node('house', (environment) => this.#startHouse(environment))
    for (const wing of WINGS) {
      await stage.node(wing, (environment) => this.#startWing(wing, environment), {
        restartMs: 400,
      })
    }
  }

  async run(): Promise<Rounds> {
    const done = await Promise.all(
      KIDS.map(async (name) => [name, await this.#play(name)] as const),
    )
    return Object.fromEntries(done)
  }

  async stop(): Promise<void> {
    const systems = [...this.#systems].filter(([node]) => this.#stage.isAlive(node))
    for (const [, system] of systems.reverse()) await system.terminate()
  }

  async #startHouse(environment: Environment): Promise<void> {
    const system = ActorSystem.create('house', { environment })
    this.#systems.set('house', system)
    const node = await startNode(system, { ...NODE, port: HOUSE_PORT })
    const watchtower = system.spawn(this.#watchtower(), 'watchtower')
    system.spawn(
      setup<never>((ctx) => {
        for (const name of KIDS) {
          const props = { run: this.#run, kid: name, house: watchtower }
          const placement = node.spread()
          this.#kids.set(name, ctx.spawn(kid(props), name, { placement, restart: 'permanent' }))
        }
        return receive<never>(() => undefined)
      }),
      'parent',
      { supervision: oneForOne({ maxRestarts: 1_000, periodMs: 1_000 }) },
    )
  }

  #watchtower(): ReturnType<typeof receive<NewToy>> {
    const toys = new Map<AnyRef, string>()
    return receive<NewToy>(
      ({ toy, ref }, ctx) => {
        toys.set(ref, toy)
        this.#chronicle.isWatched(toy)
        ctx.watch(ref)
      },
      (signal) => {
        const toy = signal.type === 'Terminated' ? toys.get(signal.ref) : undefined
        if (toy !== undefined) this.#chronicle.toldOfEnd(toy)
      },
    )
  }

  async #startWing(name: string, environment: Environment): Promise<void> {
    const system = ActorSystem.create(name, { environment })
    this.#systems.set(name, system)
    system.eventStream.subscribe('DeadLetter', ({ message, recipient }) => {
      if ((message as { type?: unknown } | undefined)?.type === 'Tick') {
        this.#stage.violated('timers end with their actor', `a tick came for ${recipient}`)
      }
    })
    // A node that the house has given up for good can only come back as another one.
    system.eventStream.subscribe('NodeLost', () => environment.processes.exit(3))
    const node = await startNode(system, WING)
    await joinWhenThere(node, `127.0.0.1:${HOUSE_PORT}`, environment)
  }

  /** Plays all rounds with a kid; returns their number. */
  async #play(name: string): Promise<number> {
    const ref = this.#kids.get(name) as ActorRef<KidMessage>
    const { random } = this.#stage
    let number = 0
    for (let round = 1; round <= ROUNDS; round++) {
      for (let left = 1 + random.int(LONGEST_BURST); left > 0; left--) {
        ref.tell({ type: 'Call', number: ++number })
      }
      if (random.int(3) === 0) ref.tell({ type: 'Stumble' })
      await this.#ask(ref, round)
      await this.#stage.pause(100)
    }
    return ROUNDS
  }

  /** Until the kid has answered: it may be gone, late or out of reach for a while. */
  async #ask(ref: ActorRef<KidMessage>, round: number): Promise<void> {
    for (;;) {
      try {
        await ref.ask<number>((replyTo) => ({ type: 'Round', round, replyTo }), {
          timeoutMs: ROUND_TIMEOUT_MS,
        })
        return
      } catch {
        await this.#stage.pause(50)
      }
    }
  }
}
