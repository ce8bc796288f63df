import type { SchedulerDriverEvent } from '../../mesos/index.ts'
import { isTroupeError } from '../../platform/index.ts'
import { decodeReport } from '../protocol/index.ts'
import { countOf, type RateSchedule } from '../run/index.ts'
import { control } from './control.ts'
import { launch, remainingMs, wantedTasks } from './launch.ts'
import type { RunEffect, RunState, Step } from './state.ts'
import { reported, updated } from './statuses.ts'

/** What can happen to a run. */
export type RunEvent =
  | SchedulerDriverEvent
  | { readonly type: 'pause' }
  | { readonly type: 'resume' }
  | { readonly type: 'set-rate'; readonly schedule: RateSchedule }
  | { readonly type: 'stop'; readonly why: string }
  | { readonly type: 'timer'; readonly timer: 'reconcile' | 'grace' }

/** Tasks of an earlier scheduler of the run are asked after until there is an answer. */
const RECONCILE_MS = 5_000
/** How long tasks that were told to end may take. */
const GRACE_MS = 10_000

/** What comes next. `nowMs` is Unix time. */
export function stepRun(state: RunState, event: RunEvent, nowMs: number): Step {
  if (state.phase === 'over') return [state, []]
  const [happened, effects] = handle(state, event, nowMs)
  const [next, more] = settle(happened, nowMs)
  return [next, [...effects, ...more]]
}

function handle(state: RunState, event: RunEvent, nowMs: number): Step {
  switch (event.type) {
    case 'SUBSCRIBED': {
      const id = event.subscribed.framework_id.value
      // Meanwhile an executor may have ended without a word of it; those that have tasks are heard of by them.
      const alive = new Set([...state.tasks.values()].map(({ agentId }) => agentId))
      const seen = { isConnected: true, isSuppressed: false, alive }
      const subscribed = { ...state, ...seen, frameworkId: id }
      return [
        subscribed,
        [
          { type: 'keep', record: { type: 'framework', id } },
          ...(state.frameworkId === id
            ? []
            : [{ type: 'say' as const, text: `Registered as framework ${id}` }]),
          ...reconcile(subscribed),
        ],
      ]
    }
    case 'OFFERS':
      return launch(state, event.offers.offers, nowMs)
    case 'UPDATE':
      return updated(state, event.update.status, nowMs)
    case 'MESSAGE':
      return message(state, event.message.data, nowMs)
    case 'FAILURE':
      return [failure(state, event.failure), []]
    case 'ERROR':
      return over(state, 1, `The master refuses the framework: ${event.error.message}`)
    case 'DISCONNECTED': {
      const text = `Disconnected from the master: ${event.reason}`
      return [{ ...state, isConnected: false }, [{ type: 'say', text }]]
    }
    case 'timer':
      if (event.timer === 'reconcile') return [state, reconcile(state)]
      return state.phase === 'stopping' ? over(state, 1, stopped(state)) : [state, []]
    default:
      return wish(state, event, nowMs)
  }
}

/** What an operator wants. */
function wish(state: RunState, event: RunEvent, nowMs: number): Step {
  switch (event.type) {
    case 'pause': {
      if (state.isPaused) return [state, []]
      const next = { ...state, isPaused: true, pausedAtMs: nowMs }
      return [next, control(next, nowMs)]
    }
    case 'resume': {
      if (!state.isPaused) return [state, []]
      const pausedMs = state.pausedMs + nowMs - state.pausedAtMs
      const next = { ...state, isPaused: false, pausedMs }
      return [next, control(next, nowMs)]
    }
    case 'set-rate': {
      const next = { ...state, schedule: event.schedule }
      return [next, control(next, nowMs)]
    }
    case 'stop': {
      if (state.phase !== 'running') return [state, []]
      const kills = [...state.tasks.values()].map(({ id, agentId }): RunEffect => {
        const kill = { task_id: { value: id }, agent_id: { value: agentId } }
        return { type: 'call', call: { type: 'KILL', kill } }
      })
      const say = { type: 'say' as const, text: `Stopping: ${event.why}` }
      const timer = { type: 'start-timer' as const, timer: 'grace' as const, ms: GRACE_MS }
      return [{ ...state, phase: 'stopping' }, [say, ...kills, timer]]
    }
    default:
      return [state, []]
  }
}

/** What follows from where the run is now: its end, or more or fewer offers. */
function settle(state: RunState, nowMs: number): Step {
  const { plan, phase, errors, tasks, queue } = state
  if (phase === 'over') return [state, []]
  if (errors > plan.maxTaskErrors) {
    const text = `${errors} tasks have failed, ${plan.maxTaskErrors} may (--max-task-errors)`
    return over(state, 1, text)
  }
  if (tasks.size === 0) {
    if (phase === 'stopping') return over(state, 1, stopped(state))
    if (countOf(queue) === 0) return over(state, 0, 'All queries are executed')
    if (remainingMs(state, nowMs) <= 0) return over(state, 0, 'The duration is over')
  }
  if (!state.isConnected) return [state, []]
  const isIdle = state.isPaused || wantedTasks(state, nowMs) === 0
  if (isIdle === state.isSuppressed) return [state, []]
  const call = isIdle ? { type: 'SUPPRESS' as const } : { type: 'REVIVE' as const }
  return [{ ...state, isSuppressed: isIdle }, [{ type: 'call', call }]]
}

function message(state: RunState, data: Uint8Array, nowMs: number): Step {
  try {
    return reported(state, decodeReport(data), nowMs)
  } catch (error) {
    if (!isTroupeError(error, 'TROUPE_THROTTLER_MESSAGE_INVALID')) throw error
    return [state, [{ type: 'say', text: error.message }]]
  }
}

/** An executor that is gone is started with the next task, out of the offer that there is then. */
function failure(
  state: RunState,
  { agent_id, executor_id }: Extract<SchedulerDriverEvent, { type: 'FAILURE' }>['failure'],
): RunState {
  const agentId = agent_id?.value
  if (agentId === undefined) return state
  const alive = new Set(state.alive)
  alive.delete(agentId)
  const agents = new Set(state.agents)
  if (executor_id === undefined) agents.delete(agentId)
  return { ...state, alive, agents }
}

/** Tasks that an earlier scheduler has launched, and of which nothing was heard since. */
function reconcile(state: RunState): readonly RunEffect[] {
  const unheard = [...state.tasks.values()].filter(({ isUnheard }) => isUnheard)
  if (!state.isConnected || unheard.length === 0) return []
  const tasks = unheard.map(({ id, agentId }) => ({
    task_id: { value: id },
    agent_id: { value: agentId },
  }))
  return [
    { type: 'call', call: { type: 'RECONCILE', reconcile: { tasks } } },
    { type: 'start-timer', timer: 'reconcile', ms: RECONCILE_MS },
  ]
}

function stopped({ done, plan }: RunState): string {
  return `Stopped after ${done} of ${plan.run.totalOperations} queries`
}

function over(state: RunState, code: number, why: string): Step {
  return [{ ...state, phase: 'over' }, [{ type: 'end', code, why }]]
}
