import { taskStatus, type StageRecord, type TaskRecord, type TaskStatus } from '../status/index.ts'
import { stageJson, type StageDetails } from './forms/stage.ts'
import { taskDistributions } from './forms/distributions.ts'
import { taskJson } from './forms/task.ts'
import type { JsonValue } from './pretty-json.ts'
import { flagOf, isAmong, numberOf, quantilesOf, TASK_STATUSES, wholeOf, wordsOf } from './query.ts'
import { notFound } from './replies.ts'
import type { OpenApplication } from './rest-root.ts'

const STATUSES = ['ACTIVE', 'COMPLETE', 'FAILED', 'PENDING', 'SKIPPED'] as const
const SUMMARY_QUANTILES = '0.0,0.25,0.5,0.75,1.0'
const TASK_QUANTILES = '0.05,0.25,0.5,0.75,0.95'
const PAGE = 20

/**
 * Answers what stands behind `stages`.
 *
 * @param path what follows
 * @returns undefined when there is no such page
 */
export function stageAnswer(
  app: OpenApplication,
  path: readonly string[],
  query: URLSearchParams,
): JsonValue | undefined {
  const [stageText, attemptText, page] = path
  if (stageText === undefined) {
    const statuses = wordsOf(query, 'status', STATUSES)
    const details = detailsOf(query, false)
    return inReverse(app.store.stages.all)
      .filter(({ status }) => isAmong<string>(statuses, status))
      .filter((stage) => !details.hasTasks || hasTasksOf(stage, details.taskStatuses))
      .map((stage) => stageJson(stage, details, app.nowMs))
  }
  const stageId = numberOf(stageText)
  if (stageId === undefined) return undefined
  const attempts = app.store.stages.attemptsOf(stageId)
  if (attemptText === undefined) {
    if (attempts.length === 0) throw notFound(`unknown stage: ${stageId}`)
    const details = detailsOf(query, true)
    return attempts.map((stage) => stageJson(stage, details, app.nowMs))
  }
  const attempt = numberOf(attemptText)
  if (attempt === undefined || path.length > 3) return undefined
  const stage = app.store.stages.get(stageId, attempt)
  switch (page) {
    case undefined:
      if (stage === undefined) throw unknownAttempt(stageId, attempts)
      return stageJson(stage, detailsOf(query, true), app.nowMs)
    case 'taskSummary': {
      const quantiles = quantilesOf(query, TASK_QUANTILES)
      const summary = stage && taskDistributions(stage, quantiles)
      if (summary !== undefined) return summary
      throw notFound(`No tasks reported metrics for ${stageId} / ${attempt} yet.`)
    }
    case 'taskList':
      return taskList(app, stage, query)
    default:
      return undefined
  }
}

function detailsOf(query: URLSearchParams, hasTasks: boolean): StageDetails {
  return {
    hasTasks: flagOf(query, 'details', hasTasks),
    taskStatuses: wordsOf(query, 'taskStatus', TASK_STATUSES),
    hasSummaries: flagOf(query, 'withSummaries', false),
    quantiles: quantilesOf(query, SUMMARY_QUANTILES),
  }
}

/** Of a list of stages with their tasks, Spark leaves out those that have none of what is asked for. */
function hasTasksOf(stage: StageRecord, statuses: readonly TaskStatus[]): boolean {
  const counts: Partial<Record<TaskStatus, number>> = {
    RUNNING: stage.activeTasks,
    SUCCESS: stage.completedTasks,
    FAILED: stage.failedTasks,
    KILLED: stage.killedTasks,
  }
  return statuses.length === 0 || statuses.some((status) => (counts[status] ?? 0) > 0)
}

function taskList(
  app: OpenApplication,
  stage: StageRecord | undefined,
  query: URLSearchParams,
): JsonValue {
  const offset = wholeOf(query, 'offset', 0)
  const length = wholeOf(query, 'length', PAGE)
  const statuses = wordsOf(query, 'status', TASK_STATUSES)
  const order = orderOf(query)
  const tasks = [...(stage?.tasks.values() ?? [])].filter(({ info }) =>
    isAmong(statuses, taskStatus(info)),
  )
  if (order !== 'ID') tasks.sort((a, b) => byRuntime(a, b) * (order === 'runtime' ? 1 : -1))
  const from = Math.max(0, offset)
  return tasks.slice(from, from + Math.max(0, length)).map((task) => taskJson(task, app.nowMs))
}

function orderOf(query: URLSearchParams): 'ID' | 'runtime' | '-runtime' {
  const names = ['ID', 'runtime', '-runtime', 'INCREASING_RUNTIME', 'DECREASING_RUNTIME'] as const
  const given = wordsOf(query, 'sortBy', names)[0]
  if (given === 'INCREASING_RUNTIME') return 'runtime'
  return given === 'DECREASING_RUNTIME' ? '-runtime' : (given ?? 'ID')
}

function byRuntime(a: TaskRecord, b: TaskRecord): number {
  return rankOf(a) - rankOf(b) || a.info.taskId - b.info.taskId
}

/** Those that have not succeeded come before those that have. */
function rankOf({ info, metrics }: TaskRecord): number {
  if (metrics === undefined) return -1
  const { executorRunTime } = metrics
  return taskStatus(info) === 'SUCCESS' ? executorRunTime : -executorRunTime - 1
}

function inReverse(stages: Iterable<StageRecord>): StageRecord[] {
  return [...stages].sort(
    ({ info: a }, { info: b }) => b.stageId - a.stageId || b.attemptNumber - a.attemptNumber,
  )
}

function unknownAttempt(stageId: number, attempts: readonly StageRecord[]): Error {
  if (attempts.length === 0) return notFound(`unknown stage: ${stageId}`)
  const found = attempts.map(({ info }) => info.attemptNumber).join(',')
  return notFound(`unknown attempt for stage ${stageId}.  Found attempts: [${found}]`)
}
