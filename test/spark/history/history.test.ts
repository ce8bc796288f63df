import test, { type ExecutionContext } from 'ava'
// Loaded when a log needs it; a simulated server does not see that happen.
import 'fzstd'

import { startHistoryServer } from '../../../src/spark/history/index.ts'
import type { Disk } from '../../../src/platform/index.ts'
import { startDriver, type Driver } from '../context/driver.ts'
import { addressOf, ask, type Asked } from '../rest-api/asking.ts'
import { differences } from '../rest-api/history-server.ts'

const conf = {
  'spark.ui.enabled': true,
  'spark.eventLog.enabled': true,
  'spark.eventLog.dir': '/logs',
  'spark.eventLog.logBlockUpdates.enabled': true,
  'spark.eventLog.compress': false,
  'spark.eventLog.rolling.enabled': false,
}

interface Rig extends Driver {
  readonly app: string
  /** Asks the application itself. */
  readonly live: (path: string) => Promise<Asked>
  /** Asks a history server over its log. */
  readonly past: (path: string) => Promise<Asked>
}

async function start(t: ExecutionContext): Promise<Rig> {
  const prepare = (disk: Disk): Promise<void> => disk.makeDirectory('/logs')
  const driver = startDriver(t, { conf, prepare })
  const { kit, sc } = driver
  await kit.until(
    sc
      .parallelize([1, 2, 3], 3)
      .map((n) => [n, 1] as [number, number])
      .reduceByKey((a, b) => a + b, 2)
      .cache()
      .collect(),
  )
  const failing = sc.parallelize([1, 2], 2).map((n) => {
    if (n === 2) throw new TypeError('two is bad')
    return n
  })
  await t.throwsAsync(kit.until(failing.count()))
  const { environment } = kit.system
  const options = { host: '127.0.0.1', port: 18_080, directory: '/logs' }
  const server = await kit.until(startHistoryServer(environment, options))
  t.teardown(() => kit.until(server.close()))
  const { http } = environment
  const live = (path: string): Promise<Asked> => kit.until(ask(http, addressOf(sc.uiWebUrl), path))
  const past = (path: string): Promise<Asked> => kit.until(ask(http, server.address, path))
  return { ...driver, live, past, app: `/applications/${sc.applicationId}` }
}

const PATHS = [
  '/jobs',
  '/stages?details=true&withSummaries=true',
  '/stages/0/0/taskList',
  '/allexecutors',
  '/storage/rdd',
  '/environment',
  '/jobs/99',
] as const

test('a log tells what its application tells, also while that runs', async (t) => {
  const { kit, sc, app, live, past } = await start(t)
  const same = async (): Promise<void> => {
    for (const path of PATHS) {
      const [ours, theirs] = [await live(app + path), await past(app + path)]
      const [a, b] = [ours, theirs].map(({ status, json, text }) =>
        status === 200 ? json() : text,
      )
      const isTime = /^\[\]\.totalDuration/ // of the driver: until now, and until the log was written
      t.deepEqual(
        differences(a, b).filter((one) => !isTime.test(one)),
        [],
        path,
      )
    }
  }
  await same()
  t.like((await past('/applications')).json(), [
    { id: sc.applicationId, attempts: [{ completed: false }] },
  ])
  await kit.until(sc.parallelize([1], 1).setName('later').count())
  await same()
  await kit.until(sc.stop())
  const [listed] = (await past('/applications?status=completed')).json() as {
    attempts: Record<string, unknown>[]
  }[]
  t.like(listed?.attempts[0], {
    completed: true,
    appSparkVersion: '4.3.0',
    logSourceName: 'file:///logs',
  })
  t.is(((await past(`${app}/jobs`)).json() as unknown[]).length, 3)
  t.is((await past(`${app}/executors/driver/threads`)).status, 503)
  const archive = await past(`${app}/logs`)
  t.is(
    archive.headers['content-disposition'],
    `attachment; filename=eventLogs-${sc.applicationId}.zip`,
  )
  t.is(Buffer.from(archive.bytes).readUInt32LE(0), 0x04034b50)
})

test('damaged lines, half a line, and what is no log of ours are passed over', async (t) => {
  const { kit, sc, app, past } = await start(t)
  await kit.until(sc.stop())
  const { disk } = sc
  const log = `/logs/${sc.applicationId}`
  const lines = new TextDecoder().decode(await kit.until(disk.readFile(log))).split('\n')
  const damaged = [
    lines[0],
    '{"Event":',
    '[]',
    'null',
    '{"Event":"SparkListenerSomethingNew"}',
    ...lines.slice(1, -1),
    '{"Event":"SparkL',
  ]
  await kit.until(disk.writeFile(log, new TextEncoder().encode(damaged.join('\n'))))
  await kit.until(disk.writeFile('/logs/app-2.zstd', Uint8Array.of(1, 2, 3)))
  await kit.until(disk.writeFile('/logs/notes.txt', new TextEncoder().encode('hello\n')))
  await kit.until(disk.makeDirectory('/logs/eventlog_v2_app-3'))
  const all = (await past('/applications')).json() as { id: string }[]
  t.deepEqual(
    all.map(({ id }) => id),
    [sc.applicationId],
  )
  t.is(((await past(`${app}/jobs`)).json() as unknown[]).length, 2)
  await kit.until(disk.remove(log))
  t.deepEqual((await past('/applications')).json(), [])
  t.is((await past(app)).status, 404)
})

test('a directory that is not there is refused', async (t) => {
  const { kit } = startDriver(t)
  const options = { host: '127.0.0.1', port: 0, directory: '/nowhere' }
  await t.throwsAsync(kit.until(startHistoryServer(kit.system.environment, options)), {
    code: 'TROUPE_SPARK_EVENT_LOGS_MISSING',
    message: /\/nowhere.*spark\.eventLog\.dir/,
  })
})
