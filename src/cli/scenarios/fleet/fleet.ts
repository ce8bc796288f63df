import { ActorSystem, startNode, type ActorRef, type Behavior } from '../../../actors/index.ts'
import type { Play, Scenario, Stage } from '../../../actors/testkit/index.ts'
import {
  connectScheduler,
  masterAt,
  schedulerDriver,
  type SchedulerDriverEvent,
  type SchedulerDriverMessage,
} from '../../../mesos/index.ts'
import type { Environment } from '../../../platform/index.ts'
import { MasterAndAgents, overcommitted } from '../cluster/index.ts'
import type { Errand } from './errand.ts'
import { runErrands } from './executor.ts'
import { errandFramework, type Progress } from './framework.ts'
import { misreserved, orphanedOffer, stillReserved, unbalanced } from './accounts.ts'
import { keeper } from './keeper.ts'

const HOSTS = ['one', 'two', 'three']
const FRAMEWORKS = ['red', 'blue']
/** The framework that reserves, and its role. */
const KEEPER = 'green'
const ERRANDS = 16
const LONGEST_MS = 500
const KILLS = 3
/** It looks through all the tables of a master: that is too much for each turn. */
const OFTEN = { everyMs: 250 }

/** Who has done which errands. */
type Done = Readonly<Record<string, readonly string[]>>

/**
 * The cluster manager by itself: two frameworks of different roles run short tasks on three agents, while agents, master,
 * executors and the links between all of them break; a third one reserves a little of each agent, and gives it back, again and
 * again. Nothing is offered or used twice, nothing stays allocated that nobody uses, no reservation is lost or doubled.
 */
export const fleet: Scenario<Done> = {
  name: 'fleet',
  description:
    'two frameworks share three agents, a third reserves, while agents, master, executors and links break',
  world: { programs: { errands: runErrands }, delay: { minMs: 1, maxMs: 10 } },
  limitMs: 300_000,
  restMs: 20_000,
  faults: {
    atMost: 9,
    withinMs: [0, 5_000],
    kinds: [
      { type: 'kill-process', node: 'errands-*', weight: 3 },
      { type: 'kill-process', node: 'agent-*', weight: 2 },
      { type: 'crash-node', node: 'agent-*' },
      { type: 'kill-process', node: 'master', weight: 2 },
      { type: 'crash-node', node: 'master' },
      {
        type: 'cut-link',
        from: 'master',
        to: 'agent-*',
        direction: 'any',
        forMs: [50, 12_000],
        weight: 4,
      },
      { type: 'cut-link', from: 'master', to: 'framework-*', direction: 'any', forMs: [50, 6_000] },
      { type: 'reset-link', from: 'master', to: 'agent-*', weight: 6 },
      { type: 'reset-link', from: 'master', to: 'framework-*', weight: 8 },
      { type: 'reset-link', from: 'agent-*', to: 'errands-*', weight: 2 },
      { type: 'half-open-link', from: 'master', to: 'agent-*' },
      { type: 'slow-link', from: 'master', to: 'agent-*', forMs: [100, 3_000] },
      { type: 'freeze', node: 'agent-*', forMs: [50, 6_000] },
      { type: 'skew-clock', node: '*', offsetMs: [-3_600_000, 3_600_000], forMs: [100, 5_000] },
    ],
  },
  async start(stage) {
    const play = new FleetPlay(stage)
    await play.start()
    return play
  },
}

class FleetPlay implements Play<Done> {
  readonly #stage: Stage
  readonly #cluster: MasterAndAgents
  readonly #progress: Map<string, Progress> = new Map()
  readonly #schedulers: ActorRef<{ readonly type: 'kill-one' }>[] = []
  #keeper: ActorRef<{ readonly type: 'give-back' }> | undefined

  constructor(stage: Stage) {
    this.#stage = stage
    this.#cluster = new MasterAndAgents(stage, { hosts: HOSTS, resources: 'cpus:2.5;mem:1024' })
    stage.always('no resource is offered or used twice', () => overcommitted(stage), OFTEN)
    stage.always('no offer outlives its agent or its framework', () => orphanedOffer(stage), OFTEN)
    stage.always('no reservation is doubled', () => misreserved(stage), OFTEN)
    stage.atRest('the master and its allocator agree on who holds what', () => unbalanced(stage))
    stage.atRest('no reservation is lost', () => stillReserved(stage, HOSTS))
  }

  async start(): Promise<void> {
    await this.#cluster.start()
  }

  async run(): Promise<Done> {
    const stage = this.#stage
    for (const name of FRAMEWORKS) {
      await stage.node(`framework-${name}`, (environment) => this.#startErrands(name, environment))
    }
    await stage.node(`framework-${KEEPER}`, (environment) => this.#startKeeper(environment))
    for (let kills = 0; kills < KILLS; kills++) {
      await stage.pause(300 + stage.random.int(1_000))
      for (const scheduler of this.#schedulers) scheduler.tell({ type: 'kill-one' })
    }
    await stage.when(() => [...this.#progress.values()].every(({ done }) => done.size === ERRANDS))
    this.#keeper?.tell({ type: 'give-back' })
    return Object.fromEntries([...this.#progress].map(([name, { done }]) => [name, [...done]]))
  }

  async stop(): Promise<void> {
    const frameworks = [...FRAMEWORKS, KEEPER].map((name) => `framework-${name}`)
    await this.#cluster.stop('errands-', frameworks)
  }

  async #startErrands(name: string, environment: Environment): Promise<void> {
    const stage = this.#stage
    const progress: Progress = { done: new Set(), states: new Map() }
    this.#progress.set(name, progress)
    const errands = Array.from({ length: ERRANDS }, (_, n): Errand => ({
      id: `${name}-errand-${n}`,
      takesMs: 50 + stage.random.int(LONGEST_MS),
    }))
    const behavior = errandFramework(name, errands, progress, stage)
    this.#schedulers.push(await this.#startFramework(name, environment, behavior))
  }

  async #startKeeper(environment: Environment): Promise<void> {
    const behavior = keeper(KEEPER, this.#stage)
    this.#keeper = await this.#startFramework(KEEPER, environment, behavior)
  }

  /** Runs a framework's own actor, with the driver that it is told of. */
  async #startFramework<M>(
    name: string,
    environment: Environment,
    behavior: Behavior<FrameworkMessage | M>,
  ): Promise<ActorRef<FrameworkMessage | M>> {
    const system = ActorSystem.create(name, { environment })
    this.#cluster.systems.set(`framework-${name}`, system)
    const node = await startNode(system, { ...MasterAndAgents.heartbeat, listen: false })
    const scheduler = system.spawn(behavior, 'scheduler')
    const driver = system.spawn(
      schedulerDriver({
        framework_info: {
          user: 'troupe',
          name,
          roles: [name],
          capabilities: [{ type: 'MULTI_ROLE' }],
          checkpoint: true,
          failover_timeout: 60,
        },
        openMaster: connectScheduler(masterAt(node, MasterAndAgents.address)),
        handler: scheduler,
      }),
      'driver',
    )
    scheduler.tell({ type: 'driver', driver })
    return scheduler
  }
}

type FrameworkMessage =
  | SchedulerDriverEvent
  | { readonly type: 'driver'; readonly driver: ActorRef<SchedulerDriverMessage> }
