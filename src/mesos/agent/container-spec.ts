import { formatAddress } from '../../actors/index.ts'
import type { ContainerResources, ContainerSpec } from '../containerizer/index.ts'
import { sayDuration } from '../duration.ts'
import type { Resource, TaskInfo } from '../protocol/index.ts'
import { allocationRole } from './command-task.ts'
import { boundsOf, give, nothingGiven } from './given.ts'
import { runAs } from './run-as.ts'
import { exitFileOf, runsOf, taskSandboxOf } from './sandbox.ts'
import type { AgentState, ExecutorState } from './state.ts'
import { volumesOf } from './volumes.ts'

/** A command knows of no agent: it is ended with it, or its end is written, beside its sandbox, for the next one. */
function leash(
  { frameworkInfo }: ExecutorState,
  sandbox: string,
): Pick<ContainerSpec, 'exitFile' | 'tethered'> {
  return frameworkInfo.checkpoint === true ? { exitFile: exitFileOf(sandbox) } : { tethered: true }
}

/**
 * How an executor is started for its first tasks: its command, its sandbox, and the variables by which it finds this agent. One
 * that is built in has its task's own command.
 */
export function containerSpec(state: AgentState, executor: ExecutorState): ContainerSpec {
  const { options, agentId = 'unregistered' } = state
  const { builtIn } = executor
  const only = builtIn === 'command' ? firstTask(executor) : undefined
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
    ...runAs(options, executor.frameworkInfo, executor.info.command ?? {}),
    sandbox,
    latest: `${runs}/latest`,
    outlivesAgent: isCheckpointed,
    ...volumesOf(options.workDir, sandbox, volumesGiven(executor), executor.info.container),
    resources: boundsOf(executor.given, only?.limits),
    ...(builtIn !== undefined && leash(executor, sandbox)),
    environment: {
      // Nothing of the cluster for commands of whomsoever.
      ...(builtIn === undefined && options.executorEnvironment),
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
      ...(only !== undefined && allocationRole(only, executor.frameworkInfo)),
    },
  }
}

/** Resources of an executor and of the tasks that have come to it, which may be volumes. */
function volumesGiven({ info, tasks }: ExecutorState): readonly Resource[] {
  const ofTasks = [...tasks.values()].flatMap((task) => task.info.resources)
  return [...(info.resources ?? []), ...ofTasks]
}

function firstTask({ tasks }: ExecutorState): TaskInfo | undefined {
  for (const { info } of tasks.values()) return info
  return undefined
}

/** Whether a task in a group may use what all of its executor's tasks were given. */
export function sharesBounds({ container }: TaskInfo): boolean {
  return container?.linux_info?.share_cgroups ?? true
}

/** What an executor and its tasks may use together, but for those that have bounds of their own. */
export function sharedBounds({ given, tasks }: ExecutorState): ContainerResources {
  let shared = given
  for (const { info } of tasks.values()) {
    if (!sharesBounds(info)) shared = give(shared, info.resources, -1)
  }
  return boundsOf(shared)
}

/**
 * How the command of a task in a group is started: in a sandbox below that of its executor, and with what all of that one's tasks
 * were given.
 */
export function taskContainerSpec(
  state: AgentState,
  executor: ExecutorState,
  containerId: string,
  task: TaskInfo,
): ContainerSpec {
  const own = containerSpec(state, executor)
  const sandbox = taskSandboxOf(own.sandbox, containerId)
  return {
    containerId,
    ...runAs(state.options, executor.frameworkInfo, task.command ?? {}, executor.info.command),
    sandbox,
    latest: `${own.sandbox}/tasks/${task.task_id.value}`,
    outlivesAgent: executor.frameworkInfo.checkpoint === true,
    ...volumesOf(state.options.workDir, sandbox, task.resources, task.container),
    ...(sharesBounds(task)
      ? {
          resources: sharedBounds(executor),
          pod: { containerId: executor.containerId, sandbox: own.sandbox },
        }
      : { resources: boundsOf(give(nothingGiven, task.resources), task.limits) }),
    ...leash(executor, sandbox),
    environment: {
      MESOS_SANDBOX: sandbox,
      MESOS_CONTAINER_IP: state.options.endpoint.host,
      ...allocationRole(task, executor.frameworkInfo),
    },
  }
}
