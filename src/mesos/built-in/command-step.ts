import type { ProcessExit } from '../../platform/index.ts'
import type { FrameworkInfo, KillPolicy, TaskInfo } from '../protocol/index.ts'
import type { BuiltInEffect } from './actor.ts'
import type { BuiltInMessage, FoundTask } from './protocol.ts'
import {
  begin,
  checked,
  endOf,
  finish as finishLife,
  escalate,
  graceMsOf,
  kill,
  newLife,
  say,
  update,
  type LifeTimer,
  type TaskLife,
} from './task-life.ts'

/** What a command executor knows. Immutable. */
export interface CommandState {
  readonly shutdownGraceMs: number
  readonly framework: FrameworkInfo
  readonly life: TaskLife | undefined
  /** Its command's end, which may come before the task is handed over. */
  readonly over: { readonly exit: ProcessExit | undefined } | undefined
}

/** What can happen to it. */
export type CommandOccurrence =
  | BuiltInMessage
  | LifeTimer
  /** The first of one whose task was handed over to one before it. */
  | { readonly type: 'found'; readonly task: FoundTask }

type Step = readonly [CommandState, readonly BuiltInEffect[]]

/** Of its shutdown's time it leaves as much for the word of the command's end. */
const SHUTDOWN_RESERVE_MS = 2000

/**
 * The executor of a task that has a command in place of an executor. The command runs already when the task is handed over, in the
 * executor's own container. Pure. @see launcher/executor.cpp of Apache Mesos
 */
export function stepCommand(
  state: CommandState,
  occurrence: CommandOccurrence,
  nowMs: number,
): Step {
  const { life } = state
  switch (occurrence.type) {
    case 'LAUNCH':
      return launch(state, occurrence.launch.task)
    case 'found':
      return found(state, occurrence.task, nowMs)
    case 'KILL': {
      const { task_id, kill_policy } = occurrence.kill
      return life?.info.task_id.value === task_id.value
        ? ask(state, life, kill_policy, nowMs)
        : [state, []]
    }
    case 'SHUTDOWN':
      return life === undefined
        ? [state, [{ type: 'stop' }]]
        : shutdown(state, life, Math.max(0, state.shutdownGraceMs - SHUTDOWN_RESERVE_MS), nowMs)
    case 'grace-over':
      return [state, life === undefined ? [] : [escalate(life)]]
    case 'completion-over': {
      if (life === undefined) return [state, []]
      const [next, effects] = kill(life, state.framework, 'completion', 0, nowMs)
      return [{ ...state, life: next }, effects]
    }
    case 'container-over':
      return finish({ ...state, over: { exit: occurrence.exit } })
    case 'task-health':
    case 'task-checked': {
      if (life === undefined) return [state, []]
      const [next, effects] = checked(life, state.framework, occurrence, nowMs)
      return [{ ...state, life: next }, effects]
    }
    case 'container-running':
    case 'SUBSCRIBED':
    case 'LAUNCH_GROUP':
    case 'MESSAGE':
    case 'ACKNOWLEDGED':
    case 'ERROR':
    case 'HEARTBEAT':
      return [state, []]
  }
}

function launch(state: CommandState, info: TaskInfo): Step {
  if (state.life !== undefined) return [state, []]
  const life = newLife(info)
  const says = [update(life, 'TASK_STARTING'), update(life, 'TASK_RUNNING')]
  return finish({ ...state, life }, [...says, ...begin(life, 0)])
}

/** Its task goes on where its agent knows it to be. */
function found(state: CommandState, task: FoundTask, nowMs: number): Step {
  const life = newLife(task.info)
  const says = task.state === 'TASK_STARTING' ? [update(life, 'TASK_RUNNING')] : []
  const known: CommandState = { ...state, life }
  const effects = [...says, ...begin(life, task.container?.ranMs ?? 0)]
  if (task.kill === undefined) return [known, effects]
  const [next, more] = ask(known, life, task.kill.kill_policy, nowMs)
  const isSaid = task.state === 'TASK_KILLING'
  return [next, [...effects, ...more.filter((one) => !(isSaid && one.type === 'update'))]]
}

function ask(
  state: CommandState,
  life: TaskLife,
  policy: KillPolicy | undefined,
  nowMs: number,
): Step {
  return shutdown(state, life, graceMsOf(life, policy), nowMs)
}

function shutdown(state: CommandState, life: TaskLife, graceMs: number, nowMs: number): Step {
  const [next, effects] = kill(life, state.framework, 'asked', graceMs, nowMs)
  return [{ ...state, life: next }, effects]
}

/** The last status, once both the task and its command's end are known. */
function finish(state: CommandState, effects: readonly BuiltInEffect[] = []): Step {
  const { life, over } = state
  if (life === undefined || over === undefined) return [state, effects]
  const status = endOf(life, over.exit, 'Failed to get exit status for Command')
  return [state, [...effects, ...finishLife(life), say(life, status), { type: 'stop' }]]
}
