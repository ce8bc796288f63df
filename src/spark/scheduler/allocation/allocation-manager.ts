import {
  receive,
  setup,
  type ActorContext,
  type ActorRef,
  type Behavior,
} from '../../../actors/index.ts'
import { points } from '../../decision-points.ts'
import { DEFAULT_PROFILE_ID } from '../../resources/index.ts'
import { executorsNote } from './explain.ts'
import type { AllocationSettings } from './settings.ts'
import { Starvation } from './starvation.ts'
import {
  allocationState,
  allocationTransition,
  hasIdle,
  type AllocationEffect,
  type AllocationState,
  type Load,
} from './transition.ts'

/** How often it is looked at what is needed. */
const INTERVAL_MS = 100

/** What the executors have to do, as their registry knows. */
export interface LoadReport {
  readonly type: 'load'
  /** By resource profile. */
  readonly loads: ReadonlyMap<number, ProfileLoad>
}

/** What the executors of one resource profile have to do. */
export interface ProfileLoad {
  readonly pendingTasks: number
  readonly unschedulableSets: number
  readonly executors: readonly CoresInUse[]
}

/** One executor, in cores. */
export interface CoresInUse {
  readonly executorId: string
  readonly cores: number
  readonly inUse: number
  /** Tasks that it was ever given. */
  readonly given: number
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
  /** Of each resource profile: the cores of an executor, where these are known, and those that a task takes. */
  readonly coresOf: (profileId: number) => number | undefined
  readonly cpusOf: (profileId: number) => number
  readonly registry: ActorRef<DescribeLoad | RetireExecutor>
  readonly scheduler: ActorRef<DescribeShuffles>
  /** Executors that keep cached partitions. */
  readonly caching: () => ReadonlySet<string>
  readonly requestTotal: (total: number, profileId: number) => void
}

type Message = { readonly type: 'tick' } | LoadReport | ShuffleReport

/**
 * Lets the number of executors follow the work: looks at it ten times a second, and carries out what is decided. Each resource profile
 * has executors of its own, from the time when the first task wants one.
 */
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
const NO_LOAD: ProfileLoad = { pendingTasks: 0, unschedulableSets: 0, executors: [] }

class AllocationManager {
  readonly #props: AllocationManagerProps
  readonly #ctx: ActorContext<Message>
  /** resource profile → how it stands with its executors */
  readonly #states: Map<number, AllocationState>
  readonly #starvation = new Starvation()
  #loads: ReadonlyMap<number, Load> | undefined

  constructor(props: AllocationManagerProps, ctx: ActorContext<Message>) {
    this.#props = props
    this.#ctx = ctx
    this.#states = new Map([[DEFAULT_PROFILE_ID, allocationState(props.settings)]])
  }

  handle(message: Message): void {
    switch (message.type) {
      case 'tick':
        this.#props.registry.tell({ type: 'describe-load', replyTo: this.#ctx.self })
        return
      case 'load': {
        const loads = this.#loadsOf(message)
        const nowMs = this.#ctx.environment.clock.now()
        const mayRetire = [...loads].some(([id, load]) => hasIdle(this.#stateOf(id), load, nowMs))
        if (!mayRetire) {
          this.#decide(loads)
          return
        }
        // What they hold matters only now.
        this.#loads = loads
        this.#props.scheduler.tell({ type: 'describe-shuffles', replyTo: this.#ctx.self })
        return
      }
      case 'shuffles': {
        if (this.#loads === undefined) return
        const holds = { caching: this.#props.caching(), shuffles: message.shuffles }
        this.#decide(new Map([...this.#loads].map(([id, load]) => [id, { ...load, ...holds }])))
        this.#loads = undefined
        return
      }
    }
  }

  #stateOf(profileId: number): AllocationState {
    const known = this.#states.get(profileId)
    if (known !== undefined) return known
    const { settings, requestTotal } = this.#props
    const state = allocationState(settings)
    this.#states.set(profileId, state)
    if (state.target > 0) requestTotal(state.target, profileId)
    return state
  }

  /** In tasks; also of the profiles that have had something to do before. */
  #loadsOf({ loads }: LoadReport): ReadonlyMap<number, Load> {
    const profileIds = new Set([...this.#states.keys(), ...loads.keys()])
    return new Map([...profileIds].map((id) => [id, this.#loadOf(id, loads.get(id) ?? NO_LOAD)]))
  }

  #loadOf(profileId: number, { executors, ...tasks }: ProfileLoad): Load {
    const cpus = this.#props.cpusOf(profileId)
    const inTasks = executors.map(({ executorId, cores, inUse, given }) => {
      const slots = Math.floor(cores / cpus)
      return { executorId, slots, running: Math.ceil(inUse / cpus), given }
    })
    return { ...tasks, executors: inTasks, caching: NO_CACHES, shuffles: NO_SHUFFLES }
  }

  #decide(loads: ReadonlyMap<number, Load>): void {
    const nowMs = this.#ctx.environment.clock.now()
    for (const [profileId, load] of loads) {
      const { pendingTasks, executors } = load
      const trouble = this.#starvation.look(profileId, pendingTasks, executors.length, nowMs)
      if (trouble !== undefined) this.#ctx.environment.log.write('warn', trouble)
      const slots = Math.max(1, this.#slotsOf(profileId, load))
      const [, effects] = allocationTransition(this.#stateOf(profileId), load, slots, nowMs)
      for (const effect of effects) this.#carryOut(effect, profileId)
    }
  }

  /** Tasks that one executor of a profile runs at a time. */
  #slotsOf(profileId: number, { executors }: Load): number {
    const { coresOf, cpusOf } = this.#props
    const cores = coresOf(profileId)
    if (cores === undefined) return Math.max(1, ...executors.map(({ slots }) => slots))
    return Math.floor(cores / cpusOf(profileId))
  }

  #carryOut(effect: AllocationEffect, profileId: number): void {
    const { applicationId, registry, requestTotal, settings } = this.#props
    if (effect.type === 'retire') {
      const { executorId, reason } = effect
      registry.tell({ type: 'retire-executor', executorId, reason })
      return
    }
    const { total, reason } = effect
    const note = executorsNote(applicationId, profileId, total, reason, settings)
    this.#ctx.system.decisions.note(points.executor, note)
    requestTotal(total, profileId)
  }
}
