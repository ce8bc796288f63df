import test, { type ExecutionContext } from 'ava'

import { gzipMember } from '../../../src/platform/index.ts'
import type { SparkConf } from '../../../src/spark/context/conf/index.ts'
import { startDriver, type Driver } from '../context/driver.ts'
import { driverFiles, portsOf } from './driver-files.ts'
import { startWebHdfs, type WebHdfsServer } from './web-hdfs-server.ts'

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)
const numbers = Array.from({ length: 1000 }, (_, i) => `line ${i}`)
const numbered = bytes(`${numbers.join('\n')}\n`)

interface Cluster extends Driver {
  readonly server: WebHdfsServer
}

async function start(
  t: ExecutionContext,
  conf: SparkConf = {},
  namenodes?: readonly string[],
): Promise<Cluster> {
  const driver = startDriver(t, {
    conf: { 'spark.hadoop.fs.defaultFS': 'hdfs://names:8020', ...conf },
  })
  const server = await driver.kit.until(startWebHdfs(driver.kit.world, namenodes))
  server.files.set('/in/a', numbered)
  server.files.set('/in/ü b.gz', gzipMember(numbered))
  server.directories.add('/in')
  return { ...driver, server }
}

test('a split is a block, which is best read where it lies', async (t) => {
  const { kit, sc } = await start(t)
  const rdd = sc.textFile('hdfs://names:8020/in/a', 1)
  t.deepEqual(await kit.until(rdd.collect()), numbers)
  const partitions = await kit.until(rdd.partitions())
  t.is(partitions.length, Math.ceil(numbered.length / 1000))
  t.deepEqual(
    partitions.slice(0, 4).map((split) => rdd.getPreferredLocations(split)),
    [0, 1, 2, 0].map((i) => [`host-${i}`, `10.0.0.${i}`]),
  )
})

test('whoever runs the driver asks', async (t) => {
  const { kit, server } = await start(t)
  server.asked.length = 0
  const files = driverFiles(portsOf(kit.world))
  t.like(await kit.until(files.at('hdfs://names/in/a').stat('hdfs://names/in/a')), {
    sizeBytes: numbered.length,
    blockBytes: 1000,
  })
  t.deepEqual(server.asked, ['GETFILESTATUS /in/a'])
})

test('patterns, lists, names that need escaping, gzip and paths without a scheme', async (t) => {
  const { kit, sc } = await start(t)
  const both = await kit.until(
    sc.textFile('/in/{a,nowhere},webhdfs://names:9870/in/?\\ *.gz').count(),
  )
  t.is(both, 2000)
  const paths = await kit.until(sc.wholeTextFiles('/in').keys().collect())
  t.deepEqual(paths, ['hdfs://names:8020/in/a', 'hdfs://names:8020/in/ü b.gz'])
  const records = await kit.until(sc.binaryRecords('/in/a', 10).count())
  t.is(records, numbered.length / 10)
})

test('parts are renamed when their job is done; a failed job leaves nothing', async (t) => {
  const { kit, sc, server } = await start(t)
  await kit.until(sc.parallelize(numbers, 3).saveAsTextFile('/out/text'))
  t.deepEqual([...server.files.keys()].filter((path) => path.startsWith('/out')).sort(), [
    '/out/text/_SUCCESS',
    '/out/text/part-00000',
    '/out/text/part-00001',
    '/out/text/part-00002',
  ])
  t.deepEqual(await kit.until(sc.textFile('/out/text').collect()), numbers)
  await t.throwsAsync(kit.until(sc.parallelize([1]).saveAsTextFile('/out/text')), {
    code: 'TROUPE_SPARK_OUTPUT_EXISTS',
  })
  const failing = sc.parallelize(numbers, 3).map((line) => {
    if (line === 'line 999') throw new RangeError('no more')
    return line
  })
  await t.throwsAsync(kit.until(failing.saveAsTextFile('/out/failed')), {
    code: 'TROUPE_SPARK_JOB_FAILED',
  })
  t.deepEqual(
    [...server.files.keys()].filter((path) => path.includes('failed')),
    [],
  )
  t.false(server.directories.has('/out/failed'))
})

test('a checkpoint is written to HDFS and read from it', async (t) => {
  const { kit, sc, server } = await start(t)
  await kit.until(sc.setCheckpointDir('hdfs://names:8020/checkpoints'))
  const rdd = sc.parallelize(numbers, 2).map((line) => line.length)
  rdd.checkpoint()
  await kit.until(rdd.count())
  t.regex(rdd.getCheckpointFile() ?? '', /^hdfs:\/\/names:8020\/checkpoints\/.+\/rdd-\d+$/)
  const again = sc.checkpointFile<number>(rdd.getCheckpointFile() ?? '')
  t.deepEqual(
    await kit.until(again.collect()),
    numbers.map(({ length }) => length),
  )
  t.deepEqual(
    [...server.files.keys()].filter((path) => path.endsWith('.tmp')),
    [],
  )
})

test('of several namenodes the active one is found, also when another can not be reached', async (t) => {
  const conf = {
    'spark.hadoop.fs.defaultFS': 'hdfs://service',
    'spark.hadoop.dfs.nameservices': 'other,service',
    'spark.hadoop.dfs.ha.namenodes.service': 'nn1,nn2,nn3',
    'spark.hadoop.dfs.namenode.http-address.service.nn1': 'names-1:9870',
    'spark.hadoop.dfs.namenode.http-address.service.nn2': 'names-2:1',
    'spark.hadoop.dfs.namenode.http-address.service.nn3': 'names-3:9870',
  }
  const { kit, sc, server } = await start(t, conf, ['names-1', 'names-2', 'names-3'])
  server.trouble.set('names-1', 'standby')
  t.is(await kit.until(sc.textFile('/in/a').count()), 1000)
  await kit.until(sc.parallelize(numbers, 2).saveAsTextFile('hdfs://service/out'))
  server.trouble.set('names-3', 'standby')
  const error = await t.throwsAsync(kit.until(sc.textFile('/in/a').count()), {
    code: 'TROUPE_PLATFORM_FILE_UNREADABLE',
  })
  t.regex(error.message, /^hdfs:\/\/service\/in\/a can't be read \(StandbyException: /)
})

test('bytes that one datanode does not give are asked of another', async (t) => {
  const { kit, sc, server } = await start(t)
  server.trouble.set('data-1', 'down')
  t.deepEqual(await kit.until(sc.textFile('/in/a').collect()), numbers)
  t.true(server.asked.includes('OPEN /in/a @data-2'))
  t.false(server.asked.includes('OPEN /in/a @data-1'))
})

const failures: readonly (readonly [
  what: string,
  path: string,
  disturb: (server: WebHdfsServer) => void,
  code: string,
  message: RegExp,
])[] = [
  [
    'that nobody may read',
    '/secret/a',
    () => {},
    'TROUPE_PLATFORM_FILE_UNREADABLE',
    /^hdfs:\/\/names:8020\/secret\/a can't be read \(AccessControlException: Permission denied: user=ada, path="\/secret\/a"\)/,
  ],
  [
    'that is not there',
    '/in/c',
    () => {},
    'TROUPE_SPARK_INPUT_MISSING',
    /^Input hdfs:\/\/names:8020\/in\/c does not exist/,
  ],
]

for (const [what, path, disturb, code, message] of failures) {
  test(`a file ${what} fails the job with its URL`, async (t) => {
    const { kit, sc, server } = await start(t)
    disturb(server)
    await t.throwsAsync(kit.until(sc.textFile(path).count()), { code, message })
  })
}

const vanishing: readonly (readonly [
  what: string,
  disturb: (server: WebHdfsServer) => void,
  code: string,
  message: RegExp,
])[] = [
  [
    'has vanished',
    ({ files }) => files.delete('/in/a'),
    'TROUPE_PLATFORM_FILE_UNREADABLE',
    /^hdfs:\/\/names:8020\/in\/a can't be read \(no such file\)/,
  ],
  [
    'has become shorter',
    ({ files }) => files.set('/in/a', numbered.subarray(0, 10)),
    'TROUPE_SPARK_INPUT_CHANGED',
    /^Input hdfs:\/\/names:8020\/in\/a ends at 10 bytes/,
  ],
  [
    'comes by halves',
    ({ trouble }) => trouble.set('data-1', 'halves'),
    'TROUPE_SPARK_INPUT_CHANGED',
    /^Input hdfs:\/\/names:8020\/in\/a ends at \d+ bytes/,
  ],
  [
    'lies on datanodes that are down',
    ({ trouble }) => {
      trouble.set('data-1', 'down')
      trouble.set('data-2', 'down')
    },
    'TROUPE_PLATFORM_FILE_UNREADABLE',
    /^hdfs:\/\/names:8020\/in\/a can't be read \(data-\d:1 does not answer: /,
  ],
]

for (const [what, disturb, code, message] of vanishing) {
  test(`a file that ${what} once the job is made fails it with its URL`, async (t) => {
    const { kit, sc, server } = await start(t)
    const rdd = sc.textFile('/in/a')
    t.is(await kit.until(rdd.count()), 1000)
    disturb(server)
    const error = await t.throwsAsync(kit.until(rdd.count()), { code: 'TROUPE_SPARK_JOB_FAILED' })
    t.like(error.cause, { code })
    t.regex((error.cause as Error).message, message)
  })
}
