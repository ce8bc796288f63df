import type { Stage } from '../../../actors/testkit/index.ts'
import { hasCapability, isTerminal } from '../../../mesos/index.ts'
import type { AgentState } from '../../../mesos/agent/index.ts'
import type { AllocatorState } from '../../../mesos/allocator/index.ts'
import type { MasterState } from '../../../mesos/master/index.ts'
import type { ErrandStore } from './store.ts'

/** Longer than an order to kill a task takes. */
const LONGEST_KILL_MS = 1_000
/** Longer than it takes to notice that a framework, or an agent, is gone. */
const LONGEST_OFFER_MS = 30_000

/** Master, agents and machines have the same executors: none holds anything without running, and none runs for nobody. */
export function strayExecutor(stage: Stage, hosts: readonly string[]): string | undefined {
  const master = stage.stateOf('master', '/user/master') as MasterState | undefined
  for (const host of hosts) {
    const agent = stage.stateOf(`agent-${host}`, '/user/agent') as AgentState | undefined
    const counted = [...(master?.agents.values() ?? [])]
      .filter(({ info }) => info.hostname === host)
      .flatMap(({ executors }) => [...executors.keys()])
    const running = new Map(agent?.executors ?? [])
    for (const key of counted) {
      if (!running.has(key)) return `the master counts executor ${key} on ${host}, which has none`
    }
    for (const [key, { connection }] of running) {
      if (!counted.includes(key)) return `executor ${key} runs on ${host}, and the master has none`
      if (connection === undefined) return `executor ${key} on ${host} has no session`
    }
    const pids = new Set([...running.values()].map(({ process }) => process?.pid))
    for (const { name, machine, pid, isAlive } of stage.world.nodes()) {
      if (isAlive && machine === host && name.startsWith('errands-') && !pids.has(pid)) {
        return `${name} runs on ${host}, and is no executor of its agent`
      }
    }
  }
  return undefined
}

/** The allocator knows whom the master knows, and nobody else: nothing is offered to, or of, who is not there. */
export function strangerToMaster(stage: Stage): string | undefined {
  const master = stage.stateOf('master', '/user/master') as MasterState | undefined
  const memory = stage.stateOf('master', '/user/master/allocator') as
    { readonly state: AllocatorState } | undefined
  if (master === undefined || memory === undefined) return 'there is no master'
  for (const what of ['agents', 'frameworks'] as const) {
    const [known, seen] = [[...master[what].keys()], [...memory.state[what].keys()]]
    const missing = known.find((id) => !seen.includes(id))
    if (missing !== undefined) return `the allocator does not know ${missing}, one of the ${what}`
    const stranger = seen.find((id) => !known.includes(id))
    if (stranger !== undefined) return `the allocator has ${stranger}, none of the ${what}`
  }
  return undefined
}

/** What was under way is over, and nobody keeps anything for it. */
export function unsettled(stage: Stage, hosts: readonly string[]): string | undefined {
  const master = stage.stateOf('master', '/user/master') as MasterState | undefined
  for (const [connection] of master?.admissions ?? []) return `${connection} is not admitted yet`
  for (const [name] of master?.operations ?? []) return `operation ${name} is not answered`
  for (const [id, { info, unreachable }] of master?.frameworks ?? []) {
    if (!hasCapability(info, 'PARTITION_AWARE')) continue
    for (const [taskId, { task }] of unreachable) {
      if (master?.agents.get(task.agentId)?.connection === undefined) continue
      return `task ${taskId} of framework ${id} is out of reach, and its agent ${task.agentId} is there`
    }
  }
  for (const host of hosts) {
    const agent = stage.stateOf(`agent-${host}`, '/user/agent') as AgentState | undefined
    for (const id of agent?.frameworks.keys() ?? []) {
      const isUsed = [...(agent?.executors.values() ?? [])].some((one) => one.frameworkId === id)
      if (!isUsed) return `agent ${host} keeps framework ${id}, of which it runs nothing`
    }
  }
  return undefined
}

/** A check that no offer is open for long: who has it answers, or its loss is noticed. */
export function forgottenOffer(stage: Stage): () => string | undefined {
  let sinceMs = new Map<string, number>()
  return () => {
    const master = stage.stateOf('master', '/user/master') as MasterState | undefined
    const nowMs = stage.world.clock.now()
    const open = [...(master?.offers.keys() ?? [])]
    sinceMs = new Map(open.map((id) => [id, sinceMs.get(id) ?? nowMs]))
    for (const [id, since] of sinceMs) {
      if (nowMs - since > LONGEST_OFFER_MS) return `offer ${id} is open for ${nowMs - since} ms`
    }
    return undefined
  }
}

/** A check that no task goes on of which its framework was told that it is lost, once its agent is back. */
export function lostTaskRunning(
  stage: Stage,
  hosts: readonly string[],
  stores: ReadonlyMap<string, ErrandStore>,
): () => string | undefined {
  let sinceMs = new Map<string, number>()
  return () => {
    const nowMs = stage.world.clock.now()
    const lost = hosts.flatMap((host) => lostTasksOn(stage, host, [...stores.values()]))
    sinceMs = new Map(lost.map((task) => [task, sinceMs.get(task) ?? nowMs]))
    for (const [task, since] of sinceMs) {
      if (nowMs - since > LONGEST_KILL_MS) return `${task} runs for ${nowMs - since} ms`
    }
    return undefined
  }
}

function lostTasksOn(stage: Stage, host: string, stores: readonly ErrandStore[]): string[] {
  const master = stage.stateOf('master', '/user/master') as MasterState | undefined
  const agent = stage.stateOf(`agent-${host}`, '/user/agent') as AgentState | undefined
  const id = agent?.agentId ?? ''
  if (agent?.isRegistered !== true || master?.agents.get(id)?.connection === undefined) return []
  return [...agent.executors.values()].flatMap(({ frameworkId, tasks }) => {
    const states = stores.find((store) => store.frameworkId === frameworkId)?.states
    return [...tasks.keys()].flatMap((taskId) => {
      const state = states?.get(taskId)
      if (state === undefined || !isTerminal(state)) return []
      return [`task ${taskId} of ${frameworkId}, ${state} to its framework, on agent ${id}`]
    })
  })
}
