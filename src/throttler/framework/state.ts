import type { ExecutorInfo, SchedulerDriverMessage } from '../../mesos/index.ts'
import type { NumberedInterval, TaskReport } from '../protocol/index.ts'
import type { Figures, OperationRange, RateSchedule } from '../run/index.ts'
import type { RunPlan } from './plan.ts'

/** A task that has been launched and has not ended. */
export interface LiveTask {
  readonly id: string
  readonly agentId: string
  readonly host: string
  readonly operations: readonly OperationRange[]
  readonly executor: ExecutorInfo
  /** Whether its executor has said that it runs. */
  readonly hasRun: boolean
  /** The last one that came. */
  readonly report?: TaskReport
  /** Last interval that has come. */
  readonly seen: number
  /** Whether nothing was heard of it since the scheduler came back. */
  readonly isUnheard: boolean
}

/** What has been measured of a task that has ended. */
export interface EndedTask {
  readonly id: string
  readonly agentId: string
  readonly host: string
  readonly state: string
  /** Those that are counted. */
  readonly done: readonly OperationRange[]
  /** Of each of its attempts. */
  readonly attempts: readonly Figures[]
}

/** How far a run is. */
export interface RunState {
  readonly plan: RunPlan
  readonly runId: string
  readonly frameworkId: string | undefined
  /** When the run began, in Unix time. */
  readonly startedMs: number
  readonly phase: 'running' | 'stopping' | 'over'
  readonly isPaused: boolean
  /** How long it was paused before, and since when it is. */
  readonly pausedMs: number
  readonly pausedAtMs: number
  /** The plan's, until a rate is set by hand. */
  readonly schedule: RateSchedule
  /** What no task has. */
  readonly queue: readonly OperationRange[]
  readonly tasks: ReadonlyMap<string, LiveTask>
  readonly ended: readonly EndedTask[]
  /** Operations that are done in tasks that have ended. */
  readonly done: number
  /** Tasks that have ended in an error of their own. */
  readonly errors: number
  /** Tasks whose rest was queued again. */
  readonly requeued: number
  readonly launched: number
  /** Tasks at once, so far. */
  readonly most: number
  readonly agents: ReadonlySet<string>
  /** Agent → the executor that was last started there; while it runs the words must be the same each time. */
  readonly executors: ReadonlyMap<string, ExecutorInfo>
  /** Agents whose executor runs, or is on its way, as far as the scheduler has heard. */
  readonly alive: ReadonlySet<string>
  readonly isConnected: boolean
  readonly isSuppressed: boolean
}

/** What is kept of a run, so that it goes on when its scheduler has ended. */
export type RunRecord =
  | {
      readonly type: 'run'
      readonly runId: string
      readonly startedMs: number
      readonly plan: RunPlan
    }
  | { readonly type: 'framework'; readonly id: string }
  | {
      readonly type: 'task'
      readonly task: Pick<LiveTask, 'id' | 'agentId' | 'host' | 'operations' | 'executor'>
    }
  | {
      readonly type: 'ended'
      readonly ended: EndedTask
      readonly isError: boolean
      readonly isRequeued: boolean
    }

/** What is to be done, in this order. */
export type RunEffect =
  /** Before anything that follows. */
  | { readonly type: 'keep'; readonly record: RunRecord }
  | { readonly type: 'call'; readonly call: SchedulerDriverMessage }
  | { readonly type: 'say'; readonly text: string }
  | {
      readonly type: 'measured'
      readonly task: Pick<LiveTask, 'id' | 'agentId' | 'host'>
      readonly intervals: readonly NumberedInterval[]
    }
  | { readonly type: 'task-ended'; readonly ended: EndedTask }
  | { readonly type: 'start-timer'; readonly timer: 'reconcile' | 'grace'; readonly ms: number }
  | { readonly type: 'end'; readonly code: number; readonly why: string }

export type Step = readonly [state: RunState, effects: readonly RunEffect[]]

/** A run at its beginning. */
export function initialRun(plan: RunPlan, runId: string, startedMs: number): RunState {
  return {
    plan,
    runId,
    frameworkId: undefined,
    startedMs,
    phase: 'running',
    isPaused: false,
    pausedMs: 0,
    pausedAtMs: 0,
    schedule: plan.schedule,
    queue: [{ first: 1, count: plan.run.totalOperations }],
    tasks: new Map(),
    ended: [],
    done: 0,
    errors: 0,
    requeued: 0,
    launched: 0,
    most: 0,
    agents: new Set(),
    executors: new Map(),
    alive: new Set(),
    isConnected: false,
    isSuppressed: false,
  }
}

/** How far the run is in its schedule, without the time that it was paused. */
export function elapsedMs(state: RunState, nowMs: number): number {
  const pausedMs = state.pausedMs + (state.isPaused ? nowMs - state.pausedAtMs : 0)
  return Math.max(0, nowMs - state.startedMs - pausedMs)
}
