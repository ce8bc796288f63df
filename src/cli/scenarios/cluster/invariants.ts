import type { Stage } from '../../../actors/testkit/index.ts'
import { isTerminal, scalarOf, type Resources, type SchedulerEvent } from '../../../mesos/index.ts'
import type { MasterState } from '../../../mesos/master/index.ts'
import type { SparkEvent } from '../../../spark/index.ts'

const ROUNDING = 1e-6
/** They look through all the tables of a master: that is too much for each turn. */
const OFTEN = { everyMs: 250 }

/** What must hold in any cluster, whatever goes wrong. */
export function watchCluster(stage: Stage, events: readonly SparkEvent[]): void {
  stage.always('no resource is offered or used twice', () => overcommitted(stage), OFTEN)
  stage.always('no task of a stage succeeds twice', () => succeededTwice(events), OFTEN)
  watchTerminalStates(stage)
}

/** On no agent do offers, tasks and executors hold more than it has. */
export function overcommitted(stage: Stage): string | undefined {
  const state = stage.stateOf('master', '/user/master') as MasterState | undefined
  if (state === undefined) return undefined
  for (const [id, agent] of state.agents) {
    const held: Resources[] = []
    for (const [, { offer, holding }] of state.offers) {
      if (offer.agent_id.value === id) held.push(holding.resources)
    }
    for (const [, { resources }] of agent.executors) held.push(resources)
    for (const [, framework] of state.frameworks) {
      for (const [, task] of framework.tasks) {
        if (task.agentId === id && !isTerminal(task.state)) held.push(task.resources)
      }
    }
    for (const name of ['cpus', 'mem']) {
      const used = held.reduce((sum, resources) => sum + scalarOf(resources, name), 0)
      const total = scalarOf(agent.total, name)
      if (used > total + ROUNDING) {
        return `${used} ${name} of agent ${id} (${agent.info.hostname}) are offered or used, and it has ${total}`
      }
    }
  }
  return undefined
}

/** An attempt of a stage takes one result for each partition. */
function succeededTwice(events: readonly SparkEvent[]): string | undefined {
  const seen = new Set<string>()
  for (const event of events) {
    if (event.type !== 'task-end') continue
    const key = `partition ${event.partition} of stage ${event.stageId}, attempt ${event.stageAttempt}`
    if (seen.has(key)) return `${key} succeeded twice`
    seen.add(key)
  }
  return undefined
}

/** What schedulers hear: after one terminal state of a task, never another one. */
function watchTerminalStates(stage: Stage): void {
  const ended = new Map<string, string>()
  stage.onMessage((message, _recipient, node) => {
    if (node !== 'driver') return
    const { type, update } = (message ?? {}) as Partial<
      Extract<SchedulerEvent, { readonly type: 'UPDATE' }>
    >
    if (type !== 'UPDATE' || update?.status.agent_id === undefined) return
    const { task_id, state } = update.status
    if (!isTerminal(state)) return
    const before = ended.get(task_id.value)
    ended.set(task_id.value, state)
    if (before !== undefined && before !== state) {
      stage.violated(
        'no task reaches two terminal states',
        `${task_id.value}: ${before}, then ${state}`,
      )
    }
  })
}
