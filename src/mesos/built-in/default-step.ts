import type { PersistentMap } from '../persistent-map.ts'
import type { FrameworkInfo, KillPolicy, TaskInfo } from '../protocol/index.ts'
import type { BuiltInEffect } from './actor.ts'
import type { BuiltInMessage, CheckNotice, ContainerOver, FoundTask } from './protocol.ts'
import {
  begin,
  checked,
  endOf,
  escalate,
  finish,
  graceMsOf,
  kill,
  newLife,
  say,
  update,
  type LifeEffect,
  type LifeTimer,
  type StatusPart,
  type TaskLife,
} from './task-life.ts'

/** What a default executor knows. Immutable. */
export interface DefaultState {
  readonly framework: FrameworkInfo
  /** By task id; those that have ended are out. */
  readonly tasks: PersistentMap<GroupTask>
  readonly isShuttingDown: boolean
}

interface GroupTask extends TaskLife {
  /** Ids of those that live and die with it, itself among them. */
  readonly group: readonly string[]
  readonly containerId: string | undefined
  readonly isRunning: boolean
  /** The end of one of its group is dealt with. */
  readonly isGroupOver: boolean
}

/** What can happen to it. */
export type DefaultOccurrence =
  | BuiltInMessage
  | LifeTimer
  /** The first of one that takes the place of another: what that had been handed. */
  | { readonly type: 'found'; readonly tasks: readonly FoundTask[] }

type Step = readonly [DefaultState, readonly BuiltInEffect[]]

/** Between SIGTERM and SIGKILL for those that end with another. */
const GRACE_MS = 3000

/**
 * The executor of task groups: each task's command runs in a container of its own, below that of the executor. When one fails or is
 * killed the others of its group are killed, and when none is left the executor ends. Pure.
 * @see launcher/default_executor.cpp of Apache Mesos
 */
export function stepDefault(
  state: DefaultState,
  occurrence: DefaultOccurrence,
  nowMs: number,
): Step {
  switch (occurrence.type) {
    case 'LAUNCH_GROUP':
      return launch(state, occurrence.launch_group.task_group.tasks)
    case 'found':
      return found(state, occurrence.tasks, nowMs)
    case 'KILL': {
      const { task_id, kill_policy } = occurrence.kill
      return ask(state, task_id.value, kill_policy, nowMs)
    }
    case 'SHUTDOWN':
      return shutdown(state, nowMs)
    case 'container-running':
      return running(state, occurrence.taskId, occurrence.containerId)
    case 'container-over':
      return over(state, occurrence, nowMs)
    case 'grace-over': {
      const task = state.tasks.get(occurrence.taskId)
      return [state, task === undefined ? [] : [escalate(task)]]
    }
    case 'completion-over': {
      const task = state.tasks.get(occurrence.taskId)
      return task === undefined ? [state, []] : killOne(state, task, 'completion', 0, nowMs)
    }
    case 'task-health':
    case 'task-checked':
      return noticed(state, occurrence, nowMs)
    case 'SUBSCRIBED':
    case 'LAUNCH':
    case 'MESSAGE':
    case 'ACKNOWLEDGED':
    case 'ERROR':
    case 'HEARTBEAT':
      return [state, []]
  }
}

function launch(state: DefaultState, infos: readonly TaskInfo[]): Step {
  const group = infos.map(({ task_id }) => task_id.value)
  if (state.isShuttingDown || group.some((id) => state.tasks.has(id))) return [state, []]
  let { tasks } = state
  const effects: BuiltInEffect[] = []
  for (const info of infos) {
    const task = newTask(info, group)
    tasks = tasks.with(info.task_id.value, task)
    effects.push(update(task, 'TASK_STARTING'))
  }
  for (const taskId of group) effects.push({ type: 'launch', taskId })
  return [{ ...state, tasks }, effects]
}

function newTask(info: TaskInfo, group: readonly string[]): GroupTask {
  return {
    ...newLife(info),
    group,
    containerId: undefined,
    isRunning: false,
    isGroupOver: false,
  }
}

/** Goes on where its agent knows the tasks to be. */
function found(before: DefaultState, handed: readonly FoundTask[], nowMs: number): Step {
  let state = before
  const effects: BuiltInEffect[] = []
  for (const { info, group, state: known, container } of handed) {
    const taskId = info.task_id.value
    const isRunning = known === 'TASK_RUNNING' || known === 'TASK_KILLING'
    const task: GroupTask = {
      ...newTask(info, group ?? [taskId]),
      containerId: container?.containerId,
      isRunning,
    }
    state = { ...state, tasks: state.tasks.with(taskId, task) }
    if (known === 'TASK_STAGING') effects.push(update(task, 'TASK_STARTING'))
    if (container === undefined) effects.push({ type: 'launch', taskId })
    else if (isRunning) effects.push(...begin(task, container.ranMs ?? 0))
  }
  for (const one of handed) {
    if (one.kill === undefined) continue
    const [next, more] = ask(state, one.info.task_id.value, one.kill.kill_policy, nowMs)
    const isSaid = one.state === 'TASK_KILLING'
    effects.push(...more.filter(({ type }) => !(isSaid && type === 'update')))
    state = next
  }
  return [state, effects]
}

function running(state: DefaultState, taskId: string, containerId: string): Step {
  const task = state.tasks.get(taskId)
  if (task === undefined || task.isRunning) return [state, []]
  const next: GroupTask = { ...task, containerId, isRunning: true }
  const effects: BuiltInEffect[] = [tell(next, { state: 'TASK_RUNNING' })]
  if (task.killing === undefined) effects.push(...begin(next, 0))
  // Asked to end before it was there to hear it.
  else effects.push({ type: 'signal', taskId, signal: 'SIGTERM' })
  return [{ ...state, tasks: state.tasks.with(taskId, next) }, effects]
}

function noticed(state: DefaultState, notice: CheckNotice, nowMs: number): Step {
  const task = state.tasks.get(notice.taskId)
  if (task?.isRunning !== true) return [state, []]
  const [{ killing, found: results }, effects] = checked(task, state.framework, notice, nowMs)
  const tasks = state.tasks.with(notice.taskId, { ...task, killing, found: results })
  return [{ ...state, tasks }, effects.map((one) => withContainer(task, one))]
}

function withContainer({ containerId }: GroupTask, effect: LifeEffect): BuiltInEffect {
  return effect.type === 'update' && containerId !== undefined ? { ...effect, containerId } : effect
}

function ask(
  state: DefaultState,
  taskId: string,
  policy: KillPolicy | undefined,
  nowMs: number,
): Step {
  const task = state.tasks.get(taskId)
  // As in Mesos a second order changes nothing.
  if (state.isShuttingDown || task === undefined || task.killing !== undefined) return [state, []]
  return killOne(state, task, 'asked', graceMsOf(task, policy), nowMs)
}

function killOne(
  state: DefaultState,
  task: GroupTask,
  cause: 'asked' | 'completion',
  graceMs: number,
  nowMs: number,
): Step {
  const [next, effects] = kill(task, state.framework, cause, graceMs, nowMs)
  const tasks = state.tasks.with(task.info.task_id.value, { ...task, killing: next.killing })
  return [{ ...state, tasks }, effects.map((one) => withContainer(task, one))]
}

function shutdown(before: DefaultState, nowMs: number): Step {
  if (before.isShuttingDown) return [before, []]
  let state: DefaultState = { ...before, isShuttingDown: true }
  if (state.tasks.size === 0) return [state, [{ type: 'stop' }]]
  const effects: BuiltInEffect[] = []
  for (const task of before.tasks.values()) {
    if (task.killing !== undefined) continue
    const [next, more] = killOne(state, task, 'asked', GRACE_MS, nowMs)
    state = next
    effects.push(...more)
  }
  return [state, effects]
}

function over(before: DefaultState, event: ContainerOver, nowMs: number): Step {
  const task = before.tasks.get(event.taskId)
  if (task === undefined) return [before, []]
  const status = lastStatus(task, event)
  let state: DefaultState = { ...before, tasks: before.tasks.without(event.taskId) }
  const effects: BuiltInEffect[] = [...finish(task)]
  const isFailure = status.state === 'TASK_FAILED' || status.state === 'TASK_KILLED'
  if (isFailure && !state.isShuttingDown && !task.isGroupOver) {
    for (const id of task.group) {
      const other = state.tasks.get(id)
      if (other === undefined) continue
      const marked: GroupTask = { ...other, isGroupOver: true }
      state = { ...state, tasks: state.tasks.with(id, marked) }
      if (other.killing !== undefined) continue
      const [next, more] = killOne(state, marked, 'asked', GRACE_MS, nowMs)
      state = next
      // Noted before the end that causes it is known to anybody: so it is not forgotten between the two.
      effects.push({ type: 'note-kill', taskId: id }, ...more)
    }
  }
  effects.push(tell(task, status))
  if (state.tasks.size === 0) effects.push({ type: 'stop' })
  return [state, effects]
}

function lastStatus(task: GroupTask, { exit, failure, limitation }: ContainerOver): StatusPart {
  if (failure !== undefined) {
    return task.killing === undefined
      ? { state: 'TASK_FAILED', message: failure }
      : { state: 'TASK_KILLED' }
  }
  const status = endOf(task, exit, 'Command terminated with unknown status')
  if (limitation === undefined) return status
  const { reason, message, resources } = limitation
  return {
    state: 'TASK_FAILED',
    reason,
    message: `${status.message ?? ''}: ${message}`,
    ...(resources !== undefined && { limitation: { resources } }),
  }
}

function tell(task: GroupTask, status: StatusPart): BuiltInEffect {
  return withContainer(task, say(task, status))
}
