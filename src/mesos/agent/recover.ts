import { PersistentMap } from '../persistent-map.ts'
import { isTerminal, type TaskStatus } from '../protocol/index.ts'
import { findDefault } from './built-in.ts'
import type { AgentChange } from './change.ts'
import { give, nothingGiven } from './given.ts'
import type { Held } from './checkpoint/index.ts'
import { containerSpec } from './container-spec.ts'
import { containerEnded, destroyExecutor, endExecutor, registrationTimer } from './executor-end.ts'
import { noHistory } from './history.ts'
import {
  agentKey,
  initialAgentState,
  type AgentOptions,
  type AgentState,
  type AgentTask,
  type ExecutorState,
  type UpdateStream,
} from './state.ts'

/** An agent that goes on with what one before it had written down; its first occurrence is `recovered`. */
export function recoveredAgentState(
  incarnation: string,
  options: AgentOptions,
  held: Held,
): AgentState {
  const tasks = new Map<string, Map<string, AgentTask>>()
  const updates: [string, UpdateStream][] = []
  const statuses: [string, readonly TaskStatus[]][] = []
  for (const [key, task] of held.tasks) {
    const { frameworkId, executorId, info, group, container, state, waiting, kill } = task
    if (waiting.length > 0) {
      // Sent when the agent is registered.
      const dueMs = Number.POSITIVE_INFINITY
      updates.push([key, { frameworkId, task: info, waiting, attempts: 0, dueMs }])
    }
    if (isTerminal(state)) continue
    if (waiting.length > 0) statuses.push([key, waiting])
    const executorKey = agentKey(frameworkId, executorId)
    const ofExecutor = tasks.get(executorKey) ?? new Map<string, AgentTask>()
    // Handed over or not: only its executor can say.
    const order = kill && { framework_id: { value: frameworkId }, task_id: info.task_id, ...kill }
    ofExecutor.set(info.task_id.value, {
      info,
      state,
      isDelivered: true,
      ...(group !== undefined && { group }),
      ...(container !== undefined && { container }),
      ...(order !== undefined && { kill: order }),
    })
    tasks.set(executorKey, ofExecutor)
  }
  const executors = [...held.executors.values()].map((one): readonly [string, ExecutorState] => {
    const { frameworkId, info, builtIn, containerId, process, ending } = one
    const key = agentKey(frameworkId, info.executor_id.value)
    const frameworkInfo = held.frameworks.get(frameworkId) ?? over
    return [
      key,
      {
        frameworkId,
        frameworkInfo,
        info,
        ...(builtIn !== undefined && { builtIn }),
        containerId,
        process,
        connection: undefined,
        ending,
        given: [...(tasks.get(key)?.values() ?? [])].reduce(
          (given, task) => give(given, task.info.resources),
          give(nothingGiven, info.resources ?? []),
        ),
        tasks: PersistentMap.of(tasks.get(key) ?? []),
      },
    ]
  })
  return {
    ...initialAgentState(incarnation, options),
    agentId: held.agentId,
    epoch: held.epoch,
    checkpointed: held.resources,
    frameworks: PersistentMap.of(held.frameworks),
    executors: PersistentMap.of(executors),
    containers: PersistentMap.of(executors.flatMap(containersOf)),
    updates: PersistentMap.of(updates),
    operations: PersistentMap.of(
      [...held.operations].map(([key, one]) => [key, { ...one, attempts: 0 }] as const),
    ),
    history: { ...noHistory, statuses: PersistentMap.of(statuses) },
  }
}

function containersOf([key, executor]: readonly [string, ExecutorState]): readonly (readonly [
  string,
  string,
])[] {
  const tasks = [...executor.tasks.values()]
  const own = tasks.flatMap(({ container }) => container?.containerId ?? [])
  return [executor.containerId, ...own].map((id) => [id, key] as const)
}

/** Of a framework that is over nothing is known any more but that it was checkpointed. */
const over = { user: '', name: '', checkpoint: true } as const

/**
 * Looks for the processes of the executors: each that runs still has a while to subscribe again, the tasks of the others end.
 * One that was being started when the agent before was ended has no process that could be known.
 */
export function findExecutors(change: AgentChange): void {
  const { agentId = '', executors, options } = change.state
  change.note('recovered', { agent: agentId, executors: executors.size })
  for (const executor of executors.values()) {
    const { containerId, process, frameworkId, ending } = executor
    if (executor.builtIn === 'default') {
      findDefault(change, executor)
    } else if (process === undefined) {
      containerEnded(change, { containerId, status: -1 })
      continue
    } else {
      const spec = containerSpec(change.state, executor)
      change.effects.push({ type: 'start-container', spec: { ...spec, running: process } })
    }
    if (ending !== undefined) {
      destroyExecutor(change, executor)
    } else if (!change.state.frameworks.has(frameworkId)) {
      endExecutor(change, executor, {
        state: 'TASK_KILLED',
        reason: 'REASON_FRAMEWORK_REMOVED',
        message: 'The framework is over',
      })
    } else {
      const occurrence = { type: 'reregistration-overdue', containerId } as const
      const afterMs = options.executorReregistrationTimeoutMs
      change.startTimer(registrationTimer(containerId), afterMs, occurrence)
    }
  }
  // That they are over may have been lost with the agent before.
  for (const frameworkId of change.state.frameworks.keys()) change.forgetFramework(frameworkId)
}
