import type { ExecutorInfo, Offer, Resource, TaskInfo } from '../../mesos/index.ts'
import { encode } from '../protocol/index.ts'
import { countOf, split, type RateShare, type TaskSpec } from '../run/index.ts'
import { place, type Placed } from './offers.ts'
import { elapsedMs, type LiveTask, type RunEffect, type RunState, type Step } from './state.ts'

/** What was refused because it is of no use now is offered again after so long. */
const REFUSE_SECONDS = 5

/** Answers offers: with as many tasks as fit and are wanted, and no to the others. */
export function launch(state: RunState, offers: readonly Offer[], nowMs: number): Step {
  const agents = new Set([...state.agents, ...offers.map(({ agent_id }) => agent_id.value)])
  let next: RunState = { ...state, agents }
  const placed = place(offers, {
    plan: state.plan,
    wanted: wantedTasks(state, nowMs),
    running: perAgent(state),
    hasExecutor: (offer) => hasExecutor(state, offer),
    agents: agents.size,
  })
  const effects: RunEffect[] = []
  for (const one of placed) {
    const offer_ids = [one.offer.id]
    const filters = { refuse_seconds: REFUSE_SECONDS }
    if (one.tasks.length === 0) {
      effects.push({ type: 'call', call: { type: 'DECLINE', decline: { offer_ids, filters } } })
      continue
    }
    const [launched, tasks] = launchOn(next, one)
    next = launched
    for (const { id, agentId, host, operations, executor } of tasks) {
      const task = { id, agentId, host, operations, executor }
      effects.push({ type: 'keep', record: { type: 'task', task } })
    }
    const ratio = 1 / next.tasks.size
    const rate = shareOf(next, ratio, nowMs)
    const task_infos = tasks.map((task, i) => taskInfo(next, task, one.tasks[i] ?? [], rate, nowMs))
    const operations = [{ type: 'LAUNCH' as const, launch: { task_infos } }]
    effects.push({
      type: 'call',
      call: { type: 'ACCEPT', accept: { offer_ids, operations, filters } },
    })
  }
  return [{ ...next, most: Math.max(next.most, next.tasks.size) }, effects]
}

/** How many tasks more there is work and room for. */
export function wantedTasks(state: RunState, nowMs: number): number {
  const { plan, phase, queue, tasks, isPaused } = state
  if (phase !== 'running' || isPaused || remainingMs(state, nowMs) <= 0) return 0
  const waiting = Math.ceil(countOf(queue) / plan.operationsPerTask)
  return Math.max(0, Math.min(waiting, plan.parallelism - tasks.size))
}

/** What is left of the run's duration, if it has one. */
export function remainingMs(state: RunState, nowMs: number): number {
  const { durationMs } = state.plan.run
  if (durationMs === undefined) return Number.POSITIVE_INFINITY
  return durationMs - elapsedMs(state, nowMs)
}

export function shareOf(state: RunState, ratio: number, nowMs: number): RateShare {
  const { schedule, plan } = state
  return { schedule, ratio, elapsedMs: elapsedMs(state, nowMs), mode: plan.rateMode }
}

function launchOn(state: RunState, { offer, executor, tasks }: Placed): [RunState, LiveTask[]] {
  const agentId = offer.agent_id.value
  const before = hasExecutor(state, offer) ? state.executors.get(agentId) : undefined
  const known = before ?? executorInfo(state, offer, executor ?? [])
  let { queue } = state
  const launched: LiveTask[] = []
  for (const [i] of tasks.entries()) {
    const [operations, rest] = split(queue, state.plan.operationsPerTask)
    queue = rest
    const id = `ThrottleTask_${state.runId}_${state.launched + i + 1}`
    launched.push({
      id,
      agentId,
      host: offer.hostname,
      operations,
      executor: known,
      hasRun: false,
      seen: 0,
      isUnheard: false,
    })
  }
  const all = new Map(state.tasks)
  for (const task of launched) all.set(task.id, task)
  const next = {
    ...state,
    queue,
    tasks: all,
    launched: state.launched + launched.length,
    executors: new Map(state.executors).set(agentId, known),
    alive: new Set(state.alive).add(agentId),
  }
  return [next, launched]
}

function hasExecutor({ alive, runId }: RunState, { agent_id, executor_ids = [] }: Offer): boolean {
  const id = executorIdOf(runId)
  return alive.has(agent_id.value) || executor_ids.some(({ value }) => value === id)
}

/** As the original named it; one on each agent. */
function executorIdOf(runId: string): string {
  return `ThrottlerFG_${runId}`
}

function executorInfo(
  { runId, plan }: RunState,
  offer: Offer,
  resources: readonly Resource[],
): ExecutorInfo {
  return {
    type: 'CUSTOM',
    executor_id: { value: executorIdOf(runId) },
    framework_id: offer.framework_id,
    name: 'Throttler executor',
    command: plan.executorCommand,
    resources,
  }
}

function taskInfo(
  state: RunState,
  task: LiveTask,
  resources: readonly Resource[],
  rate: RateShare,
  nowMs: number,
): TaskInfo {
  return {
    name: task.id,
    task_id: { value: task.id },
    agent_id: { value: task.agentId },
    resources,
    executor: task.executor,
    data: encode(specOf(state, task, rate, nowMs)),
  }
}

function specOf(state: RunState, task: LiveTask, rate: RateShare, nowMs: number): TaskSpec {
  const { run } = state.plan
  const { durationMs: _whole, ...rest } = run
  const leftMs = remainingMs(state, nowMs)
  return {
    ...rest,
    id: task.id,
    operations: task.operations,
    rate,
    ...(Number.isFinite(leftMs) && { durationMs: leftMs }),
  }
}

function perAgent({ tasks }: RunState): ReadonlyMap<string, number> {
  const counts = new Map<string, number>()
  for (const { agentId } of tasks.values()) counts.set(agentId, (counts.get(agentId) ?? 0) + 1)
  return counts
}
