import {
  receive,
  setup,
  type ActorRef,
  type ActorSystem,
  type Behavior,
  type NodeOptions,
  type TroupeNode,
} from '../../actors/index.ts'
import { SparkError, asError } from '../errors.ts'
import { rowCodec } from '../task/index.ts'
import { executor } from './executor.ts'
import type { ExecutorSettings } from './executor-settings.ts'
import type { ExecutorCommand, ExecutorHeartbeat, RegisterExecutor } from './protocol.ts'
import { ThreadTaskRunner } from './task-threads/index.ts'

/** How long an executor tries to reach its driver. */
const JOIN_TIMEOUT_MS = 20_000

/** Tasks at a time where the cluster manager sees to it that there is room for each. */
const UNBOUNDED_SLOTS = 1024

/** The node of an executor's process: it listens, since other executors fetch blocks from it. */
export function executorNodeOptions(settings: ExecutorSettings): NodeOptions {
  const { applicationId, token, secret, host } = settings
  return {
    tokens: { [applicationId]: token },
    ...(secret === undefined ? {} : { secret }),
    ...(host === undefined ? {} : { host }),
  }
}

/** What an executor's process is made of. */
export interface ExecutorProcess {
  readonly system: ActorSystem
  readonly node: TroupeNode
  readonly settings: ExecutorSettings
  /** A folder of its own for map outputs; removed in the end. */
  readonly directory: string
  /** Called when a task has ended that the cluster manager has launched. */
  readonly onLaunchedEnd?: (taskAttemptId: number, error: unknown) => void
  /** Called when the executor has ended, with the reason, and what its process is to end with: 1 when it has failed. */
  readonly onEnd: (reason: string, exitCode: 0 | 1) => void
}

/**
 * Links an executor's process to its driver and starts the executor in it. It deals with a driver only that has
 * proved to know the application's token.
 *
 * @throws TROUPE_SPARK_DRIVER_UNPROVEN, and what joining a node throws
 */
export async function startExecutor(process: ExecutorProcess): Promise<ActorRef<ExecutorCommand>> {
  const { system, node, settings, directory, onLaunchedEnd, onEnd } = process
  const { applicationId, executorId, driver, token, cores, networkTimeoutMs, storage } = settings
  const { environment } = system
  const slots = settings.isFineGrained === true ? UNBOUNDED_SLOTS : cores
  const peer = await node.join(driver, { timeoutMs: JOIN_TIMEOUT_MS })
  if (!peer.hasProved(applicationId)) {
    throw new SparkError(
      'TROUPE_SPARK_DRIVER_UNPROVEN',
      `The node at ${driver} has not proved to be the driver of ${applicationId}; executor ${executorId} does not deal with it`,
      { data: { driver, applicationId, executorId } },
    )
  }
  const registry = await peer.resolve<ExecutorHeartbeat | RegisterExecutor>(
    `/user/${applicationId}/executors`,
  )
  const behavior = executor({
    executorId,
    host: node.address?.host ?? '127.0.0.1',
    driver: registry,
    token: Buffer.from(token, 'hex'),
    directory,
    codec: rowCodec,
    disk: environment.disk,
    fetchTimeoutMs: networkTimeoutMs,
    storage,
    resourceProfileId: settings.resourceProfileId,
    runner: (tasks, readRemote) =>
      new ThreadTaskRunner(slots, environment, tasks, readRemote, cores),
    ...(onLaunchedEnd !== undefined && { onLaunchedEnd }),
    onEnd: (reason) => {
      onEnd(reason, 0)
    },
  })
  const ref = system.spawn(behavior, 'executor', { restart: 'temporary' })
  system.spawn(failureOf(ref, onEnd), 'executor-failure')
  // It runs the code it is sent: no node without the application's token may send it any.
  node.guard(ref, applicationId)
  return ref
}

/** Tells when an executor is gone that could not say so itself: it had failed at its start, or while it cleaned up. */
function failureOf(
  ref: ActorRef<ExecutorCommand>,
  onEnd: ExecutorProcess['onEnd'],
): Behavior<never> {
  return setup<never>((ctx) => {
    ctx.watch(ref)
    return receive<never>(
      () => undefined,
      (signal) => {
        if (signal.type !== 'Terminated') return
        const { reason, error } = signal
        onEnd(`it has ${reason}${error === undefined ? '' : ` (${asError(error).message})`}`, 1)
      },
    )
  })
}
