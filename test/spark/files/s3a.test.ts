import test, { type ExecutionContext } from 'ava'

import type { MemoryWorld, ObjectStore, ObjectStoreSettings } from '../../../src/platform/index.ts'
import type { SparkConf } from '../../../src/spark/context/conf/index.ts'
import { eventsOf, startDriver, type Driver } from '../context/driver.ts'
import { driverFiles, portsOf } from './driver-files.ts'

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)
const numbers = Array.from({ length: 1000 }, (_, i) => `line ${i}`)
const numbered = bytes(`${numbers.join('\n')}\n`)

const SECRET = 'S3CR3T'
const KEYS = {
  'spark.hadoop.fs.s3a.access.key': 'AKEY',
  'spark.hadoop.fs.s3a.secret.key': SECRET,
}

function storeOf(world: MemoryWorld): ObjectStore {
  return world.objectStores.open({} as ObjectStoreSettings)
}

async function keysOf(world: MemoryWorld): Promise<readonly string[]> {
  const { objects } = await storeOf(world).list('data', '')
  return objects.map(({ key }) => key)
}

async function start(t: ExecutionContext, conf: SparkConf = {}): Promise<Driver> {
  const driver = startDriver(t, { conf: { ...KEYS, ...conf } })
  const store = storeOf(driver.kit.world)
  await driver.kit.until(store.put('data', 'in/a', numbered))
  await driver.kit.until(store.put('data', 'in/deep/b', bytes('deep\n')))
  await driver.kit.until(store.put('data', 'in/deep/', new Uint8Array(0)))
  return driver
}

test('keys are files, and what they have in common directories', async (t) => {
  const { kit, sc } = await start(t, { 'spark.hadoop.fs.s3a.block.size': 4096 })
  const rdd = sc.textFile('s3a://data/in/[a-c]', 1)
  t.deepEqual(await kit.until(rdd.collect()), numbers)
  t.is(await kit.until(rdd.getNumPartitions()), Math.ceil(numbered.length / 4096))
  t.deepEqual(await kit.until(sc.textFile('s3a://data/in/*/b,s3a://data/in/deep').collect()), [
    'deep',
    'deep',
  ])
  await t.throwsAsync(kit.until(sc.textFile('s3a://data/in').count()), {
    code: 'TROUPE_SPARK_INPUT_DIRECTORY',
    message: /^s3a:\/\/data\/in\/deep is a directory in the input s3a:\/\/data\/in,/,
  })
  await t.throwsAsync(kit.until(sc.textFile('s3a://data/i').count()), {
    code: 'TROUPE_SPARK_INPUT_MISSING',
  })
})

test('a directory of more keys than a page has is listed whole', async (t) => {
  const { kit, sc } = await start(t)
  const store = storeOf(kit.world)
  const count = 2300
  for (let i = 0; i < count; i += 1) await kit.until(store.put('data', `many/${i}`, bytes('x')))
  const files = await kit.until(sc.files.at('s3a://data/many').list('s3a://data/many'))
  t.is(files.length, count)
  t.is(await kit.until(sc.textFile('s3a://data/many/1*').count()), 1111)
})

test('nothing is seen of an output before its whole job is done', async (t) => {
  const { kit, sc, events } = await start(t)
  const seen: (readonly string[])[] = []
  sc.addListener((event) => {
    if (event.type === 'task-end') void keysOf(kit.world).then((keys) => seen.push(keys))
  })
  await kit.until(sc.parallelize(numbers, 3).saveAsTextFile('s3a://data/out'))
  t.true(seen.length >= 3)
  for (const keys of seen)
    t.deepEqual(
      keys.filter((key) => key.startsWith('out')),
      [],
    )
  const parts = ['out/_SUCCESS', 'out/part-00000', 'out/part-00001', 'out/part-00002']
  t.deepEqual(
    (await keysOf(kit.world)).filter((key) => key.startsWith('out')),
    parts,
  )
  t.deepEqual(await kit.until(sc.textFile('s3a://data/out').collect()), numbers)
  t.true(eventsOf(events, 'SparkListenerJobEnd').length >= 1)
})

test('a partition without rows is a file, too', async (t) => {
  const { kit, sc } = await start(t)
  await kit.until(sc.parallelize(['one'], 2).saveAsTextFile('s3a://data/out'))
  const { objects } = await storeOf(kit.world).list('data', 'out/')
  t.deepEqual(
    objects.map(({ key, sizeBytes }) => [key, sizeBytes]),
    [
      ['out/_SUCCESS', 0],
      ['out/part-00000', 0],
      ['out/part-00001', 4],
    ],
  )
})

const disturbances = ['beginUpload', 'uploadPart', 'completeUpload', 'put'] as const

for (const operation of disturbances) {
  test(`a job whose ${operation} fails for good leaves nothing, seen or unseen`, async (t) => {
    const { kit, sc } = await start(t)
    let asked = 0
    kit.world.interposeObjectStores((what, _, key) => {
      if (what !== operation || !/part-00002|_SUCCESS/.test(key)) return undefined
      asked += 1
      return 'AccessDenied: no, HTTP 403'
    })
    const error = await t.throwsAsync(
      kit.until(sc.parallelize(numbers, 3).saveAsTextFile('s3a://data/out')),
    )
    const said = error.cause instanceof Error ? error.cause : error
    t.regex(said.message, /^s3a:\/\/data\/out\/.* can't be written \(AccessDenied: no, HTTP 403\)/)
    t.true(asked > 0)
    t.deepEqual(
      (await keysOf(kit.world)).filter((key) => key.startsWith('out')),
      [],
    )
    t.deepEqual(await storeOf(kit.world).uploads('data', ''), [])
    t.false(JSON.stringify(kit.world.logEntries).includes(SECRET))
  })
}

test('a task whose upload fails once is tried again, and leaves no other upload', async (t) => {
  const { kit, sc } = await start(t)
  const failed = new Set<string>()
  kit.world.interposeObjectStores((what, _, key) => {
    if (what !== 'uploadPart' || failed.has(key)) return undefined
    failed.add(key)
    return 'SlowDown, HTTP 503'
  })
  await kit.until(sc.parallelize(numbers, 3).saveAsTextFile('s3a://data/out'))
  t.is(failed.size, 3)
  t.deepEqual(await kit.until(sc.textFile('s3a://data/out').collect()), numbers)
  t.deepEqual(await storeOf(kit.world).uploads('data', ''), [])
})

test('an executor killed while it uploads leaves no upload once the job is done', async (t) => {
  const { kit, sc } = await start(t)
  let isKilled = false
  kit.world.interposeObjectStores((what) => {
    if (what === 'uploadPart' && !isKilled) {
      isKilled = true
      sc.killExecutor('driver')
    }
    return undefined
  })
  await kit.until(sc.parallelize(numbers, 6).saveAsTextFile('s3a://data/out'))
  t.true(isKilled)
  t.deepEqual(await kit.until(sc.textFile('s3a://data/out').collect()), numbers)
  t.deepEqual(await storeOf(kit.world).uploads('data', ''), [])
})

test('an object that is written anew while it is read fails the job', async (t) => {
  const { kit, sc } = await start(t, { 'spark.hadoop.fs.s3a.block.size': 1 << 20 })
  const large = bytes('x'.repeat(99).concat('\n').repeat(5000))
  await kit.until(storeOf(kit.world).put('data', 'large', large))
  let reads = 0
  kit.world.interposeObjectStores((what) => {
    if (what === 'read') reads += 1
    if (what === 'read' && reads % 2 === 0) void storeOf(kit.world).put('data', 'large', large)
    return undefined
  })
  const error = await t.throwsAsync(kit.until(sc.textFile('s3a://data/large', 1).count()), {
    code: 'TROUPE_SPARK_JOB_FAILED',
  })
  t.regex(
    (error.cause as Error).message,
    /^s3a:\/\/data\/large can't be read \(it was written anew while it was read\)/,
  )
})

test('checkpoints, gzip and objects pass through a store', async (t) => {
  const { kit, sc } = await start(t)
  const lines = sc.parallelize(numbers, 2)
  await kit.until(lines.saveAsTextFile('s3a://data/gz', { codec: 'gzip' }))
  t.deepEqual(await kit.until(sc.textFile('s3a://data/gz/part-*.gz').collect()), numbers)
  await kit.until(lines.saveAsObjectFile('s3a://data/objects'))
  t.deepEqual(await kit.until(sc.objectFile('s3a://data/objects').collect()), numbers)
  await kit.until(sc.setCheckpointDir('s3a://data/checkpoints'))
  lines.checkpoint()
  await kit.until(lines.count())
  t.deepEqual(await kit.until(lines.collect()), numbers)
  t.regex(lines.getCheckpointFile() ?? '', /^s3a:\/\/data\/checkpoints\//)
})

test('only what a path needs travels with it', (t) => {
  const { world } = startDriver(t).kit
  const files = driverFiles(portsOf(world), {
    ...KEYS,
    'spark.hadoop.fs.s3a.bucket.mine.endpoint': 'http://here:9000',
    'spark.hadoop.fs.s3a.bucket.open.aws.credentials.provider':
      'org.apache.hadoop.fs.s3a.AnonymousAWSCredentialsProvider',
  })
  t.deepEqual(files.accessTo(['/in', 'relative']), {})
  t.false(JSON.stringify(files.accessTo(['hdfs://names/in'])).includes(SECRET))
  const { buckets = {} } = files.accessTo(['s3a://mine/a', 's3a://open/b', '/in'])
  t.deepEqual(Object.keys(buckets), ['mine', 'open'])
  t.like(buckets['mine']?.store, {
    endpoint: 'http://here:9000',
    credentials: { type: 'keys', accessKey: 'AKEY', secretKey: SECRET },
  })
  t.deepEqual(buckets['open']?.store.credentials, { type: 'anonymous' })
  t.is(buckets['open']?.store.endpoint, undefined)
})

test('what can not be is refused when the path is given, without a word of a secret', (t) => {
  const { sc } = startDriver(t)
  const refused = { code: 'TROUPE_SPARK_ARGUMENT_INVALID' }
  const error = t.throws(() => sc.textFile(`s3a://AKEY:${SECRET}@data/in`), refused)
  t.false(error.message.includes(SECRET))
  t.throws(() => sc.textFile('s3a:///in'), refused)
  t.throws(() => sc.textFile('hdfs:///in'), refused)
  const half = startDriver(t, { conf: { 'spark.hadoop.fs.s3a.access.key': 'AKEY' } })
  t.throws(() => half.sc.textFile('s3a://data/in'), refused)
  const small = startDriver(t, { conf: { ...KEYS, 'spark.hadoop.fs.s3a.multipart.size': '1m' } })
  t.throws(() => small.sc.textFile('s3a://data/in'), refused)
  const unknown = startDriver(t, {
    conf: { ...KEYS, 'spark.hadoop.fs.s3a.aws.credentials.provider': 'com.example.Mine' },
  })
  t.throws(() => unknown.sc.textFile('s3a://data/in'), {
    ...refused,
    message: /com\.example\.Mine/,
  })
  t.throws(() => startDriver(t, { conf: { 'spark.hadoop.fs.defaultFS': 'names' } }), refused)
})
