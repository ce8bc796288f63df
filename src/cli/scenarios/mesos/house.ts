import { ActorSystem, startNode, type ActorRef } from '../../../actors/index.ts'
import type { Play, Stage } from '../../../actors/testkit/index.ts'
import {
  connectScheduler,
  masterAt,
  type AgentCall,
  type TaskStatus,
} from '../../../mesos/index.ts'
import type { Environment } from '../../../platform/index.ts'
import { MasterAndAgents, overcommitted } from '../cluster/index.ts'
import { misreserved, orphanedOffer, unbalanced, type Errand } from '../fleet/index.ts'
import { leftTask, strayFramework, unfinished } from './leaks.ts'
import { storedScheduler } from './scheduler.ts'
import {
  forgottenOffer,
  lostTaskRunning,
  strangerToMaster,
  strayExecutor,
  unsettled,
} from './strays.ts'
import { emptyStore, isOver, type ErrandStore } from './store.ts'

/** It looks through all the tables of a master: that is too much for each turn. */
const OFTEN = { everyMs: 250 }
/** Links take up to 10 ms: what is sent is under way for so long, or its answer is. */
const ON_ITS_WAY_MS = 20

/** A framework accepts an offer, or has got a status; an agent that has executors registers. */
export type Occasion = 'accepting' | 'updated' | 'registering'

/** What a scenario of the house is made of. */
export interface HousePlan {
  readonly hosts: readonly string[]
  readonly frameworks: readonly {
    readonly name: string
    /** It knows partitions. */
    readonly isAware: boolean
    /** How many schedulers have its id. Default 1. */
    readonly schedulers?: number
  }[]
  /** Of each framework. */
  readonly errands: number
  readonly takesMs: readonly [least: number, most: number]
  /** Tasks are killed by their users so often. Default 0. */
  readonly kills?: number
  /** How long an offer is good. Without it one that is forgotten stays so. */
  readonly offerTimeoutMs?: number
  /** What goes wrong at a moment of its own, beside the faults that are drawn; so often at most. */
  readonly mishap?: {
    readonly when: readonly Occasion[]
    readonly atMost: number
    /** Of so many moments one is used. */
    readonly oneIn: number
    /** `node` is who speaks. */
    happen(stage: Stage, node: string): void
  }
}

/** Which errands are done, by framework. */
export type Done = Readonly<Record<string, readonly string[]>>

/**
 * A master, agents on machines of their own, and frameworks whose schedulers write down what they do: the house of the
 * scenarios of this folder, and what must hold in each of them.
 */
export class House implements Play<Done> {
  readonly #stage: Stage
  readonly #plan: HousePlan
  readonly #cluster: MasterAndAgents
  readonly #stores: Map<string, ErrandStore> = new Map()
  readonly #schedulers: Map<string, ActorRef<{ readonly type: 'kill-one' }>> = new Map()
  #mishaps = 0

  constructor(stage: Stage, plan: HousePlan) {
    this.#stage = stage
    this.#plan = plan
    const { hosts, offerTimeoutMs } = plan
    this.#cluster = new MasterAndAgents(stage, {
      hosts,
      resources: 'cpus:2.5;mem:1024',
      ...(offerTimeoutMs !== undefined && { offerTimeoutMs }),
    })
    stage.always('no resource is offered or used twice', () => overcommitted(stage), OFTEN)
    stage.always('no offer outlives its agent or its framework', () => orphanedOffer(stage), OFTEN)
    stage.always('no offer is forgotten', forgottenOffer(stage), OFTEN)
    const lost = lostTaskRunning(stage, hosts, this.#stores)
    stage.always('no task goes on that its framework has lost', lost, OFTEN)
    stage.onMessage((message, _recipient, node) => {
      if (node.startsWith('agent-') && isRegistering(message)) this.#mayHappen('registering', node)
    })
    stage.atRest('agents have what their flags say', () => misreserved(stage))
    stage.atRest('the master and its allocator agree on who holds what', () => unbalanced(stage))
    stage.atRest('no task is left behind', () => leftTask(stage, hosts))
    stage.atRest('no executor is left behind', () => strayExecutor(stage, hosts))
    stage.atRest('the allocator knows whom the master knows', () => strangerToMaster(stage))
    stage.atRest('nothing is under way for nobody', () => unsettled(stage, hosts))
    stage.atRest('no framework waits for a task', () => unfinished(this.#stores))
    stage.atRest('nothing is held for nobody', () => strayFramework(stage, this.#stores))
  }

  async start(): Promise<void> {
    await this.#cluster.start()
  }

  async run(): Promise<Done> {
    const stage = this.#stage
    const { frameworks, errands, takesMs, kills = 0 } = this.#plan
    const [least, most] = takesMs
    for (const { name } of frameworks) {
      const all = Array.from({ length: errands }, (_, n): Errand => ({
        id: `${name}-errand-${n}`,
        takesMs: least + stage.random.int(most - least + 1),
      }))
      this.#stores.set(name, emptyStore(all))
    }
    for (const node of this.#schedulerNodes()) {
      await stage.node(node, (environment) => this.#startScheduler(node, environment), {
        restartMs: MasterAndAgents.restartMs,
      })
      const store = this.#storeOf(node)
      await stage.when(() => store.frameworkId !== undefined)
    }
    for (let kill = 0; kill < kills; kill++) {
      await stage.pause(300 + stage.random.int(1_000))
      for (const scheduler of this.#schedulers.values()) scheduler.tell({ type: 'kill-one' })
    }
    await stage.when(() => this.#isOver())
    return Object.fromEntries([...this.#stores].map(([name, { done }]) => [name, [...done]]))
  }

  async stop(): Promise<void> {
    await this.#cluster.stop('errands-', this.#schedulerNodes())
  }

  #isOver(): boolean {
    return [...this.#stores.values()].every(isOver)
  }

  /** `framework-red`, or `framework-red-1` and `framework-red-2` where there are two. */
  #schedulerNodes(): readonly string[] {
    return this.#plan.frameworks.flatMap(({ name, schedulers = 1 }) =>
      schedulers === 1
        ? [`framework-${name}`]
        : Array.from({ length: schedulers }, (_, n) => `framework-${name}-${n + 1}`),
    )
  }

  #frameworkOf(node: string): HousePlan['frameworks'][number] {
    const found = this.#plan.frameworks.find(({ name }) => node.split('-')[1] === name)
    return found ?? { name: '', isAware: false }
  }

  #storeOf(node: string): ErrandStore {
    return this.#stores.get(this.#frameworkOf(node).name) ?? emptyStore([])
  }

  async #startScheduler(node: string, environment: Environment): Promise<void> {
    const { name, isAware, schedulers = 1 } = this.#frameworkOf(node)
    const system = ActorSystem.create(name, { environment })
    this.#cluster.systems.set(node, system)
    const line = await startNode(system, { ...MasterAndAgents.heartbeat, listen: false })
    const behavior = storedScheduler({
      name,
      isAware,
      store: this.#storeOf(node),
      stage: this.#stage,
      openMaster: connectScheduler(masterAt(line, MasterAndAgents.address)),
      moments: {
        accepting: () => this.#mayHappen('accepting', node),
        updated: (_status: TaskStatus) => this.#mayHappen('updated', node),
      },
      ...(schedulers > 1 && { isRival: () => !this.#isOver() }),
    })
    this.#schedulers.set(node, system.spawn(behavior, 'scheduler'))
  }

  #mayHappen(when: Occasion, node: string): void {
    const { mishap } = this.#plan
    const stage = this.#stage
    if (mishap?.when.includes(when) !== true) return
    if (stage.isTwin || this.#mishaps >= mishap.atMost) return
    if (stage.random.int(mishap.oneIn) !== 0) return
    this.#mishaps++
    const afterMs = stage.random.int(ON_ITS_WAY_MS)
    stage.world.clock.setTimer(afterMs, () => mishap.happen(stage, node), { background: true })
  }
}

function isRegistering(message: unknown): boolean {
  const call = message as Partial<Extract<AgentCall, { readonly type: 'REGISTER' }>> | undefined
  return call?.type === 'REGISTER' && (call.register?.executors.length ?? 0) > 0
}
