import { formatAddress } from '../../actors/index.ts'
import type { ContainerResources, ContainerSpec } from '../containerizer/index.ts'
import { sayDuration } from '../duration.ts'
import { allocationRole } from './command-task.ts'
import type { TaskInfo } from '../protocol/index.ts'
import { runsOf } from './sandbox.ts'
import type { AgentState, ExecutorState } from './state.ts'

/** Where the end of a command is written by itself: beside its sandbox. */
export function exitFileOf(sandbox: string): string {
  return `${sandbox}.exit`
}

const MEGABYTE = 1024 * 1024

/** What an executor and its tasks were given. */
export function containerResources(
  { info, tasks }: ExecutorState,
  more?: TaskInfo,
): ContainerResources {
  const given = [
    ...(info.resources ?? []),
    ...[...tasks.values()].flatMap((task) => task.info.resources),
    ...(more === undefined || tasks.has(more.task_id.value) ? [] : more.resources),
  ]
  const sum = (name: string): number | undefined => {
    const amounts = given.flatMap((one) =>
      one.type === 'SCALAR' && one.name === name ? [one.scalar.value] : [],
    )
    return amounts.length === 0 ? undefined : amounts.reduce((a, b) => a + b)
  }
  const [cpus, mem, disk] = [sum('cpus'), sum('mem'), sum('disk')]
  return {
    ...(cpus !== undefined && { cpus }),
    ...(mem !== undefined && { memBytes: Math.round(mem * MEGABYTE) }),
    ...(disk !== undefined && { diskBytes: Math.round(disk * MEGABYTE) }),
  }
}

/**
 * How an executor is started for its `first` task: its command, its sandbox, and the variables by which it finds this agent. One
 * that is built in has its task's own command.
 */
export function containerSpec(
  state: AgentState,
  executor: ExecutorState,
  first?: TaskInfo,
): ContainerSpec {
  const { options, agentId = 'unregistered' } = state
  const endpoint = formatAddress(options.endpoint)
  const frameworkId = executor.frameworkId
  const executorId = executor.info.executor_id.value
  const runs = runsOf(state, frameworkId, executorId)
  const sandbox = `${runs}/${executor.containerId}`
  const grace = executor.info.shutdown_grace_period?.nanoseconds
  const graceMs = grace === undefined ? options.executorShutdownGraceMs : grace / 1_000_000
  const isCheckpointed = executor.frameworkInfo.checkpoint === true
  return {
    containerId: executor.containerId,
    command: executor.info.command ?? {},
    sandbox,
    latest: `${runs}/latest`,
    outlivesAgent: isCheckpointed,
    ...(executor.info.container !== undefined && { container: executor.info.container }),
    resources: containerResources(executor, first),
    // A command knows of no agent: it is ended with it, or its end is written down for the next one.
    ...(executor.builtIn !== undefined &&
      (isCheckpointed ? { exitFile: exitFileOf(sandbox) } : { tethered: true })),
    environment: {
      ...options.executorEnvironment,
      MESOS_AGENT_ENDPOINT: endpoint,
      MESOS_FRAMEWORK_ID: frameworkId,
      MESOS_EXECUTOR_ID: executorId,
      MESOS_SLAVE_ID: agentId,
      MESOS_SLAVE_PID: `slave(1)@${endpoint}`,
      MESOS_DIRECTORY: sandbox,
      MESOS_SANDBOX: sandbox,
      MESOS_CHECKPOINT: isCheckpointed ? '1' : '0',
      ...(isCheckpointed && {
        MESOS_RECOVERY_TIMEOUT: sayDuration(options.recoveryTimeoutMs),
        MESOS_SUBSCRIPTION_BACKOFF_MAX: '2secs',
      }),
      MESOS_EXECUTOR_SHUTDOWN_GRACE_PERIOD: sayDuration(graceMs),
      MESOS_HTTP_COMMAND_EXECUTOR: '0',
      LIBPROCESS_IP: options.endpoint.host,
      LIBPROCESS_PORT: '0',
      ...(executor.builtIn === 'command' &&
        first !== undefined &&
        allocationRole(first, executor.frameworkInfo)),
    },
  }
}
