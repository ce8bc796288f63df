import { isTerminal, type TaskStatus } from '../../mesos/index.ts'
import { decodeReport, type TaskReport } from '../protocol/index.ts'
import { countOf, union, without } from '../run/index.ts'
import { control } from './control.ts'
import type { EndedTask, LiveTask, RunEffect, RunState, Step } from './state.ts'

/** Takes a status: of what runs, of what has ended, of what nobody knows any more. */
export function updated(state: RunState, status: TaskStatus, nowMs: number): Step {
  const acknowledged = acknowledgement(status)
  const id = status.task_id.value
  const task = state.tasks.get(id)
  if (task === undefined) {
    // Of a task whose launch was not kept, or whose end is known.
    if (isTerminal(status.state) || state.ended.some((one) => one.id === id))
      return [state, acknowledged]
    const kill = { task_id: status.task_id, ...(status.agent_id && { agent_id: status.agent_id }) }
    return [state, [...acknowledged, { type: 'call', call: { type: 'KILL', kill } }]]
  }
  if (!isTerminal(status.state)) {
    const hasRun = task.hasRun || status.state === 'TASK_RUNNING'
    const next = withTask(state, { ...task, hasRun, isUnheard: false })
    return [next, [...acknowledged, ...(hasRun && !task.hasRun ? control(next, nowMs) : [])]]
  }
  return terminal(state, task, status, nowMs)
}

/** Takes what an executor reports of a task, and tells it what is wanted. */
export function reported(state: RunState, report: TaskReport, nowMs: number): Step {
  const task = state.tasks.get(report.taskId)
  if (task === undefined || (task.report?.sequence ?? 0) >= report.sequence) return [state, []]
  const [next, measured] = seen(state, task, report)
  return [next, [...measured, ...control(next, nowMs, task.agentId)]]
}

/** Queues again what a task has not done, in front, so that a run ends in the order in which it began. */
function terminal(state: RunState, task: LiveTask, status: TaskStatus, nowMs: number): Step {
  const last = lastReport(task, status)
  const [heard, measured] = last === undefined ? [state, []] : seen(state, task, last)
  const done = last?.done ?? []
  const left = without(task.operations, done)
  const isError = isErrorOfTask(task, status, countOf(done) > 0)
  const isRequeued = left.length > 0 && status.state !== 'TASK_FINISHED'
  const ended: EndedTask = {
    id: task.id,
    agentId: task.agentId,
    host: task.host,
    state: status.state,
    done,
    attempts: last?.attempts ?? [],
  }
  const tasks = new Map(heard.tasks)
  tasks.delete(task.id)
  const alive = new Set(heard.alive)
  if (status.source !== 'SOURCE_EXECUTOR') alive.delete(task.agentId)
  const next: RunState = {
    ...heard,
    tasks,
    alive,
    queue: union(left, heard.queue),
    ended: [...heard.ended, ended],
    done: heard.done + countOf(done),
    errors: heard.errors + (isError ? 1 : 0),
    requeued: heard.requeued + (isRequeued ? 1 : 0),
  }
  return [
    next,
    [
      { type: 'keep', record: { type: 'ended', ended, isError, isRequeued } },
      ...measured,
      ...acknowledgement(status),
      { type: 'task-ended', ended },
      ...told(ended, status, countOf(left)),
      ...control(next, nowMs),
    ],
  ]
}

function seen(
  state: RunState,
  task: LiveTask,
  report: TaskReport,
): readonly [RunState, readonly RunEffect[]] {
  const fresh = report.intervals.filter(({ sequence }) => sequence > task.seen)
  const next = withTask(state, {
    ...task,
    report,
    isUnheard: false,
    seen: Math.max(task.seen, ...fresh.map(({ sequence }) => sequence)),
  })
  const { id, agentId, host } = task
  const measured = { type: 'measured' as const, task: { id, agentId, host }, intervals: fresh }
  return [next, fresh.length > 0 ? [measured] : []]
}

/** The report in the status, if there is one that can be read; else the last one that came. */
function lastReport(task: LiveTask, { data }: TaskStatus): TaskReport | undefined {
  if (data === undefined || data.length === 0) return task.report
  try {
    const report = decodeReport(data)
    return report.sequence >= (task.report?.sequence ?? 0) ? report : task.report
  } catch {
    // An agent or a master of another make may put its own words there; what is not known as done is done again.
    return task.report
  }
}

/** What its executor says, or what never ran, or fell without having done anything: the next one would fare no better. */
function isErrorOfTask(task: LiveTask, status: TaskStatus, hasDone: boolean): boolean {
  if (status.state === 'TASK_ERROR') return true
  if (status.state !== 'TASK_FAILED') return false
  return status.source === 'SOURCE_EXECUTOR' || !task.hasRun || !hasDone
}

function acknowledgement({ agent_id, task_id, uuid }: TaskStatus): readonly RunEffect[] {
  if (agent_id === undefined || uuid === undefined) return []
  return [{ type: 'call', call: { type: 'ACKNOWLEDGE', acknowledge: { agent_id, task_id, uuid } } }]
}

function told(ended: EndedTask, status: TaskStatus, left: number): readonly RunEffect[] {
  const why = [status.reason, status.message].filter((word) => word !== undefined).join(', ')
  if (status.state === 'TASK_FINISHED' && left === 0) {
    return [{ type: 'say', text: `${ended.id} on ${ended.host}: ${status.message ?? 'finished'}` }]
  }
  const text = `${ended.id} on ${ended.host}: ${status.state}${why === '' ? '' : `, ${why}`}`
  const rest = left > 0 ? `; ${left} of its queries are queued again` : ''
  return [{ type: 'say', text: `${text}${rest}` }]
}

function withTask(state: RunState, task: LiveTask): RunState {
  return { ...state, tasks: new Map(state.tasks).set(task.id, task) }
}
