/** When an executor or a host gets nothing more of the whole application (spark.excludeOnFailure.*). */
export interface HealthSettings {
  readonly maxFailedTasksPerExecutor: number
  readonly maxFailedExecutorsPerNode: number
  /** How long that holds, and how long a failure counts. */
  readonly timeoutMs: number
  /** Executors that are excluded are ended. */
  readonly killsExcluded: boolean
  /** One whose map outputs can't be fetched is excluded at once. */
  readonly countsFetchFailures: boolean
}

/** Spark's defaults when exclusion is on. */
export const DEFAULT_HEALTH: HealthSettings = {
  maxFailedTasksPerExecutor: 2,
  maxFailedExecutorsPerNode: 2,
  timeoutMs: 3_600_000,
  killsExcluded: false,
  countsFetchFailures: false,
}

/** Tasks of a set that has succeeded which had failed on one executor. */
export interface ExecutorFailures {
  readonly executorId: string
  readonly host: string
  readonly tasks: readonly number[]
}

/** What happens to executors, as far as their health is concerned. */
export type HealthEvent =
  | {
      readonly type: 'set-succeeded'
      readonly taskSetId: string
      readonly failures: readonly ExecutorFailures[]
    }
  | { readonly type: 'fetch-failed'; readonly executorId: string; readonly host: string }
  | { readonly type: 'executor-removed'; readonly executorId: string }
  | { readonly type: 'time-passed' }

/** What follows. Each says why. */
export type HealthEffect = { readonly reason: string } & (
  | {
      readonly type: 'exclude-executor'
      readonly executorId: string
      readonly host: string
      readonly failures: number
    }
  | { readonly type: 'exclude-node'; readonly host: string; readonly executors: number }
  | { readonly type: 'include-executor'; readonly executorId: string }
  | { readonly type: 'include-node'; readonly host: string }
)

interface ExcludedExecutor {
  readonly host: string
  readonly untilMs: number
}

/** Who has failed, and who is excluded. A transition consumes the state it is given. */
export interface HealthState {
  readonly settings: HealthSettings
  /** executor → failed task → when that is forgotten */
  readonly failures: Map<string, Map<string, number>>
  readonly executors: Map<string, ExcludedExecutor>
  /** host → until when */
  readonly nodes: Map<string, number>
}

export function emptyHealth(settings: HealthSettings): HealthState {
  return { settings, failures: new Map(), executors: new Map(), nodes: new Map() }
}

/** Why an executor gets nothing of the application; undefined when it may. */
export function whyExcluded(
  { executors, nodes }: HealthState,
  executorId: string,
  host: string,
): string | undefined {
  if (nodes.has(host)) return `host ${host} is excluded for the application`
  return executors.has(executorId)
    ? `executor ${executorId} is excluded for the application`
    : undefined
}

/** When the next exclusion ends; undefined when there is none. */
export function nextEndMs({ executors, nodes }: HealthState): number | undefined {
  const ends = [...[...executors.values()].map(({ untilMs }) => untilMs), ...nodes.values()]
  return ends.length === 0 ? undefined : Math.min(...ends)
}

/**
 * Counts what has failed over all task sets that came to a good end (those of others may be the task's own fault), and excludes
 * executors and hosts for a while where that is too much.
 *
 * @see HealthTracker.scala in Spark
 */
export function healthTransition(
  state: HealthState,
  event: HealthEvent,
  nowMs: number,
): readonly [HealthState, readonly HealthEffect[]] {
  const effects: HealthEffect[] = []
  endExclusions(state, nowMs, effects)
  switch (event.type) {
    case 'set-succeeded':
      for (const failures of event.failures) count(state, event.taskSetId, failures, nowMs, effects)
      break
    case 'fetch-failed': {
      const { executorId, host } = event
      if (!state.settings.countsFetchFailures || state.executors.has(executorId)) break
      const reason = `what it has written can't be fetched`
      excludeExecutor(state, { executorId, host, failures: 1, reason }, nowMs, effects)
      break
    }
    case 'executor-removed':
      // That it was excluded still counts for its host.
      state.failures.delete(event.executorId)
      break
    case 'time-passed':
      break
  }
  return [state, effects]
}

function endExclusions(state: HealthState, nowMs: number, effects: HealthEffect[]): void {
  const reason = `${state.settings.timeoutMs} ms are over`
  for (const [executorId, { untilMs }] of state.executors) {
    if (untilMs > nowMs) continue
    state.executors.delete(executorId)
    effects.push({ type: 'include-executor', executorId, reason })
  }
  for (const [host, untilMs] of state.nodes) {
    if (untilMs > nowMs) continue
    state.nodes.delete(host)
    effects.push({ type: 'include-node', host, reason })
  }
}

function count(
  state: HealthState,
  taskSetId: string,
  { executorId, host, tasks }: ExecutorFailures,
  nowMs: number,
  effects: HealthEffect[],
): void {
  const { timeoutMs, maxFailedTasksPerExecutor } = state.settings
  const known = state.failures.get(executorId) ?? new Map<string, number>()
  state.failures.set(executorId, known)
  for (const [failure, untilMs] of known) if (untilMs <= nowMs) known.delete(failure)
  for (const task of tasks) known.set(`${taskSetId}/${task}`, nowMs + timeoutMs)
  if (known.size < maxFailedTasksPerExecutor || state.executors.has(executorId)) return
  const reason = `${known.size} tasks of task sets that have succeeded had failed there`
  excludeExecutor(state, { executorId, host, failures: known.size, reason }, nowMs, effects)
}

function excludeExecutor(
  state: HealthState,
  excluded: Omit<Extract<HealthEffect, { type: 'exclude-executor' }>, 'type'>,
  nowMs: number,
  effects: HealthEffect[],
): void {
  const { executorId, host } = excluded
  const { timeoutMs, maxFailedExecutorsPerNode } = state.settings
  const untilMs = nowMs + timeoutMs
  state.executors.set(executorId, { host, untilMs })
  state.failures.delete(executorId)
  effects.push({ type: 'exclude-executor', ...excluded })
  const executors = [...state.executors.values()].filter((one) => one.host === host).length
  if (executors < maxFailedExecutorsPerNode || state.nodes.has(host)) return
  state.nodes.set(host, untilMs)
  const reason = `${executors} of its executors are excluded`
  effects.push({ type: 'exclude-node', host, executors, reason })
}
