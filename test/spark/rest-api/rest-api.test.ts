import test from 'ava'

import type { ExecutionContext } from 'ava'
import { readUiConf } from '../../../src/spark/context/ui-conf.ts'
import { startDriver, type Driver } from '../context/driver.ts'
import { addressOf, ask, type Asked } from './asking.ts'

interface Served extends Driver {
  readonly get: (path: string) => Promise<Asked>
  readonly app: string
}

async function serve(
  t: ExecutionContext,
  conf: Record<string, string | boolean> = {},
): Promise<Served> {
  const driver = startDriver(t, { conf: { 'spark.ui.enabled': true, ...conf } })
  const { kit, sc } = driver
  await kit.until(sc.parallelize([1], 1).count())
  const { http } = kit.system.environment
  const get = (path: string): Promise<Asked> => kit.until(ask(http, addressOf(sc.uiWebUrl), path))
  return { ...driver, get, app: `/applications/${sc.applicationId}` }
}

const field = (value: unknown, ...path: readonly (string | number)[]): unknown =>
  path.reduce<unknown>((inner, key) => (inner as Record<string | number, unknown>)[key], value)

test('an application serves its API at port 4040, or the next one that is free, until it is stopped', async (t) => {
  const { kit, sc, get } = await serve(t)
  t.is(sc.uiWebUrl, 'http://127.0.0.1:4040')
  t.deepEqual((await get('/version')).json(), { spark: '4.3.0' })
  const [app] = (await get('/applications')).json() as { id: string; attempts: unknown[] }[]
  t.is(app?.id, sc.applicationId)
  t.like(app?.attempts[0], {
    completed: false,
    endTime: '1969-12-31T23:59:59.999GMT',
    endTimeEpoch: -1,
  })
  await kit.until(sc.stop())
  await t.throwsAsync(get('/version'), { code: 'TROUPE_PLATFORM_CONNECT_FAILED' })
})

/** An application whose machine has taken some ports from 4040 on. */
async function besides(
  t: ExecutionContext,
  taken: number,
  conf: Record<string, string>,
): Promise<{ readonly sc: Driver['sc']; readonly warnings: readonly string[] }> {
  const warnings: string[] = []
  const driver = startDriver(t, { conf: { 'spark.ui.enabled': true, ...conf } })
  const { environment } = driver.kit.system
  Object.assign(environment.log, { write: (_: string, message: string) => warnings.push(message) })
  for (let port = 4040; port < 4040 + taken; port += 1) {
    void environment.http.listen({ host: '127.0.0.1', port }, () => undefined)
  }
  t.is(await driver.kit.until(driver.sc.parallelize([1], 1).count()), 1)
  return { sc: driver.sc, warnings }
}

test('a port that is taken is passed over, up to spark.port.maxRetries', async (t) => {
  const { sc } = await besides(t, 2, { 'spark.port.maxRetries': '2' })
  t.is(sc.uiWebUrl, 'http://127.0.0.1:4042')
})

test('without a port for its API an application runs all the same, with a warning', async (t) => {
  const { sc, warnings } = await besides(t, 3, { 'spark.port.maxRetries': '2' })
  t.is(sc.uiWebUrl, undefined)
  t.true(warnings.some((line) => /REST API has no port \(spark\.ui\.port/.test(line)))
})

test('without spark.ui.enabled a program that was not submitted opens no port', async (t) => {
  const { kit, sc } = startDriver(t)
  await kit.until(sc.parallelize([1], 1).count())
  t.is(sc.uiWebUrl, undefined)
})

test('a program that was submitted serves its API, unless it is told not to', (t) => {
  t.like(readUiConf({}, true)?.place, { host: '127.0.0.1', port: 4040, maxRetries: 16 })
  t.is(readUiConf({ 'spark.ui.enabled': 'false' }, true), undefined)
  t.is(readUiConf({}, false), undefined)
})

test('jobs, stages and tries tell what has been done, by Spark’s names', async (t) => {
  const { kit, sc, get, app } = await serve(t)
  const seen = sc.longAccumulator('seen')
  sc.setJobGroup('g', 'sums')
  sc.addJobTag('b')
  sc.addJobTag('a')
  const rows = sc.parallelize([1, 2, 3, 4], 2).map((n): [number, number] => {
    seen.add(1)
    return [n % 2, n]
  })
  const sums = rows.reduceByKey((a, b) => a + b, 2)
  await kit.until(sums.count())
  await kit.until(sums.count())
  const jobs = (await get(`${app}/jobs`)).json() as Record<string, unknown>[]
  t.deepEqual(
    jobs.map(({ jobId }) => jobId),
    [2, 1, 0],
    'the latest come first',
  )
  t.like(jobs[0], {
    description: 'sums',
    jobGroup: 'g',
    jobTags: ['a', 'b'],
    status: 'SUCCEEDED',
    numTasks: 4,
    numCompletedTasks: 2,
    numSkippedTasks: 2,
    numCompletedIndices: 2,
    numCompletedStages: 1,
    numSkippedStages: 1,
    numActiveStages: 0,
  })
  const stages = (await get(`${app}/stages?status=complete&details=true&withSummaries=true`)).json()
  const map = (stages as Record<string, unknown>[]).find(
    ({ shuffleWriteRecords }) => shuffleWriteRecords !== 0,
  )
  t.like(map, { numTasks: 2, numCompleteTasks: 2, numFailedTasks: 0 })
  t.deepEqual(field(map, 'accumulatorUpdates'), [{ id: 0, name: 'seen', value: '4' }])
  const tasks = Object.values(field(map, 'tasks') as object) as Record<string, unknown>[]
  t.deepEqual(
    tasks.map(({ status, attempt }) => [status, attempt]),
    [
      ['SUCCESS', 0],
      ['SUCCESS', 0],
    ],
  )
  const written = tasks.map((task) =>
    field(task, 'taskMetrics', 'shuffleWriteMetrics', 'recordsWritten'),
  )
  t.is(field(map, 'shuffleWriteRecords'), Number(written[0]) + Number(written[1]))
  const byExecutor = Object.values(field(map, 'executorSummary') as object) as {
    succeededTasks: number
  }[]
  t.is(
    byExecutor.reduce((sum, { succeededTasks }) => sum + succeededTasks, 0),
    2,
  )
  t.deepEqual(field(map, 'taskMetricsDistributions', 'quantiles'), [0, 0.25, 0.5, 0.75, 1])
  const skipped = (await get(`${app}/stages?status=skipped`)).json() as unknown[]
  t.is(skipped.length, 1)
  t.like(skipped[0], { numTasks: 2, numCompleteTasks: 0 })
})

test('tries of tasks are listed by pages, by run time and by status', async (t) => {
  const { kit, sc, get, app } = await serve(t)
  const failing = sc.parallelize([0, 1, 2], 3).map((n) => {
    if (n === 1) throw new TypeError('one is bad')
    return n
  })
  await t.throwsAsync(kit.until(failing.collect()))
  const path = `${app}/stages/1/0`
  const list = async (query: string): Promise<Record<string, unknown>[]> =>
    (await get(`${path}/taskList?${query}`)).json() as Record<string, unknown>[]
  const failed = await list('status=failed')
  t.is(failed.length, 4)
  t.true(
    failed.every(({ errorMessage }) => String(errorMessage).startsWith('TypeError: one is bad')),
  )
  const all = await list('')
  t.deepEqual(all.slice(1, 3), await list('offset=1&length=2'))
  const times = (await list('sortBy=-runtime&status=success')).map((task) =>
    Number(field(task, 'taskMetrics', 'executorRunTime')),
  )
  t.deepEqual(
    times,
    [...times].sort((a, b) => b - a),
  )
  t.like((await get(path)).json(), { status: 'FAILED', numFailedTasks: 4 })
  const summary = (await get(`${path}/taskSummary?quantiles=1,0.5`)).json()
  t.deepEqual(field(summary, 'quantiles'), [0.5, 1])
})

test('what is kept is told, with its share of executors, until it is dropped', async (t) => {
  const { kit, sc, get, app } = await serve(t)
  const kept = sc.parallelize([1, 2, 3, 4], 2).setName('numbers').cache()
  await kit.until(kept.count())
  const [rdd] = (await get(`${app}/storage/rdd`)).json() as Record<string, unknown>[]
  t.like(rdd, {
    id: kept.id,
    name: 'numbers',
    numPartitions: 2,
    numCachedPartitions: 2,
    storageLevel: 'Memory Deserialized 1x Replicated',
    diskUsed: 0,
  })
  t.deepEqual((await get(`${app}/storage/rdd/${kept.id}`)).json(), rdd)
  const executors = (await get(`${app}/executors`)).json() as Record<string, number>[]
  t.is(
    executors.reduce((sum, { rddBlocks = 0 }) => sum + rddBlocks, 0),
    2,
  )
  const used = executors.reduce((sum, { memoryUsed = 0 }) => sum + memoryUsed, 0)
  t.is(rdd?.['memoryUsed'], used)
  await kit.until(kept.unpersist(true))
  t.deepEqual((await get(`${app}/storage/rdd`)).json(), [])
  t.is((await get(`${app}/storage/rdd/${kept.id}`)).status, 404)
})

test('executors that are gone are told of among all of them', async (t) => {
  const { kit, sc, get, app } = await serve(t)
  sc.killExecutor('driver-1')
  await kit.settle()
  const active = (await get(`${app}/executors`)).json() as Record<string, unknown>[]
  t.false(active.some(({ id }) => id === 'driver-1'))
  const all = (await get(`${app}/allexecutors`)).json() as Record<string, unknown>[]
  const gone = all.find(({ id }) => id === 'driver-1')
  t.like(gone, { isActive: false })
  t.is(typeof gone?.['removeReason'], 'string')
  t.is((await get(`${app}/executors/driver/threads`)).text, 'No thread dump is available.')
})

test('the environment is told without secrets', async (t) => {
  const { get, app } = await serve(t, { 'my.password': 'abc' })
  const environment = (await get(`${app}/environment`)).json()
  const properties = field(environment, 'sparkProperties') as [string, string][]
  t.deepEqual(
    properties.find(([key]) => key === 'my.password'),
    ['my.password', '*********(redacted)'],
  )
  t.true(properties.some(([key, value]) => key === 'spark.master' && value === 'local'))
  t.regex(String(field(environment, 'runtime', 'javaVersion')), /^Node\.js v\d/)
  t.like(field(environment, 'resourceProfiles', 0), { id: 0 })
})

/** Path behind the application's → status and text, as Spark 4.3 answers. */
const refusals: readonly (readonly [string, number, string])[] = [
  ['/jobs/99', 404, 'unknown job: 99'],
  ['/stages/99', 404, 'unknown stage: 99'],
  ['/stages/99/0', 404, 'unknown stage: 99'],
  ['/stages/0/9', 404, 'unknown attempt for stage 0.  Found attempts: [0]'],
  ['/stages/7/0/taskSummary', 404, 'No tasks reported metrics for 7 / 0 yet.'],
  [
    '/stages/0/0/taskSummary?quantiles=a',
    400,
    'Bad value for parameter "quantiles".  Expected a double, got "a"',
  ],
  ['/storage/rdd/99', 404, 'no rdd found w/ id 99'],
  ['/executors/x/threads', 400, "Invalid executorId: neither 'driver' nor number."],
  ['/executors/77/threads', 404, 'Executor does not exist.'],
  ['/stages/9/0/taskList', 200, '[ ]'],
]

test('what is not there, and what can’t be read, is refused in Spark’s words', async (t) => {
  const { kit, sc, get, app } = await serve(t)
  for (const [path, status, text] of refusals) {
    const answer = await get(app + path)
    t.deepEqual([answer.status, answer.text], [status, text], path)
  }
  const whole: readonly (readonly [string, number, string])[] = [
    ['/applications/nope', 404, 'unknown app: nope'],
    ['/applications/nope/jobs', 404, 'no such app: nope'],
    [`${app}/nope`, 404, `unknown app ${sc.applicationId}, attempt nope`],
    [`${app}/jobs/x`, 404, `/api/v1${app}/jobs/x`],
    ['/applications?minDate=soon', 400, "Couldn't parse date: soon"],
    [`${app}/logs`, 503, `Event logs are not available for app: ${sc.applicationId}.`],
  ]
  for (const [path, status, text] of whole) {
    const answer = await get(path)
    t.deepEqual([answer.status, answer.text], [status, text], path)
  }
  t.is((await get(`${app}/jobs?status=nope`)).status, 404)
  const { http } = kit.system.environment
  const posted = await kit.until(ask(http, addressOf(sc.uiWebUrl), '/version', 'POST'))
  t.is(posted.status, 405)
  t.is(posted.headers['allow'], 'GET,OPTIONS')
})

test('applications are listed by status, dates and number', async (t) => {
  const { get } = await serve(t)
  const count = async (query: string): Promise<number> =>
    ((await get(`/applications?${query}`)).json() as unknown[]).length
  t.is(await count('status=running'), 1)
  t.is(await count('status=completed'), 0)
  t.is(await count('status=completed&status=RUNNING'), 1)
  t.is(await count('minDate=2999-01-01'), 0)
  t.is(await count('maxDate=2010-01-02T00:00:00.000GMT'), 0)
  t.is(await count('limit=0'), 0)
})
