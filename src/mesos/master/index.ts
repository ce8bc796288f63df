/**
 * The master: who belongs to the cluster, what is offered to whom, which tasks run where.
 *
 * An actor with the allocator and one session per connection as children. Schedulers and agents `connect-…` with a ref
 * for events and get a session for their calls; calls and events are those of `protocol/`. A session ends with its peer's
 * actor or node, an agent's also when its lease runs out; what follows is in the failure table: a scheduler has its
 * `failover_timeout` to come back, an agent `agentPingTimeoutMs` times `maxAgentPingTimeouts`; then tasks are killed, or lost.
 *
 * Guarantees: no resource is in two offers, nor in an offer and a task; a status update reaches a subscribed
 * scheduler at least once until it is acknowledged, in order per task; each task has one terminal state; every refusal
 * has its reason. All decisions are in `stepMaster`, which is pure.
 *
 * Words: *connection* — the name of a session; *epoch* — grows with each start of a master; *rescind* — take an offer back.
 */
export { masterBehavior } from './master.ts'
export type { MasterSettings } from './master.ts'
export type {
  AgentConnected,
  AgentOperated,
  AgentSnapshot,
  ClusterNews,
  FrameworkFound,
  FrameworkSnapshot,
  MasterMessage,
  ClusterFigures,
  MasterSnapshot,
  MasterUpdated,
  SchedulerConnected,
  TaskSnapshot,
} from './protocol.ts'
export { stepMaster } from './step.ts'
export { defaultMasterOptions } from './options.ts'
export type { MasterOptions } from './options.ts'
export { initialMasterState } from './state.ts'
export type { Amounts, QuotaConfig, WeightInfo } from './quota.ts'
export type { MasterEffect, MasterEvent, MasterState, Moment } from './state.ts'
