import {
  ActorSystem,
  formatAddress,
  startNode,
  type ActorRef,
  type NodeOptions,
  type TroupeNode,
} from '../../actors/index.ts'
import type { Environment } from '../../platform/index.ts'
import {
  connectMesosAgent,
  connectExecutor,
  executorDriver,
  executorEnvironment,
  type ExecutorDriverMessage,
  type ExecutorEnvironment,
} from '../executor/index.ts'
import type { ExecutorEvent } from '../protocol/index.ts'
import { agentAt } from './locate.ts'
import { SECRET_VARIABLE } from './secret.ts'

/** An agent of Mesos shows by HTTP every 30 s that it lives, and older ones never do; a broken connection is noticed anyhow. */
const HTTP_LEASE_MS = 150_000

/** Settings of an executor's process. */
export interface ExecutorNodeOptions {
  readonly environment: Environment
  /** By default a node that joins and does not listen. */
  readonly node?: NodeOptions
  /** Makes the executor's own actor, which gets LAUNCH, KILL, MESSAGE, SHUTDOWN. It must end the process on SHUTDOWN. */
  readonly start: (executor: ExecutorParts) => ActorRef<ExecutorEvent>
}

/** What an executor's program is made of. */
export interface ExecutorParts {
  readonly system: ActorSystem
  readonly node: TroupeNode
  /** Takes UPDATE and MESSAGE. */
  readonly driver: ActorRef<ExecutorDriverMessage>
  readonly variables: ExecutorEnvironment
}

/**
 * The main function of an executor's process: reads what the agent has set, links to it, and subscribes.
 * @throws TROUPE_MESOS_EXECUTOR_ENVIRONMENT, and what `startNode` throws
 */
export async function startExecutorNode(options: ExecutorNodeOptions): Promise<ExecutorParts> {
  const { environment } = options
  const variables = executorEnvironment(environment.processes.environment)
  const system = ActorSystem.create('executor', { environment })
  const secret = environment.processes.environment[SECRET_VARIABLE]
  const node = await startNode(system, {
    listen: false,
    ...(secret !== undefined && { secret }),
    ...options.node,
  })
  // The driver and the program know each other: events wait here until the program is there.
  const early: ExecutorEvent[] = []
  const program: { ref?: ActorRef<ExecutorEvent> } = {}
  const relay = system.spawnService<ExecutorEvent>((_state: undefined, event) => {
    if (program.ref === undefined) early.push(event)
    else program.ref.tell(event)
    return undefined
  }, 'executor-events')
  const driver = system.spawnService(
    executorDriver({
      ids: { framework_id: variables.framework_id, executor_id: variables.executor_id },
      containerId: variables.containerId,
      ...(variables.hasLine
        ? { openAgent: connectExecutor(agentAt(node, formatAddress(variables.agent))) }
        : { openAgent: connectMesosAgent(system, variables), leaseMs: HTTP_LEASE_MS }),
      handler: relay,
      recoveryTimeoutMs: variables.recoveryTimeoutMs,
    }),
    'executor-driver',
  )
  const parts: ExecutorParts = { system, node, driver, variables }
  program.ref = options.start(parts)
  for (const event of early) program.ref.tell(event)
  return parts
}
