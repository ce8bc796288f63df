import type { StaleReason } from './events.ts'
import { ExclusionBook } from './exclusion.ts'
import { locationOf, type TaskLocation } from './locations.ts'
import { PendingTasks } from './pending-tasks.ts'
import { DEFAULT_TASK_SET_SETTINGS, type TaskSetSettings } from './settings.ts'

/** One try of a task that runs. */
export interface TaskTry {
  readonly attempt: number
  readonly executorId: string
  readonly host: string
  readonly startedMs: number
  /** Why it was told to end; undefined as long as it was not. */
  killedFor: string | undefined
  /** Of its result, once it is known to be there. */
  resultBytes: number
}

/** One task of a set: one partition to compute. */
export interface TaskState {
  readonly partition: number
  readonly locations: readonly TaskLocation[]
  isDone: boolean
  /** Tries begun so far. */
  attempts: number
  /** Those that run: more than one when it is run a second time for being slow. */
  readonly tries: TaskTry[]
  failures: number
  /** Executors on which it has failed and that are still there. */
  readonly failedOn: Set<string>
  /** It takes long and waits for a second try. */
  isSpeculatable: boolean
}

/** The tasks of one attempt of one stage. A transition consumes the state it is given. */
export interface TaskSetState {
  readonly stageId: number
  readonly stageAttempt: number
  readonly tasks: readonly TaskState[]
  readonly settings: TaskSetSettings
  /** All of them run at once, or none; one that fails is the end of all. */
  readonly isBarrier: boolean
  readonly pending: PendingTasks
  /** Tasks to run a second time, the next one last. */
  speculatable: number[]
  /** Undefined unless exclusion is on. */
  readonly exclusion: ExclusionBook | undefined
  /** A task of it must not run on any executor: the set gives up soon. */
  unschedulable:
    { readonly task: number; readonly partition: number; readonly why: string } | undefined
  /** The level at which tasks may run now, and since when; a place in LEVELS. */
  level: number
  levelSinceMs: number
  done: number
  /** Tries that run. */
  running: number
  /** Of all results that are there, and how many these are. */
  resultBytes: number
  results: number
  /** How long tasks took that have succeeded. */
  readonly durationsMs: number[]
  /** Nothing is launched any more; what runs may still finish. */
  isZombie: boolean
  isCancelled: boolean
  /** Executors that were lost while the set was there; their ids are never used again. */
  readonly lostExecutors: Set<string>
  /** Results that were refused, by reason. */
  readonly refused: Record<StaleReason, number>
}

/** A task set before its first offer. */
export function taskSetState(options: {
  readonly stageId: number
  readonly stageAttempt: number
  readonly partitions: readonly number[]
  /** By task: hosts, or executors as `executor_<host>_<id>`. */
  readonly preferredHosts?: readonly (readonly string[])[]
  readonly settings?: TaskSetSettings
  readonly isBarrier?: boolean
  readonly nowMs?: number
}): TaskSetState {
  const {
    stageId,
    stageAttempt,
    partitions,
    preferredHosts,
    isBarrier = false,
    nowMs = 0,
  } = options
  const settings = options.settings ?? DEFAULT_TASK_SET_SETTINGS
  const tasks = partitions.map((partition, task): TaskState => ({
    partition,
    locations: preferredHosts?.[task]?.map(locationOf) ?? [],
    isDone: false,
    attempts: 0,
    tries: [],
    failures: 0,
    failedOn: new Set(),
    isSpeculatable: false,
  }))
  const pending = new PendingTasks((task) => isPending(tasks[task]))
  for (let task = tasks.length - 1; task >= 0; task -= 1)
    pending.add(task, tasks[task]?.locations ?? [])
  const { exclusion } = settings
  return {
    stageId,
    stageAttempt,
    tasks,
    settings,
    isBarrier,
    pending,
    speculatable: [],
    exclusion: exclusion === undefined ? undefined : new ExclusionBook(exclusion),
    unschedulable: undefined,
    level: 0,
    levelSinceMs: nowMs,
    done: 0,
    running: 0,
    resultBytes: 0,
    results: 0,
    durationsMs: [],
    isZombie: false,
    isCancelled: false,
    lostExecutors: new Set(),
    refused: { 'unknown-task': 0, 'other-attempt': 0, 'already-done': 0, cancelled: 0 },
  }
}

/** Whether a task waits for its first try, or for one after a failure. */
export function isPending(task: TaskState | undefined): boolean {
  return task !== undefined && !task.isDone && task.tries.length === 0
}

/** How many more slots the set could use. */
export function wantedSlots(state: TaskSetState): number {
  if (state.isZombie) return 0
  let twice = 0
  for (const task of state.speculatable) if (state.tasks[task]?.isSpeculatable === true) twice += 1
  // Tries less tasks that run is what runs twice; it takes a task that waits for none.
  return Math.max(0, state.tasks.length - state.done - runningTasks(state)) + twice
}

function runningTasks(state: TaskSetState): number {
  if (state.settings.speculation === undefined) return state.running
  return state.tasks.reduce((sum, { tries }) => sum + (tries.length > 0 ? 1 : 0), 0)
}
