// The main module of an agent's process: `agent.js <master address> <work directory> [resources] [port] [containers as JSON]`.
import { startAgentNode, type AgentNodeOptions } from '../../../src/mesos/index.ts'
import { nodeEnvironment } from '../../../src/platform/index.ts'

const environment = nodeEnvironment()
const [master = '', workDir = '', resources = 'cpus:2;mem:512', port = '0', containers] =
  environment.processes.args
await startAgentNode({
  environment,
  master,
  workDir,
  resources,
  ...(containers !== undefined && {
    containers: JSON.parse(containers) as NonNullable<AgentNodeOptions['containers']>,
  }),
  node: { heartbeatMs: 200, unreachableLimitMs: 2000, port: Number(port) },
})
