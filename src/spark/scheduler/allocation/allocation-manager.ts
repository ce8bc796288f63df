import {
  receive,
  setup,
  type ActorContext,
  type ActorRef,
  type Behavior,
} from '../../../actors/index.ts'
import { points } from '../../decision-points.ts'
import { executorsNote } from './explain.ts'
import type { AllocationSettings } from './settings.ts'
import {
  allocationState,
  allocationTransition,
  hasIdle,
  type AllocationEffect,
  type AllocationState,
  type ExecutorLoad,
  type Load,
} from './transition.ts'

/** How often it is looked at what is needed. */
const INTERVAL_MS = 100

/** What the executors have to do, as their registry knows. */
export interface LoadReport {
  readonly type: 'load'
  readonly pendingTasks: number
  readonly unschedulableSets: number
  readonly executors: readonly ExecutorLoad[]
}

/** Which executors have map outputs, as the DAG scheduler knows. */
export interface ShuffleReport {
  readonly type: 'shuffles'
  readonly shuffles: Load['shuffles']
}

/** What the manager asks the registry. */
export interface DescribeLoad {
  readonly type: 'describe-load'
  readonly replyTo: ActorRef<LoadReport>
}

/** What the manager tells the registry: an executor is to end, unless it has something to do. */
export interface RetireExecutor {
  readonly type: 'retire-executor'
  readonly executorId: string
  readonly reason: string
}

/** What the manager asks the DAG scheduler. */
export interface DescribeShuffles {
  readonly type: 'describe-shuffles'
  readonly replyTo: ActorRef<ShuffleReport>
}

/** What the manager is made of. */
export interface AllocationManagerProps {
  readonly applicationId: string
  readonly settings: AllocationSettings
  /** Task threads of one executor, where the backend knows. */
  readonly executorSlots: number | undefined
  readonly registry: ActorRef<DescribeLoad | RetireExecutor>
  readonly scheduler: ActorRef<DescribeShuffles>
  /** Executors that keep cached partitions. */
  readonly caching: () => ReadonlySet<string>
  readonly requestTotal: (total: number) => void
}

type Message = { readonly type: 'tick' } | LoadReport | ShuffleReport

/** Lets the number of executors follow the work: looks at it ten times a second, and carries out what is decided. */
export function allocationManager(props: AllocationManagerProps): Behavior<never> {
  return setup<Message>((ctx) => {
    const manager = new AllocationManager(props, ctx)
    ctx.timers.startPeriodic('tick', { type: 'tick' }, INTERVAL_MS)
    return receive((message) => {
      manager.handle(message)
    })
  })
}

const NO_SHUFFLES: Load['shuffles'] = new Map()
const NO_CACHES: ReadonlySet<string> = new Set()

class AllocationManager {
  readonly #props: AllocationManagerProps
  readonly #ctx: ActorContext<Message>
  readonly #state: AllocationState
  #load: Load | undefined

  constructor(props: AllocationManagerProps, ctx: ActorContext<Message>) {
    this.#props = props
    this.#ctx = ctx
    this.#state = allocationState(props.settings)
  }

  handle(message: Message): void {
    switch (message.type) {
      case 'tick':
        this.#props.registry.tell({ type: 'describe-load', replyTo: this.#ctx.self })
        return
      case 'load': {
        const { pendingTasks, unschedulableSets, executors } = message
        const tasks = { pendingTasks, unschedulableSets }
        const load = { ...tasks, executors, caching: NO_CACHES, shuffles: NO_SHUFFLES }
        if (!hasIdle(this.#state, load, this.#ctx.environment.clock.now())) {
          this.#decide(load)
          return
        }
        // What they hold matters only now.
        this.#load = load
        this.#props.scheduler.tell({ type: 'describe-shuffles', replyTo: this.#ctx.self })
        return
      }
      case 'shuffles':
        if (this.#load === undefined) return
        this.#decide({ ...this.#load, caching: this.#props.caching(), shuffles: message.shuffles })
        this.#load = undefined
        return
    }
  }

  #decide(load: Load): void {
    const { executorSlots, settings } = this.#props
    const slots = executorSlots ?? Math.max(1, ...load.executors.map((one) => one.slots))
    const nowMs = this.#ctx.environment.clock.now()
    const [, effects] = allocationTransition(this.#state, load, slots, nowMs)
    for (const effect of effects) this.#carryOut(effect, settings)
  }

  #carryOut(effect: AllocationEffect, { minExecutors, maxExecutors }: AllocationSettings): void {
    const { applicationId, registry, requestTotal } = this.#props
    if (effect.type === 'retire') {
      const { executorId, reason } = effect
      registry.tell({ type: 'retire-executor', executorId, reason })
      return
    }
    const { total, reason } = effect
    const note = executorsNote(applicationId, total, reason, minExecutors, maxExecutors)
    this.#ctx.system.decisions.note(points.executor, note)
    requestTotal(total)
  }
}
