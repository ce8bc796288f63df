import test, { type ExecutionContext } from 'ava'

import { bodyOf, nodeEnvironment } from '../../../src/platform/index.ts'
import { EXECUTOR_METRICS } from '../../../src/spark/events/index.ts'
import { SparkContext } from '../../../src/spark/index.ts'
import { startDriver, type Driver } from '../context/driver.ts'
import { addressOf, ask, type Asked } from './asking.ts'

interface Served extends Driver {
  readonly get: (path: string) => Promise<Asked>
  /** The text of a page outside the API, or the status of its refusal. */
  readonly page: (target: string) => Promise<string | number>
  readonly app: string
}

async function serve(t: ExecutionContext, conf: Record<string, string> = {}): Promise<Served> {
  const driver = startDriver(t, { conf: { 'spark.ui.enabled': true, ...conf } })
  const { kit, sc } = driver
  await kit.until(sc.parallelize([1, 2], 2).count())
  const { http } = kit.system.environment
  const address = addressOf(sc.uiWebUrl)
  const page = async (target: string): Promise<string | number> => {
    const request = { method: 'GET', target, headers: {}, body: new Uint8Array(0) }
    const response = await http.request(address, request, { timeoutMs: 1000 })
    const text = new TextDecoder().decode(await bodyOf(response))
    return response.status === 200 ? text : response.status
  }
  return {
    ...driver,
    get: (path) => kit.until(ask(http, address, path)),
    page: (target) => kit.until(page(target)),
    app: `/applications/${sc.applicationId}`,
  }
}

test('there are no queries and no streams, which is said as Spark says it', async (t) => {
  const { get, app } = await serve(t)
  const said = async (path: string): Promise<unknown> => {
    const { status, text } = await get(`${app}${path}`)
    return [status, text]
  }
  t.deepEqual(await said('/sql'), [200, '[ ]'])
  t.deepEqual(await said('/sql/0'), [404, 'unknown query execution id: 0'])
  for (const path of ['statistics', 'receivers', 'receivers/1', 'batches', 'batches/7/operations'])
    t.deepEqual(await said(`/streaming/${path}`), [404, 'no streaming listener attached to test'])
  t.is((await get(`${app}/streaming/nowhere`)).status, 404)
})

test('Prometheus is told of executors, unless spark.ui.prometheus.enabled is false', async (t) => {
  const { page, sc } = await serve(t)
  const text = await page('/metrics/executors/prometheus')
  if (typeof text !== 'string') return t.fail('no page')
  const [info, ...lines] = text.trimEnd().split('\n')
  t.regex(info ?? '', /^spark_info\{version="4\.3\.0", revision=""\} 1\.0$/)
  const ofDriver = lines.filter((line) => line.includes('executor_id="driver"'))
  const labels = `{application_id="${sc.applicationId}", application_name="test", executor_id="driver"}`
  for (const line of ofDriver) t.regex(line, /^metrics_executor_\w+\{[^}]*\} -?\d+(\.\d+)?$/)
  t.true(ofDriver.includes(`metrics_executor_totalCores${labels} 1`))
  t.true(ofDriver.some((line) => line.startsWith('metrics_executor_JVMHeapMemory_bytes')))
  t.true(ofDriver.some((line) => line.startsWith('metrics_executor_MinorGCTime_seconds_total')))
  t.is(ofDriver.length, 15 + 4 + 16 + 3 + 3)
  const without = await serve(t, { 'spark.ui.prometheus.enabled': 'false' })
  t.is(await without.page('/metrics/executors/prometheus'), 404)
})

test('metrics of the driver are told as JSON, by the names of Spark’s servlet', async (t) => {
  const { page, sc } = await serve(t)
  const told = JSON.parse(String(await page('/metrics/json'))) as {
    readonly gauges: Readonly<Record<string, { readonly value: number }>>
    readonly counters: Readonly<Record<string, { readonly count: number }>>
  }
  const name = (behind: string): string => `${sc.applicationId}.driver.${behind}`
  t.is(told.gauges[name('DAGScheduler.job.allJobs')]?.value, 1)
  t.is(told.gauges[name('DAGScheduler.job.activeJobs')]?.value, 0)
  t.true((told.gauges[name('BlockManager.memory.maxOnHeapMem_MB')]?.value ?? 0) > 0)
  t.true((told.gauges[name('BlockManager.memory.remainingOnHeapMem_MB')]?.value ?? 0) > 0)
  t.is(told.counters[name('appStatus.tasks.completedTasks')]?.count, 2)
  for (const metric of EXECUTOR_METRICS)
    t.is(typeof told.gauges[name(`ExecutorMetrics.${metric}`)]?.value, 'number')
  t.is(await page('/metrics/prometheus'), 404, 'its sink is off in Spark, too')
})

interface Thread {
  readonly threadName: string
  readonly threadState: string
  readonly stackTrace: { readonly elems: readonly string[] }
}

const isInIt = ({ stackTrace }: Thread): boolean =>
  stackTrace.elems.some((frame) => frame.startsWith('forEver ('))

for (const master of ['local[2]', 'local-cluster[1,2,512]']) {
  test(`the stacks of task threads are told with ${master}, also of one that never waits`, async (t) => {
    t.timeout(120_000)
    const sc = await SparkContext.create({
      master,
      appName: 'stacks',
      conf: { 'spark.ui.enabled': true, 'spark.ui.port': 0 },
    })
    t.teardown(() => sc.stop())
    const started = new Promise<string>((resolve) => {
      sc.addListener((event) => {
        if (event.type === 'SparkListenerTaskStart') resolve(event.taskInfo.executorId)
      })
    })
    const job = t.throwsAsync(
      sc
        .parallelize([1], 1)
        .map(function forEver(n) {
          for (let at = n; at > 0;) at = Math.sqrt(at + 1) + 1
          return n
        })
        .count(),
    )
    const executorId = await started
    const path = `/applications/${sc.applicationId}/executors/${executorId}/threads`
    const { http } = nodeEnvironment()
    let threads: readonly Thread[] = []
    // It may not have come as far as the function yet, and takes as long as the machine is busy.
    while (!threads.some(isInIt)) {
      const { status, text, json } = await ask(http, addressOf(sc.uiWebUrl), path)
      t.is(status, 200, text)
      threads = json() as readonly Thread[]
    }
    const running = threads.find(isInIt)
    t.like(running, {
      threadName: 'Executor task launch worker for task 0.0 in stage 0.0 (TID 0)',
      threadState: 'RUNNABLE',
    })
    t.regex(running?.stackTrace.elems[0] ?? '', /^forEver \(.*:\d+:\d+\)\n$/)
    t.is(threads.length, 2)
    sc.cancelAllJobs()
    await job
    t.is(await sc.parallelize([1, 2], 2).count(), 2, 'threads go on as before')
  })
}

test('threads that are still being started are told of, too', async (t) => {
  const sc = await SparkContext.create({
    master: 'local[3]',
    appName: 'starting',
    conf: { 'spark.ui.enabled': true, 'spark.ui.port': 0 },
  })
  t.teardown(() => sc.stop())
  const path = `/applications/${sc.applicationId}/executors/driver/threads`
  const { status, text, json } = await ask(nodeEnvironment().http, addressOf(sc.uiWebUrl), path)
  t.is(status, 200, text)
  t.is((json() as readonly Thread[]).length, 3)
})
