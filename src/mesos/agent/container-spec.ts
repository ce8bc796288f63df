import { formatAddress } from '../../actors/index.ts'
import type { ContainerSpec } from '../containerizer/index.ts'
import { sayDuration } from '../duration.ts'
import type { AgentState, ExecutorState } from './state.ts'

/** How an executor is started: its command, its sandbox, and the variables by which it finds this agent. */
export function containerSpec(state: AgentState, executor: ExecutorState): ContainerSpec {
  const { options, agentId = 'unregistered' } = state
  const endpoint = formatAddress(options.endpoint)
  const frameworkId = executor.frameworkId
  const executorId = executor.info.executor_id.value
  const runs = `${options.workDir}/slaves/${agentId}/frameworks/${frameworkId}/executors/${executorId}/runs`
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
    },
  }
}
