export type Json = Readonly<Record<string, unknown>>

/** In what follows, the agent and the framework that are there. */
export const AGENT = 'AGENT'
export const FRAMEWORK = 'FRAMEWORK'

const allocation_info = { role: '*' }
export const scalar = (name: string, value: number): Json => ({
  name,
  type: 'SCALAR',
  scalar: { value },
  allocation_info,
})
export const ports = (begin: number, end: number): Json => ({
  name: 'ports',
  type: 'RANGES',
  ranges: { range: [{ begin, end }] },
  allocation_info,
})
export const nanoseconds = (count: number): Json => ({ nanoseconds: count })
export const resources: readonly Json[] = [scalar('cpus', 0.1), scalar('mem', 32)]
export const command: Json = { value: 'sleep 1000' }
const framework_id = { value: FRAMEWORK }

const named = (id: string): Json => ({
  name: id,
  task_id: { value: id },
  agent_id: { value: AGENT },
  resources,
})
export const task = (id: string, more: Json = {}): Json => ({ ...named(id), command, ...more })
export const idle: Json = named('neither')
/** A task with an executor in place of a command. */
export const custom = (id: string, executor: Json, more: Json = {}): Json => ({
  ...named(id),
  executor,
  ...more,
})
export const own = (more: Json = {}): Json => ({
  executor_id: { value: 'x' },
  command,
  resources,
  ...more,
})
export const pod = (more: Json = {}): Json => ({
  type: 'DEFAULT',
  executor_id: { value: 'pod' },
  framework_id,
  resources: [scalar('cpus', 0.1), scalar('mem', 32), scalar('disk', 10)],
  ...more,
})
export const launch = (...task_infos: readonly Json[]): Json => ({
  type: 'LAUNCH',
  launch: { task_infos },
})
export const group = (executor: Json, ...tasks: readonly Json[]): Json => ({
  type: 'LAUNCH_GROUP',
  launch_group: { executor, task_group: { tasks } },
})
