import type { ActorRef, ActorSystem, NodeOptions } from '../../../actors/index.ts'
import { startAgentNode, type AgentMessage } from '../../../mesos/index.ts'
import { isTroupeError, type Environment } from '../../../platform/index.ts'

/** What an agent of a scenario is started with. */
export interface HostAgent {
  readonly environment: Environment
  readonly system: ActorSystem
  readonly host: string
  readonly resources: string
  /** `host:port` of the master. */
  readonly master: string
  readonly node: NodeOptions
}

/**
 * Starts the agent of a host. Its process ends with its system, and where the disk lets it not begin: whoever runs the process starts it
 * again.
 */
export async function startHostAgent(agent: HostAgent): Promise<ActorRef<AgentMessage>> {
  const { environment, system, host, resources, master, node } = agent
  const workDir = `/var/troupe/${host}`
  const started = await startAgentNode({
    environment,
    system,
    master,
    hostname: host,
    resources,
    workDir,
    node,
  }).catch((error: unknown) => {
    if (isTroupeError(error, 'TROUPE_PLATFORM_FILE_UNREADABLE')) environment.processes.exit(1)
    throw error
  })
  void system.whenTerminated.then(() => environment.processes.exit(1))
  return started.agent
}
