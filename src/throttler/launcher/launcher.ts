import { ActorSystem, startInspector, type ActorRef } from '../../actors/index.ts'
import {
  connectMesos,
  ownUser,
  schedulerDriver,
  withFarewell,
  type Farewell,
  type HttpMasterOptions,
} from '../../mesos/index.ts'
import type { Environment } from '../../platform/index.ts'
import {
  RunStore,
  initialRun,
  throttleScheduler,
  type RunListener,
  type RunOutcome,
  type RunPlan,
  type RunState,
  type SchedulerMessage,
  type SchedulerSettings,
} from '../framework/index.ts'
import type { EnsureSchema, StartTask } from '../run/index.ts'
import { localDriver } from './local-driver.ts'

/** How a run is started. */
export interface LaunchOptions {
  readonly plan: RunPlan
  readonly load: { readonly startTask: StartTask; readonly ensureSchema: EnsureSchema }
  /** `local`, `http://host:port` or `zk://…`; or how sessions with a master are opened. */
  readonly master: string | ((system: ActorSystem) => Promise<Farewell['open']>)
  readonly http?: HttpMasterOptions
  readonly role?: string
  readonly principal?: string
  /** Where the run is kept, so that another scheduler can go on with it. */
  readonly stateDirectory?: string
  /** How long the master keeps the tasks of a scheduler that is gone. */
  readonly failoverTimeoutSeconds: number
  readonly listener: Omit<RunListener, 'onEnd'>
  /** The run has begun, or goes on: who decides it, and where it stands. */
  readonly onStarted?: (scheduler: ActorRef<SchedulerMessage>, state: RunState) => Promise<void>
}

/**
 * Runs a plan to its end: makes the schema, registers, and resolves with how it ended when the master has heard that the framework
 * leaves.
 * @throws TROUPE_THROTTLER_RUN_DIFFERS, and what the store under load throws when the schema can't be made
 */
export async function launchRun(
  environment: Environment,
  options: LaunchOptions,
): Promise<RunOutcome> {
  const { plan, load, stateDirectory } = options
  await load.ensureSchema(environment, plan.run)
  const system = ActorSystem.create('throttler', { environment })
  startInspector(system)
  let store: RunStore | undefined
  try {
    store =
      stateDirectory === undefined ? undefined : await RunStore.open(environment, stateDirectory)
    const initial = await begin(environment, plan, store)
    if (initial.tasks.size === 0 && initial.queue.length === 0) {
      // It ended, and its scheduler before it could say so.
      await store?.forget()
      return { code: 0, why: 'All queries are executed', state: initial }
    }
    const { openDriver, over } = await driverOf(system, options, initial)
    const outcome = await new Promise<RunOutcome>((resolve, reject) => {
      const scheduler = system.spawn(
        throttleScheduler({
          initial,
          openDriver,
          ...(store !== undefined && { store }),
          listener: { ...options.listener, onEnd: resolve },
        }),
        'scheduler',
      )
      options.onStarted?.(scheduler, initial).catch(reject)
    })
    await over()
    if (outcome.code === 0) await store?.forget()
    return outcome
  } finally {
    await system.terminate()
    await store?.close()
  }
}

async function begin(
  environment: Environment,
  plan: RunPlan,
  store: RunStore | undefined,
): Promise<RunState> {
  const before = await store?.resumed(plan)
  if (before !== undefined) return before
  const initial = initialRun(plan, environment.random.id(), environment.clock.wallNow())
  const { runId, startedMs } = initial
  await store?.keep([{ type: 'run', runId, startedMs, plan }])
  return initial
}

async function driverOf(
  system: ActorSystem,
  options: LaunchOptions,
  { frameworkId }: RunState,
): Promise<Pick<SchedulerSettings, 'openDriver'> & Pick<Farewell, 'over'>> {
  const { plan, master, load, http, role, principal, failoverTimeoutSeconds } = options
  if (master === 'local') {
    const mem = plan.executorMem + plan.parallelism * plan.task.mem
    const settings = { startTask: load.startTask, cpus: plan.parallelism * plan.task.cpus, mem }
    return {
      openDriver: (handler) => localDriver(settings, handler),
      over: () => Promise.resolve(),
    }
  }
  const open =
    typeof master === 'string' ? connectMesos(system, master, http ?? {}) : await master(system)
  const sessions = withFarewell(system, open)
  return {
    openDriver: (handler) =>
      schedulerDriver({
        framework_info: {
          user: ownUser(system.environment),
          name: 'Throttler',
          checkpoint: failoverTimeoutSeconds > 0,
          failover_timeout: failoverTimeoutSeconds,
          ...(frameworkId !== undefined && { id: { value: frameworkId } }),
          ...(role !== undefined && { role }),
          ...(principal !== undefined && { principal }),
        },
        openMaster: sessions.open,
        handler,
        acknowledgements: 'explicit',
      }),
    over: sessions.over,
  }
}
