import type { Stage } from '../../../actors/testkit/index.ts'
import { formatResources, fromWire, isTerminal, scalarOf } from '../../../mesos/index.ts'
import type { AgentSnapshot, Resources } from '../../../mesos/index.ts'
import type { AllocatorState } from '../../../mesos/allocator/index.ts'
import type { MasterState } from '../../../mesos/master/index.ts'
import { asConfigured, checkpointedPart, equals } from '../../../mesos/resources/index.ts'

const ROUNDING = 1e-6

/** What the allocator's actor keeps. */
interface Memory {
  readonly state: AllocatorState
}

/** What the allocator counts as held on an agent is what the master has offered there or sees in use. */
export function unbalanced(stage: Stage): string | undefined {
  const master = stage.stateOf('master', '/user/master') as MasterState | undefined
  const memory = stage.stateOf('master', '/user/master/allocator') as Memory | undefined
  if (master === undefined || memory === undefined) return 'there is no master'
  const allocator = memory.state
  for (const [id, agent] of master.agents) {
    if (agent.connection === undefined) return `agent ${id} is not back`
    const seen: Resources[] = [...agent.executors.values()].map(({ resources }) => resources)
    for (const [, { offer, holding }] of master.offers) {
      if (offer.agent_id.value === id) seen.push(holding.resources)
    }
    for (const [, { tasks }] of master.frameworks) {
      for (const [, task] of tasks) {
        if (task.agentId === id && !isTerminal(task.state)) seen.push(task.resources)
      }
    }
    const held = [...(allocator.agents.get(id)?.held.values() ?? [])]
    for (const name of ['cpus', 'mem']) {
      const [there, here] = [sum(held, name), sum(seen, name)]
      if (Math.abs(there - here) > ROUNDING) {
        return `of ${agent.info.hostname} the allocator counts ${there} ${name} as held, the master ${here}`
      }
    }
  }
  return undefined
}

/** What is on offer is there, and somebody to take it: with its agent, or its framework, go its offers. */
export function orphanedOffer(stage: Stage): string | undefined {
  const master = stage.stateOf('master', '/user/master') as MasterState | undefined
  for (const [id, { offer, holding }] of master?.offers ?? []) {
    const agent = offer.agent_id.value
    if (master?.agents.get(agent)?.connection === undefined) {
      return `offer ${id} is open, and its agent ${agent} is not there`
    }
    if (master.frameworks.get(holding.frameworkId)?.connection === undefined) {
      return `offer ${id} is open, and its framework ${holding.frameworkId} is not there`
    }
  }
  return undefined
}

/** Without its reservations an agent has what its flags say: none was made of nothing, or twice of the same. */
export function misreserved(stage: Stage): string | undefined {
  const master = stage.stateOf('master', '/user/master') as MasterState | undefined
  for (const [id, { info, total }] of master?.agents ?? []) {
    const configured = fromWire(info.resources)
    if (equals(asConfigured(total), configured)) continue
    return `agent ${id} has ${formatResources(total)} of ${formatResources(configured)}`
  }
  return undefined
}

/** All that was reserved has been offered to its owner again, who has given it back; and all of them know. */
export function stillReserved(stage: Stage, hosts: readonly string[]): string | undefined {
  const master = stage.stateOf('master', '/user/master') as MasterState | undefined
  const memory = stage.stateOf('master', '/user/master/allocator') as Memory | undefined
  for (const [id, { info, total }] of master?.agents ?? []) {
    const kept = checkpointedPart(total)
    if (kept.size > 0) return `${formatResources(kept)} of ${info.hostname} are reserved still`
    const known = memory?.state.agents.get(id)?.total
    if (known !== undefined && equals(known, total)) continue
    return `of ${info.hostname} the allocator knows ${known === undefined ? 'nothing' : formatResources(known)}, the master ${formatResources(total)}`
  }
  for (const host of hosts) {
    const agent = stage.stateOf(`agent-${host}`, '/user/agent') as
      Pick<AgentSnapshot, 'checkpointed'> | undefined
    const kept = fromWire(agent?.checkpointed ?? [])
    if (kept.size > 0) return `agent ${host} keeps ${formatResources(kept)}, its master nothing`
  }
  return undefined
}

function sum(parts: readonly Resources[], name: string): number {
  return parts.reduce((total, part) => total + scalarOf(part, name), 0)
}
