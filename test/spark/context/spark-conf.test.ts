import test from 'ava'

import { parseMaster, readSettings } from '../../../src/spark/context/spark-conf.ts'

test('masters are read as Spark writes them', (t) => {
  t.deepEqual(parseMaster('local', 8), { type: 'local', threads: 1, maxTaskFailures: 1 })
  t.deepEqual(parseMaster('local[3]', 8), { type: 'local', threads: 3, maxTaskFailures: 1 })
  t.deepEqual(parseMaster('local[*]', 8), { type: 'local', threads: 8, maxTaskFailures: 1 })
  t.deepEqual(parseMaster('local[2, 3]', 8), { type: 'local', threads: 2, maxTaskFailures: 3 })
  const cluster = { type: 'local-cluster', executors: 3, cores: 2, memoryMb: 512 } as const
  t.deepEqual(parseMaster('local-cluster[3,2,512]', 8), cluster)
  t.deepEqual(parseMaster('local-cluster[ 3 , 2 , 512 ]', 8), cluster)
  const mesos = { type: 'mesos', address: 'host:5050' } as const
  t.deepEqual(parseMaster('mesos://host:5050', 8), { ...mesos, line: 'cbor' })
  t.deepEqual(parseMaster('mesos://http://host:5050', 8), { ...mesos, line: 'http' })
  const elected = { type: 'mesos', address: 'zk://one:2181,two:2181/mesos', line: 'http' } as const
  t.deepEqual(parseMaster('mesos://zk://one:2181,two:2181/mesos', 8), elected)
})

test('a standalone master is one address, or several', (t) => {
  const masters = ['one:7077', 'two:7078']
  t.deepEqual(parseMaster('spark://one:7077,two:7078', 8), { type: 'standalone', masters })
})

test('a master that is none is refused with the forms that are known', (t) => {
  for (const master of [
    '',
    'local[0]',
    'local[x]',
    'local-cluster[0,1,512]',
    'local-cluster[2,1]',
    'mesos://host',
    'yarn',
    'spark://host',
    'spark://one:7077,',
  ]) {
    const error = t.throws(() => parseMaster(master, 8), { code: 'TROUPE_SPARK_MASTER_UNKNOWN' })
    t.regex(error.message, /local\[k\].*mesos:\/\/host:port/)
  }
})

test('settings have the defaults of Spark, where they are its own', (t) => {
  const settings = readSettings({})
  t.is(settings.maxTaskFailures, 4)
  t.is(settings.maxStageAttempts, 4)
  t.is(settings.networkTimeoutMs, 120_000)
  t.is(settings.maxCores, undefined)
  t.is(settings.mesos.failoverTimeoutSeconds, 30)
})

test('numbers, times and sizes are read as Spark writes them', (t) => {
  const settings = readSettings({
    'spark.cores.max': '10',
    'spark.task.maxFailures': 2,
    'spark.network.timeout': '30s',
    'spark.executor.memory': '2g',
    'spark.mesos.driver.failoverTimeout': '0.5',
  })
  t.is(settings.mesos.failoverTimeoutSeconds, 0.5)
  t.is(settings.maxCores, 10)
  t.is(settings.maxTaskFailures, 2)
  t.is(settings.networkTimeoutMs, 30_000)
  t.is(settings.executorMemoryMb, 2048)
  t.is(readSettings({ 'spark.executor.memory': '700m' }).executorMemoryMb, 700)
})

test('times have the units of Spark, each without one that of its key', (t) => {
  for (const [text, ms] of [
    [120, 120_000],
    ['120', 120_000],
    ['120s', 120_000],
    ['2min', 120_000],
    ['3m', 180_000],
    ['500ms', 500],
    ['2000us', 2],
    ['1h', 3_600_000],
    [' 1D ', 86_400_000],
  ] as const) {
    t.is(readSettings({ 'spark.network.timeout': text }).networkTimeoutMs, ms, String(text))
    const key = 'spark.scheduler.maxRegisteredResourcesWaitingTime'
    // Spark's unit of this one is the millisecond.
    const plain = /^\d+$/.test(String(text)) ? Number(text) : ms
    t.is(readSettings({ [key]: text }).registrationTimeoutMs, plain, String(text))
  }
  for (const text of ['0', '1.5s', '2 weeks', '2w', '-1s', '', 's', 0, 1.5]) {
    const error = t.throws(() => readSettings({ 'spark.network.timeout': text }), {
      code: 'TROUPE_SPARK_ARGUMENT_INVALID',
    })
    t.regex(error.message, /spark.network.timeout got .*seconds, .*120s, 500ms, 2min/)
  }
})

test('a value that can not be read is refused with its key', (t) => {
  for (const [key, value] of [
    ['spark.cores.max', 'all'],
    ['spark.cores.max', '10s'],
    ['spark.task.maxFailures', 0],
    ['spark.executor.memory', 'much'],
    ['spark.mesos.driver.failoverTimeout', '-1'],
  ] as const) {
    const error = t.throws(() => readSettings({ [key]: value }), {
      code: 'TROUPE_SPARK_ARGUMENT_INVALID',
    })
    t.true(error.message.includes(key))
  }
})
