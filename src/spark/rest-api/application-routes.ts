import { applicationJson, type ApplicationSummary } from './forms/application.ts'
import { environmentJson } from './forms/environment.ts'
import { executorJson } from './forms/executor.ts'
import { jobJson } from './forms/job.ts'
import { rddJson } from './forms/storage.ts'
import type { JsonValue } from './pretty-json.ts'
import { executorThreads } from './executor-threads.ts'
import { dateOf, isAmong, numberOf, wholeOf, wordsOf } from './query.ts'
import { notFound } from './replies.ts'
import type { OpenApplication, RestRoot } from './rest-root.ts'
import { stageAnswer } from './stage-routes.ts'

const APPLICATION_STATUSES = ['COMPLETED', 'RUNNING'] as const
const JOB_STATUSES = ['RUNNING', 'SUCCEEDED', 'FAILED', 'UNKNOWN'] as const
/** What Spark's streams tell; 0 stands for any number. */
const STREAMING: ReadonlySet<string> = new Set([
  'statistics',
  'receivers',
  'receivers/0',
  'batches',
  'batches/0',
  'batches/0/operations',
  'batches/0/operations/0',
])
const EARLIEST = '2010-01-01'
const LATEST = '3000-01-01'
const MOST = 2 ** 31 - 1

/** Answers `applications`. */
export async function applicationList(root: RestRoot, query: URLSearchParams): Promise<JsonValue> {
  const statuses = wordsOf(query, 'status', APPLICATION_STATUSES)
  const started = [dateOf(query, 'minDate', EARLIEST), dateOf(query, 'maxDate', LATEST)] as const
  const earliestEnd = dateOf(query, 'minEndDate', EARLIEST)
  const latestEnd = dateOf(query, 'maxEndDate', LATEST)
  const limit = wholeOf(query, 'limit', MOST)
  const isWanted = ({ startTime, endTime }: ApplicationSummary): boolean => {
    const status = endTime === undefined ? 'RUNNING' : 'COMPLETED'
    if (!isAmong(statuses, status)) return false
    if (startTime < started[0] || startTime > started[1]) return false
    if (endTime === undefined) return latestEnd > root.nowMs()
    return endTime >= earliestEnd && endTime <= latestEnd
  }
  const all = await root.applications()
  return all.filter(isWanted).slice(0, Math.max(0, limit)).map(applicationJson)
}

/**
 * Answers what stands behind `applications/<id>`.
 *
 * @param path what follows; without `logs`
 * @returns undefined when there is no such page
 */
export async function applicationAnswer(
  root: RestRoot,
  id: string,
  path: readonly string[],
  query: URLSearchParams,
): Promise<JsonValue | undefined> {
  const app = await root.open(id)
  const [first] = path
  if (first === undefined) {
    if (app === undefined) throw notFound(`unknown app: ${id}`)
    return applicationJson(app.summary)
  }
  if (app === undefined) throw notFound(`no such app: ${id}`)
  const [, second = '', third] = path
  if (first === 'executors' && third === 'threads' && path.length === 3)
    return executorThreads(root, app, second)
  const answer = pageOf(app, path, query)
  if (answer !== undefined) return answer
  // Any other name is that of an attempt of the application, and there is none.
  if (path.length === 1) throw notFound(`unknown app ${id}, attempt ${first}`)
  return undefined
}

function pageOf(
  app: OpenApplication,
  [page = '', ...rest]: readonly string[],
  query: URLSearchParams,
): JsonValue | undefined {
  const { store } = app
  const [name, extra] = rest
  switch (page) {
    case 'jobs':
      return extra === undefined ? jobs(app, name, query) : undefined
    case 'stages':
      return stageAnswer(app, rest, query)
    case 'executors':
      if (name === undefined) return executors(app, true)
      return undefined
    case 'allexecutors':
      return name === undefined ? executors(app, false) : undefined
    case 'storage':
      return name === 'rdd' && rest.length <= 2 ? rdds(app, extra) : undefined
    case 'sql':
      return extra === undefined ? queries(name) : undefined
    case 'streaming':
      // There are no streams, which Spark says like that.
      if (!STREAMING.has(rest.join('/').replace(/\d+/g, '0'))) return undefined
      throw notFound(`no streaming listener attached to ${app.summary.name}`)
    case 'environment':
      return name === undefined ? environmentJson(store) : undefined
    default:
      return undefined
  }
}

function jobs(
  { store }: OpenApplication,
  idText: string | undefined,
  query: URLSearchParams,
): JsonValue | undefined {
  if (idText === undefined) {
    const statuses = wordsOf<string>(query, 'status', JOB_STATUSES)
    return [...store.jobs.all.values()]
      .filter(({ status }) => isAmong<string>(statuses, status))
      .sort((a, b) => b.jobId - a.jobId)
      .map(jobJson)
  }
  const jobId = numberOf(idText)
  if (jobId === undefined) return undefined
  const job = store.jobs.all.get(jobId)
  if (job === undefined) throw notFound(`unknown job: ${jobId}`)
  return jobJson(job)
}

function executors({ store, nowMs }: OpenApplication, isActiveOnly: boolean): JsonValue {
  const { startTime = nowMs, endTime = nowMs } = store.application ?? {}
  const durationMs = Math.floor(endTime) - Math.floor(startTime)
  const inOrder = [...store.executors.all.values()].sort((a, b) => (a.id < b.id ? -1 : 1))
  // In Spark, too, the two lists have opposite orders.
  const shown = isActiveOnly ? inOrder.filter(({ isActive }) => isActive).reverse() : inOrder
  return shown.map((executor) => executorJson(executor, durationMs))
}

function rdds({ store }: OpenApplication, idText: string | undefined): JsonValue | undefined {
  if (idText === undefined) {
    return [...store.rdds.all.values()]
      .filter(({ partitions }) => partitions.size > 0)
      .sort((a, b) => a.info.rddId - b.info.rddId)
      .map(rddJson)
  }
  const rddId = numberOf(idText)
  if (rddId === undefined) return undefined
  const rdd = store.rdds.all.get(rddId)
  if (rdd === undefined) throw notFound(`no rdd found w/ id ${rddId}`)
  return rddJson(rdd)
}

/** There are no queries: this is no SQL engine. */
function queries(idText: string | undefined): JsonValue | undefined {
  if (idText === undefined) return []
  const id = numberOf(idText)
  if (id === undefined) return undefined
  throw notFound(`unknown query execution id: ${id}`)
}
