/**
 * The cluster's processes: a master, an agent, an executor as nodes that find each other over TCP.
 *
 * `startMasterNode`, `startAgentNode` and `startExecutorNode` are what the main modules of such processes call; a framework
 * starts its own node and uses `masterAt`. Each process is one actor system; the master stands at `/user/master` of its
 * node, the agent at `/user/agent`.
 */
export {
  AGENT_PATH,
  MASTER_PATH,
  agentAt,
  isLastingRefusal,
  masterAt,
  untilRefused,
} from './locate.ts'
export { startMasterNode } from './master-node.ts'
export type { MasterNode, MasterNodeOptions } from './master-node.ts'
export { startAgentNode } from './agent-node.ts'
export type { AgentNode, AgentNodeOptions } from './agent-node.ts'
export type { ReconfigurationPolicy } from './compatibility.ts'
export { cleanUpAgent } from './clean-up.ts'
export { detectResources } from './detect-resources.ts'
export { claimWorkDirectory } from './work-directory.ts'
export { startExecutorNode } from './executor-node.ts'
export type { ExecutorNodeOptions, ExecutorParts } from './executor-node.ts'
export { startElectedMaster } from './elected-master.ts'
export type { ElectedMaster, ElectedMasterOptions } from './elected-master.ts'
