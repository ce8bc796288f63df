import {
  ActorSystem,
  receive,
  runThread,
  setup,
  startNode,
  threadPool,
  type ActorRef,
  type AnyRef,
  type TroupeNode,
} from '../../../actors/index.ts'
import type { Play, Scenario, Stage } from '../../../actors/testkit/index.ts'
import type { Environment } from '../../../platform/index.ts'
import { oneForOne } from '../../../supervision/index.ts'
import { joinWhenThere } from '../joining.ts'
import type { Order, TellerMessage, VaultMessage, VaultReply } from './protocol.ts'
import { teller } from './teller.ts'
import { vault, type VaultState } from './vault.ts'

const BRANCHES = ['branch-1', 'branch-2', 'branch-3']
const OFFICE_PORT = 7000
const THREAD_ENTRY = new URL('memory:bank-thread.js')
const NODE = { heartbeatMs: 300, unreachableLimitMs: 3_000, leaseMs: 2_000 }
const ACCOUNTS = 6
const ORDERS = 40
const LANES = 4
const ORDER_TIMEOUT_MS = 4_000

/** Who is watched from the office, and how often each was told of as gone. */
interface Watched {
  readonly branch: string
  readonly pid: number
  notices: number
}

type Balances = Readonly<Record<string, number>>

/**
 * The runtime itself: a head office and three branches. Tellers, children of the office, live in threads of the
 * office and on the branches; money must not be lost or made, entries must come in order, watches be answered.
 */
export const bank: Scenario<Balances> = {
  name: 'bank',
  description:
    'supervised tellers on nodes and threads move money while branches crash and links break',
  world: {
    threads: {
      [THREAD_ENTRY.href]: (environment: Environment) => {
        runThread(environment)
      },
    },
  },
  limitMs: 120_000,
  restMs: 12_000,
  faults: {
    atMost: 6,
    withinMs: [0, 6_000],
    kinds: [
      { type: 'kill-process', node: 'branch-*', weight: 2 },
      { type: 'crash-node', node: 'branch-*', weight: 2 },
      { type: 'cut-link', from: 'office', to: 'branch-*', forMs: [50, 6_000], weight: 2 },
      { type: 'cut-link', from: 'branch-*', to: 'office', forMs: [50, 6_000], weight: 1 },
      { type: 'reset-link', from: 'office', to: 'branch-*', weight: 2 },
      { type: 'half-open-link', from: 'office', to: 'branch-*' },
      { type: 'slow-link', from: 'office', to: 'branch-*', forMs: [200, 3_000] },
      { type: 'freeze', node: '*', forMs: [50, 4_000] },
      { type: 'slow-node', node: '*', forMs: [200, 3_000] },
      { type: 'kill-thread', node: 'office', threads: 2, weight: 2 },
      { type: 'skew-clock', node: '*', offsetMs: [-60_000, 60_000], forMs: [500, 5_000] },
      {
        type: 'exactly',
        fault: { type: 'kill-actor', actor: '/user/office/teller-*', node: 'office' },
      },
    ],
  },
  async start(stage) {
    const play = new BankPlay(stage)
    await play.start()
    return play
  },
}

class BankPlay implements Play<Balances> {
  readonly #stage: Stage
  readonly #systems: Map<string, ActorSystem> = new Map()
  readonly #state: VaultState = {
    balances: new Map(Array.from({ length: ACCOUNTS }, (_, n) => [`account-${n}`, 1_000])),
    held: new Map(),
    committed: new Set(),
    entries: new Map(),
  }
  readonly #watched: Watched[] = []
  readonly #orders: readonly Order[]
  #tellers: readonly ActorRef<TellerMessage>[] = []
  #vault: ActorRef<VaultMessage> | undefined

  constructor(stage: Stage) {
    this.#stage = stage
    const { random } = stage
    this.#orders = Array.from({ length: ORDERS }, (_, n) => ({
      id: `order-${n}`,
      from: `account-${random.int(ACCOUNTS)}`,
      to: `account-${random.int(ACCOUNTS)}`,
      amount: 1 + random.int(100),
      isTroublesome: random.int(5) === 0,
    }))
    stage.always('money is neither lost nor made', () => {
      const { balances, held } = this.#state
      const total = [...balances.values(), ...held.values()].reduce((sum, part) => sum + part, 0)
      return total === ACCOUNTS * 1_000 ? undefined : `there are ${total}`
    })
    stage.atRest('who is gone is told of once', () => {
      const alive = new Set(
        stage.world.nodes().flatMap(({ isAlive, pid }) => (isAlive ? [pid] : [])),
      )
      const wrong = this.#watched.find(({ pid, notices }) => notices !== 1 && !alive.has(pid))
      return (
        wrong &&
        `${wrong.branch} (process ${wrong.pid}) has ended, and was told of ${wrong.notices} times`
      )
    })
  }

  async start(): Promise<void> {
    const stage = this.#stage
    await stage.node('office', (environment) => this.#startOffice(environment))
    for (const branch of BRANCHES) {
      await stage.node(branch, (environment) => this.#startBranch(branch, environment), {
        restartMs: 400,
      })
    }
  }

  async run(): Promise<Balances> {
    const lanes = Array.from({ length: LANES }, async (_, lane) => {
      for (let at = lane; at < this.#orders.length; at += LANES) {
        await this.#carryOut(this.#orders[at] as Order, at)
        await this.#stage.pause(100)
      }
    })
    await Promise.all(lanes)
    return Object.fromEntries(this.#state.balances)
  }

  async stop(): Promise<void> {
    const systems = [...this.#systems].filter(([node]) => this.#stage.isAlive(node))
    // The office last: it is the parent of what lives on the branches.
    for (const [, system] of systems.reverse()) await system.terminate()
  }

  async #startOffice(environment: Environment): Promise<void> {
    const system = ActorSystem.create('office', { environment })
    this.#systems.set('office', system)
    const node = await startNode(system, { ...NODE, port: OFFICE_PORT })
    const pool = threadPool(system, { size: 2, entry: THREAD_ENTRY, blockedLimitMs: 2_000 })
    const spread = node.spread()
    this.#vault = system.spawn(
      vault(this.#state, (what) => this.#stage.violated('entries come in order', what)),
      'vault',
    )
    system.spawn(
      setup<never>((ctx) => {
        this.#tellers = [spread, pool, spread, pool, spread].map((placement, window) =>
          ctx.spawn(teller({ window }), `teller-${window}`, { placement, restart: 'permanent' }),
        )
        return receive<never>(() => undefined)
      }),
      'office',
      { supervision: oneForOne({ maxRestarts: 1_000, periodMs: 1_000 }) },
    )
    this.#watchBranches(system, node)
  }

  /** Watches an actor of every incarnation of every branch that has ever joined. */
  #watchBranches(system: ActorSystem, node: TroupeNode): void {
    type Message = { readonly type: 'Met'; readonly clerk: AnyRef; readonly watched: Watched }
    const known = new Map<AnyRef, Watched>()
    const watchtower = system.spawn(
      receive<Message>(
        ({ clerk, watched }, ctx) => {
          known.set(clerk, watched)
          this.#watched.push(watched)
          ctx.watch(clerk)
        },
        (signal) => {
          if (signal.type !== 'Terminated') return
          const watched = known.get(signal.ref)
          if (watched === undefined) return
          watched.notices += 1
          if (watched.notices > 1) {
            this.#stage.violated('who is gone is told of once', `${watched.branch}: twice`)
          }
        },
      ),
      'watchtower',
    )
    node.onJoined((remote) => {
      remote.resolve<never>('/user/clerk').then(
        (clerk) => {
          const branch = remote.system
          const { pid = 0 } =
            this.#stage.world.nodes().findLast(({ name }) => name === branch) ?? {}
          watchtower.tell({ type: 'Met', clerk, watched: { branch, pid, notices: 0 } })
        },
        () => undefined,
      )
    })
  }

  async #startBranch(name: string, environment: Environment): Promise<void> {
    const system = ActorSystem.create(name, { environment })
    this.#systems.set(name, system)
    system.spawn(
      receive<never>(() => undefined),
      'clerk',
    )
    // A node that the office has given up for good can only come back as another one.
    system.eventStream.subscribe('NodeLost', () => environment.processes.exit(3))
    const node = await startNode(system, NODE)
    await joinWhenThere(node, `127.0.0.1:${OFFICE_PORT}`, environment)
  }

  async #carryOut(order: Order, first: number): Promise<void> {
    const vaultRef = this.#vault as ActorRef<VaultMessage>
    for (let attempt = 0; ; attempt += 1) {
      const chosen = this.#tellers[(first + attempt) % this.#tellers.length]
      try {
        const reply = await (chosen as ActorRef<TellerMessage>).ask<VaultReply>(
          (replyTo) => ({ type: 'Transfer', order, vault: vaultRef, replyTo }),
          { timeoutMs: ORDER_TIMEOUT_MS },
        )
        if (reply.type === 'Done') return
      } catch {
        // Its teller is gone, late or in trouble: the order stands, and doing it twice is doing it once.
      }
      await this.#stage.pause(50)
    }
  }
}
