/**
 * The scenarios `cluster`, `shuffle`, `columns`, `barrier`, `allocation`, `stragglers` and `tasks`: jobs on a cluster of a master, three agents and what they start, each host a
 * machine of its own. Besides what holds in any system: no resource is offered or used twice, no task reaches two terminal
 * states, no attempt of a stage takes two results for a partition, and each job's result is that of the undisturbed run.
 */
export { columns } from './columns-scenario.ts'
export { TEXT, cluster, playJobs, playRounds, shuffle } from './scenarios.ts'
export type { Counts } from './scenarios.ts'
export { TEXT_PATH } from './cluster.ts'
export { allocation, barrier, stragglers, tasks } from './scheduling-scenarios.ts'
export { overcommitted } from './invariants.ts'
export { MasterAndAgents } from './master-and-agents.ts'
