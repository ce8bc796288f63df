import { encode, type TaskControl } from '../protocol/index.ts'
import { shareOf } from './launch.ts'
import type { LiveTask, RunEffect, RunState } from './state.ts'

/** Tells executors, or that of one agent, which share of the rate their tasks have, and whether the run is paused. */
export function control(state: RunState, nowMs: number, onlyAgent?: string): readonly RunEffect[] {
  const running = [...state.tasks.values()].filter(({ hasRun }) => hasRun)
  const rate = shareOf(state, 1 / Math.max(running.length, 1), nowMs)
  const byAgent = new Map<string, LiveTask[]>()
  for (const task of running) {
    if (onlyAgent !== undefined && task.agentId !== onlyAgent) continue
    const before = byAgent.get(task.agentId)
    if (before === undefined) byAgent.set(task.agentId, [task])
    else before.push(task)
  }
  return [...byAgent.values()].flatMap((tasks): readonly RunEffect[] => {
    const [first] = tasks
    if (first === undefined) return []
    const each = tasks.map(({ id, seen }): readonly [string, TaskControl] => [id, { rate, seen }])
    const data = encode({
      type: 'control',
      isPaused: state.isPaused,
      tasks: Object.fromEntries(each),
    })
    const message = {
      agent_id: { value: first.agentId },
      executor_id: first.executor.executor_id,
      data,
    }
    return [{ type: 'call', call: { type: 'MESSAGE', message } }]
  })
}
