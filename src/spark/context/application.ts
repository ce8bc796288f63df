import {
  setup,
  receive,
  type ActorRef,
  type ActorSystem,
  type SupervisorStrategy,
} from '../../actors/index.ts'
import type { AccumulableInfo, SparkEvent } from '../events/index.ts'
import type { HeartbeatSettings } from '../executor/index.ts'
import {
  CommitBook,
  allocationManager,
  barrierCoordinator,
  dagScheduler,
  executorRegistry,
  mapOutputTracker,
  outputCommitCoordinator,
  type DagLimits,
  type DagSchedulerMessage,
  type HealthSettings,
  type PoolSettings,
  type RegistryMessage,
  type TaskSetSettings,
} from '../scheduler/index.ts'

import {
  blockActor,
  blockManagerMaster,
  type BlockDirectory,
  type BlockManager,
  type BlockMasterMessage,
} from '../storage/index.ts'

import type { DynamicAllocation } from './dynamic-allocation.ts'

/** What an application's driver is made of. */
export interface ApplicationProps {
  readonly name: string
  readonly token: Uint8Array
  readonly limits: DagLimits
  readonly tasks: TaskSetSettings
  readonly pools: PoolSettings
  /** Undefined: nobody is excluded for the whole application. */
  readonly health: HealthSettings | undefined
  readonly heartbeats: HeartbeatSettings
  /** Whether others come in the place of executors that are ended. */
  readonly replacesExecutors: boolean
  /** Undefined: the number of executors is the backend's affair. */
  readonly allocation: DynamicAllocation | undefined
  /** `spark.barrier.sync.timeout` */
  readonly barrierSyncTimeoutMs: number
  readonly accumulate: (updates: Uint8Array) => readonly AccumulableInfo[]
  /** Who keeps which block; the application's to write. */
  readonly blocks: BlockDirectory
  /** The driver's own blocks. */
  readonly broadcasts: BlockManager
  readonly publish: (event: SparkEvent) => void
}

/** The actors of a driver. */
export interface Application {
  /** The parent of the others; stopping it stops them. */
  readonly root: ActorRef<never>
  readonly scheduler: ActorRef<DagSchedulerMessage>
  readonly registry: ActorRef<RegistryMessage>
  readonly storage: ActorRef<BlockMasterMessage>
}

/** A service of the driver that fails has lost its state: it is stopped, and the jobs under way fail. */
const supervision: SupervisorStrategy = {
  description: 'stop: a scheduler without its state is no use',
  start: () => ({
    decide: () => ({
      directive: 'stop',
      scope: 'one',
      delayMs: 0,
      reason: 'its state is lost; the jobs under way fail',
    }),
  }),
}

/** Starts the driver's actors: `<name>/map-output-tracker`, `executors`, `dag-scheduler`. */
export function startApplication(
  system: ActorSystem,
  props: ApplicationProps,
): Promise<Application> {
  const { name, token, limits, tasks, pools, health, heartbeats } = props
  const { accumulate, blocks, broadcasts } = props
  const book = new CommitBook()
  const publish = (event: SparkEvent): void => {
    book.listener(event)
    props.publish(event)
  }
  return new Promise((resolve) => {
    const root = setup<never>((ctx) => {
      const options = { restart: 'temporary' } as const
      const tracker = ctx.spawn(mapOutputTracker(), 'map-output-tracker', options)
      const storage = ctx.spawn(
        blockManagerMaster({ directory: blocks, publish }),
        'block-manager-master',
        options,
      )
      const served = blockActor({
        manager: broadcasts,
        forgetBroadcast: () => undefined,
        removeShuffle: () => Promise.resolve(),
        timeoutMs: 0,
      })
      storage.tell({
        type: 'serve-broadcasts',
        blocks: ctx.spawn(served, 'broadcasts', { ...options, lane: 'bulk' }),
      })
      const commits = ctx.spawn(outputCommitCoordinator(book), 'output-commit-coordinator', options)
      const barriers = ctx.spawn(
        barrierCoordinator(props.barrierSyncTimeoutMs),
        'barrier-coordinator',
        options,
      )
      const services = { tracker, commits, barriers, storage }
      const registry = ctx.spawn(
        executorRegistry({
          applicationId: name,
          ...services,
          token,
          pools,
          health,
          heartbeats,
          replacesExecutors: props.replacesExecutors,
          publish,
        }),
        'executors',
        options,
      )
      const made = dagScheduler({
        applicationId: name,
        registry,
        tracker,
        barriers,
        limits,
        tasks,
        accumulate,
        publish,
      })
      const { behavior } = made
      const scheduler = ctx.spawn(behavior, 'dag-scheduler', {
        ...options,
        supervision: made.supervision,
      })
      registry.tell({ type: 'serve', scheduler })
      if (props.allocation !== undefined) {
        const manager = allocationManager({
          applicationId: name,
          ...props.allocation,
          registry,
          scheduler,
          caching: () => blocks.caching(),
        })
        ctx.spawn(manager, 'executor-allocation-manager', options)
      }
      resolve({ root: ctx.self, scheduler, registry, storage })
      return receive<never>((_, inner) => {
        inner.unhandled()
      })
    })
    system.spawn(root, name, { supervision })
  })
}
