import type { ActorRef, ActorSystem, NodeOptions } from '../../../actors/index.ts'
import { startAgentNode, type AgentMessage } from '../../../mesos/index.ts'
import type { Environment } from '../../../platform/index.ts'

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

/** Starts the agent of a host. It ends with its system: whoever runs its process starts it again. */
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
  })
  void system.whenTerminated.then(() => environment.processes.exit(1))
  return started.agent
}
