import type { Stage } from '../../../actors/testkit/index.ts'
import type { AgentState } from '../../../mesos/agent/index.ts'
import type { MasterState } from '../../../mesos/master/index.ts'
import type { ErrandStore } from './store.ts'

/** All tasks have ended and been acknowledged: neither master nor agents know any, nor a status that nobody has heard. */
export function leftTask(stage: Stage, hosts: readonly string[]): string | undefined {
  const master = stage.stateOf('master', '/user/master') as MasterState | undefined
  if (master === undefined) return 'there is no master'
  for (const [id, { tasks }] of master.frameworks) {
    for (const [taskId, { state }] of tasks) {
      return `task ${taskId} of framework ${id} is ${state} to the master, and none is under way`
    }
  }
  for (const [id, { info, tasks }] of master.agents) {
    if (tasks.size > 0)
      return `${tasks.size} tasks are on agent ${id} (${info.hostname}), of no framework`
  }
  for (const host of hosts) {
    const agent = stage.stateOf(`agent-${host}`, '/user/agent') as AgentState | undefined
    if (agent === undefined) return `agent ${host} is not there`
    for (const executor of agent.executors.values()) {
      for (const [taskId, { state }] of executor.tasks) {
        return `task ${taskId} is ${state} to agent ${host}, and none is under way`
      }
    }
    for (const key of agent.updates.keys()) return `agent ${host} has a status of ${key} left`
  }
  return undefined
}

/** What a framework last heard of each task is its end, if it has not given it up. */
export function unfinished(stores: ReadonlyMap<string, ErrandStore>): string | undefined {
  for (const [name, { running, waiting }] of stores) {
    const [task] = running.keys()
    if (task !== undefined) return `${name} still waits for ${task}`
    if (waiting.length > 0) return `${name} has errands left`
  }
  return undefined
}

/**
 * No framework has anything that nobody is. One whose scheduler was ended before it heard of its id may wait for it, with
 * nothing, as long as its `failover_timeout` lasts.
 */
export function strayFramework(
  stage: Stage,
  stores: ReadonlyMap<string, ErrandStore>,
): string | undefined {
  const master = stage.stateOf('master', '/user/master') as MasterState | undefined
  const known = new Set([...stores.values()].map(({ frameworkId }) => frameworkId))
  for (const [id, { connection, tasks }] of master?.frameworks ?? []) {
    if (known.has(id)) {
      if (connection === undefined) return `framework ${id} is not back`
    } else if (connection !== undefined || tasks.size > 0) {
      return `the master has framework ${id}, which nobody is`
    }
  }
  for (const [id, { holding }] of master?.offers ?? []) {
    if (!known.has(holding.frameworkId)) return `offer ${id} is held for nobody`
  }
  return undefined
}
