import test from 'ava'

import { testSystem } from '../../../src/actors/testkit/index.ts'
import type { Disk, Log } from '../../../src/platform/index.ts'
import { EventLog, sparkEventJson } from '../../../src/spark/event-log/index.ts'
import type { SparkEvent } from '../../../src/spark/events/index.ts'
import { startDriver } from '../context/driver.ts'
import { sparkKeys } from './spark-keys.ts'

type Line = Readonly<Record<string, unknown>>

const conf = {
  'spark.eventLog.enabled': 'true',
  'spark.eventLog.dir': '/logs',
  'spark.eventLog.logBlockUpdates.enabled': 'true',
  'spark.eventLog.compress': 'false',
  'spark.eventLog.rolling.enabled': 'false',
}
/** One file, as it is. */
const plain = {
  hasBlockUpdates: false,
  hasStagePeaks: false,
  isCompressed: false,
  maxFileBytes: undefined,
}
const prepare = (disk: Disk): Promise<void> => disk.makeDirectory('/logs')

async function linesOf(disk: Disk, path: string): Promise<Line[]> {
  const text = new TextDecoder().decode(await disk.readFile(path))
  return text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Line)
}

function at(line: Line, path: readonly string[]): Line {
  return path.reduce<Line>((value, key) => {
    const inner = value[key]
    return (Array.isArray(inner) ? inner[0] : inner) as Line
  }, line)
}

const sorted = (keys: readonly string[]): string[] => [...keys].sort()

test('an application is logged with the keys of Spark, and its file gets its name at the end', async (t) => {
  const { kit, sc } = startDriver(t, { conf, prepare })
  const { disk } = sc
  const odd = sc.longAccumulator('odd')
  const pairs = sc.parallelize([1, 2, 3, 4], 2).map((n) => {
    odd.add(n % 2)
    return [n % 2, n] as const
  })
  const kept = pairs.map(([key, n]): [number, number] => [key, n]).cache()
  t.is(await kit.until(kept.reduceByKey((a, b) => a + b, 2).count()), 2)
  await kit.until(kept.unpersist(true))
  t.truthy(await disk.stat(`/logs/${sc.applicationId}.inprogress`))
  await kit.until(sc.stop())
  t.is(await disk.stat(`/logs/${sc.applicationId}.inprogress`), undefined)
  const lines = await linesOf(disk, `/logs/${sc.applicationId}`)
  t.is(lines[0]?.['Event'], 'SparkListenerLogStart')
  t.is(lines.at(-1)?.['Event'], 'SparkListenerApplicationEnd')
  for (const [path, keys] of Object.entries(sparkKeys)) {
    const [event = '', ...rest] = path.split('.')
    const line = lines.find((one) => one['Event'] === event)
    if (line === undefined) t.fail(`no ${event} in the log`)
    else t.deepEqual(sorted(Object.keys(at(line, rest))), sorted(keys.split(', ')), path)
  }
  const completed = lines.find((line) => line['Event'] === 'SparkListenerStageCompleted')
  const value = { ID: 0, Name: 'odd', Value: '2', Internal: false, 'Count Failed Values': false }
  t.deepEqual(completed && at(completed, ['Stage Info'])['Accumulables'], [value])
})

test('the attempts of stages are called in a job as they are when they begin', async (t) => {
  const { kit, sc } = startDriver(t, { conf, prepare })
  await kit.until(sc.parallelize([1], 1).count())
  await kit.until(sc.stop())
  const lines = await linesOf(sc.disk, `/logs/${sc.applicationId}`)
  const of = (event: string, key: string): unknown => {
    const line = lines.find((one) => one['Event'] === event)
    return line && at(line, [key])['Stage Attempt ID']
  }
  t.is(of('SparkListenerJobStart', 'Stage Infos'), 0)
  t.is(of('SparkListenerStageSubmitted', 'Stage Info'), 0)
})

test('a directory that is not there is refused', async (t) => {
  const { kit, sc } = startDriver(t, { conf })
  const error = await t.throwsAsync(kit.until(sc.parallelize([1], 1).count()))
  t.like(error, { code: 'TROUPE_SPARK_EVENT_LOG_UNWRITABLE' })
  t.regex(error.message, /\/logs \(spark\.eventLog\.dir\): there is no such directory/)
})

test('a log that can not be written any more is warned of, once, and ends', async (t) => {
  const kit = testSystem({ name: 'full' })
  const { disk } = kit.system.environment
  await disk.makeDirectory('/logs')
  const warnings: string[] = []
  const log: Log = { write: (_, message) => warnings.push(message) }
  const full: Disk = Object.assign(Object.create(disk) as Disk, {
    create: async (path: string) => {
      const file = await disk.create(path)
      const append = (): Promise<void> => Promise.reject(new Error('no space left'))
      return { append, sync: () => file.sync(), close: () => file.close() }
    },
  })
  const eventLog = await EventLog.open({
    disk: full,
    log,
    directory: '/logs',
    applicationId: 'app-1',
    ...plain,
  })
  eventLog.listener({ type: 'SparkListenerApplicationEnd', time: 1 })
  await eventLog.close()
  t.deepEqual(warnings, ['the event log can not be written any more'])
  t.truthy(await disk.stat('/logs/app-1.inprogress'), 'what was written stays, as unfinished')
  t.is(await disk.stat('/logs/app-1'), undefined)
})

test('what happens after the end of an application is not written, and not warned of', async (t) => {
  const kit = testSystem({ name: 'late' })
  const { disk } = kit.system.environment
  await disk.makeDirectory('/logs')
  const warnings: string[] = []
  const log: Log = { write: (_, message) => warnings.push(message) }
  const props = { disk, log, directory: '/logs', applicationId: 'app-1', ...plain }
  const eventLog = await EventLog.open(props)
  await eventLog.close()
  eventLog.listener({ type: 'SparkListenerUnpersistRDD', rddId: 1 })
  await kit.settle()
  t.is((await linesOf(disk, '/logs/app-1')).length, 1)
  t.deepEqual(warnings, [])
})

test('secrets are not in the log, by key and by value', (t) => {
  const properties = { 'my.Password': 'abc', colour: 'red', url: 'http://x?token=1' }
  const event = { type: 'SparkListenerJobStart', jobId: 1, time: 2.5, stageInfos: [] } as const
  t.deepEqual(sparkEventJson({ ...event, properties }), {
    Event: 'SparkListenerJobStart',
    'Job ID': 1,
    'Submission Time': 2,
    'Stage Infos': [],
    'Stage IDs': [],
    Properties: {
      'my.Password': '*********(redacted)',
      colour: 'red',
      url: '*********(redacted)',
    },
  })
})

const logged: readonly (readonly [SparkEvent, Line | undefined])[] = [
  [{ type: 'executor-removed', executorId: '1', reason: 'killed' }, undefined],
  [
    {
      type: 'SparkListenerExecutorRemoved',
      time: 7.9,
      executorId: '1',
      reason: 'killed',
    },
    {
      Event: 'SparkListenerExecutorRemoved',
      Timestamp: 7,
      'Executor ID': '1',
      'Removed Reason': 'killed',
    },
  ],
  [
    {
      type: 'SparkListenerNodeExcludedForStage',
      time: 7,
      hostId: 'a',
      executorFailures: 2,
      stageId: 3,
      stageAttemptId: 0,
    },
    {
      Event: 'org.apache.spark.scheduler.SparkListenerNodeExcludedForStage',
      time: 7,
      hostId: 'a',
      executorFailures: 2,
      stageId: 3,
      stageAttemptId: 0,
    },
  ],
  [
    {
      type: 'SparkListenerJobEnd',
      jobId: 4,
      time: 9,
      jobResult: {
        result: 'JobFailed',
        exception: {
          message: 'bad',
          stack: 'Error: bad\n    at A.run (file:///p/a.js:3:5)\n    at async file:///p/b.js:7:1',
        },
      },
    },
    {
      Event: 'SparkListenerJobEnd',
      'Job ID': 4,
      'Completion Time': 9,
      'Job Result': {
        Result: 'JobFailed',
        Exception: {
          Message: 'bad',
          'Stack Trace': [
            {
              'Declaring Class': 'A',
              'Method Name': 'run',
              'File Name': 'file:///p/a.js',
              'Line Number': 3,
            },
            {
              'Declaring Class': '',
              'Method Name': '<anonymous>',
              'File Name': 'file:///p/b.js',
              'Line Number': 7,
            },
          ],
        },
      },
    },
  ],
]

for (const [event, line] of logged) {
  test(`${event.type} is logged in the form of Spark, or not at all`, (t) => {
    t.deepEqual(sparkEventJson(event), line)
  })
}

const failure = {
  kind: 'missing',
  shuffleId: 1,
  mapPartition: 2,
  mapAttempt: 5,
  reducePartition: 0,
  executorId: '3',
} as const
const taskInfo = {
  taskId: 1,
  index: 0,
  attemptNumber: 2,
  partitionId: 6,
  launchTime: 1,
  executorId: '1',
  host: 'a',
  taskLocality: 'ANY',
  speculative: false,
  gettingResultTime: 0,
  finishTime: 2,
  failed: true,
  killed: false,
  accumulables: [],
} as const

test('how a try ended is logged in the form of Spark', (t) => {
  type End = Extract<SparkEvent, { readonly type: 'SparkListenerTaskEnd' }>
  const reasonOf = (reason: End['reason'], known = true): unknown => {
    const json = sparkEventJson(
      {
        type: 'SparkListenerTaskEnd',
        stageId: 8,
        stageAttemptId: 0,
        taskType: 'ResultTask',
        reason,
        taskInfo,
      },
      (executorId) => (known ? { executorId, host: 'b', port: 99 } : undefined),
    )
    return json?.['Task End Reason']
  }
  const fetch = { reason: 'FetchFailed', failure, message: 'gone' } as const
  const expected = {
    Reason: 'FetchFailed',
    'Block Manager Address': { 'Executor ID': '3', Host: 'b', Port: 99 },
    'Shuffle ID': 1,
    'Map ID': 5,
    'Map Index': 2,
    'Reduce ID': 0,
    Message: 'gone',
  }
  t.deepEqual(reasonOf(fetch), expected)
  t.deepEqual(reasonOf(fetch, false), { ...expected, 'Block Manager Address': null })
  t.deepEqual(reasonOf({ reason: 'TaskKilled', killReason: 'slow' }), {
    Reason: 'TaskKilled',
    'Kill Reason': 'slow',
    'Accumulator Updates': [],
  })
  t.deepEqual(reasonOf({ reason: 'TaskCommitDenied', message: 'other' }), {
    Reason: 'TaskCommitDenied',
    'Job ID': 8,
    'Partition ID': 6,
    'Attempt Number': 2,
  })
})

test('what is no file, and a log in another form, are refused', (t) => {
  const start = (more: Record<string, string>): unknown => {
    const options = { ...conf, ...more }
    return t.throws(() => startDriver(t, { conf: options }), {
      code: 'TROUPE_SPARK_ARGUMENT_INVALID',
    }).message
  }
  t.regex(String(start({ 'spark.eventLog.dir': 'hdfs://a/b' })), /file:\/\/\/path/)
  t.regex(String(start({ 'spark.eventLog.compression.codec': 'zstd' })), /lz4/)
  t.regex(String(start({ 'spark.eventLog.rolling.maxFileSize': '1m' })), /10m or more/)
  t.regex(String(start({ 'spark.eventLog.enabled': 'yes' })), /true or false/)
})
