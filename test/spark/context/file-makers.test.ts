import test from 'ava'

import { gzipMember, type Disk } from '../../../src/platform/index.ts'
import { SparkContext } from '../../../src/spark/index.ts'
import { eventsOf, startDriver } from './driver.ts'

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)
const numbers = Array.from({ length: 5000 }, (_, i) => `line ${i}`)
const numbered = bytes(`${numbers.join('\n')}\n`)

async function fill(disk: Disk, files: Readonly<Record<string, Uint8Array>>): Promise<void> {
  await disk.makeDirectory('/in')
  for (const [name, content] of Object.entries(files)) await disk.writeFile(`/in/${name}`, content)
}

test('text is read from several files, plain and gzip, a gzip file in one partition', async (t) => {
  const files = { 'a.txt': numbered, 'b.gz': gzipMember(numbered), 'c.txt': bytes('last') }
  const { kit, sc } = startDriver(t)
  await fill(sc.disk, files)
  const rdd = sc.textFile('/in/*.gz,/in/c.txt,/in/a.txt', 8)
  t.deepEqual(await kit.until(rdd.collect()), [...numbers, 'last', ...numbers])
  t.is(await kit.until(sc.textFile('/in/b.gz', 8).getNumPartitions()), 1)
  const words = sc.textFile('/in').map((line) => [line.split(' ')[0] ?? '', 1])
  const counts = words.reduceByKey((a, b) => a + b)
  t.deepEqual((await kit.until(counts.collect())).sort(), [
    ['last', 1],
    ['line', 10_000],
  ])
})

test('a gzip file that is cut short fails the job with its path', async (t) => {
  const half = gzipMember(numbered).subarray(0, 5000)
  const { kit, sc } = startDriver(t)
  await fill(sc.disk, { 'a.gz': half })
  const error = await t.throwsAsync(kit.until(sc.textFile('/in').count()), {
    code: 'TROUPE_SPARK_JOB_FAILED',
  })
  t.like(error.cause, { code: 'TROUPE_PLATFORM_GZIP_DAMAGED' })
  t.regex((error.cause as Error).message, /^\/in\/a\.gz is no whole gzip file/)
})

test('a file that has become shorter since its RDD was made fails the job', async (t) => {
  const { kit, sc } = startDriver(t)
  await fill(sc.disk, { a: numbered })
  const lines = sc.textFile('/in/a')
  t.is(await kit.until(lines.count()), 5000)
  await sc.disk.writeFile('/in/a', numbered.subarray(0, 100))
  const error = await t.throwsAsync(kit.until(lines.count()), { code: 'TROUPE_SPARK_JOB_FAILED' })
  t.like(error.cause, { code: 'TROUPE_SPARK_INPUT_CHANGED' })
})

test('whole files are pairs of path and text, or bytes, several in a partition', async (t) => {
  const files = { a: bytes('one\ntwo'), b: bytes(''), 'c.gz': gzipMember(bytes('three')) }
  const { kit, sc } = startDriver(t)
  await fill(sc.disk, files)
  t.deepEqual(await kit.until(sc.wholeTextFiles('/in').collect()), [
    ['/in/a', 'one\ntwo'],
    ['/in/b', ''],
    ['/in/c.gz', 'three'],
  ])
  const raw = await kit.until(sc.binaryFiles('/in').collect())
  t.deepEqual(
    raw.map(([path, content]) => [path, Buffer.from(content).toString('latin1')]),
    Object.entries(files).map(([name, content]) => [
      `/in/${name}`,
      Buffer.from(content).toString('latin1'),
    ]),
  )
  t.is(await kit.until(sc.wholeTextFiles('/in', 1).getNumPartitions()), 1)
  t.is(await kit.until(sc.binaryFiles('/in').getNumPartitions()), 1)
  const lengths = sc.wholeTextFiles('/in').mapValues((text) => text.length)
  t.deepEqual(await kit.until(lengths.values().collect()), [7, 0, 5])
})

test('small files share a partition of binaryFiles as far as opening them is cheap', async (t) => {
  const files = Object.fromEntries(
    Array.from({ length: 9 }, (_, i) => [`f${i}`, new Uint8Array(100)]),
  )
  const conf = { 'spark.files.openCostInBytes': 100, 'spark.files.maxPartitionBytes': '300b' }
  const { kit, sc } = startDriver(t, { conf })
  await fill(sc.disk, files)
  t.is(await kit.until(sc.binaryFiles('/in', 1).getNumPartitions()), 3)
})

test('records of one length are cut between records only', async (t) => {
  const records = Uint8Array.from({ length: 7 * 1000 }, (_, i) => Math.floor(i / 7) % 251)
  const conf = { 'spark.hadoop.fs.local.block.size': 1000 }
  const { kit, sc } = startDriver(t, { conf })
  await fill(sc.disk, { a: records })
  const rdd = sc.binaryRecords('/in/a', 7)
  t.is(await kit.until(rdd.getNumPartitions()), 7)
  const firsts = await kit.until(
    rdd.map((record) => [record.length, record[0], record[6]]).collect(),
  )
  t.deepEqual(
    firsts,
    Array.from({ length: 1000 }, (_, i) => [7, i % 251, i % 251]),
  )
  t.deepEqual(await kit.until(rdd.first()), new Uint8Array(7))
  await t.throwsAsync(kit.until(sc.binaryRecords('/in/a', 9).count()), {
    code: 'TROUPE_SPARK_INPUT_RECORDS',
  })
})

test('rows of any kind are saved as objects and come back', async (t) => {
  const { kit, sc, events } = startDriver(t)
  const rows = [1, 'two', null, undefined, [3n], { at: new Date(4), seen: new Set([5]) }, NaN]
  await kit.until(sc.parallelize(rows, 3).saveAsObjectFile('/out'))
  t.deepEqual(
    (await sc.disk.list('/out')).map(({ path }) => path),
    ['/out/_SUCCESS', '/out/part-00000', '/out/part-00001', '/out/part-00002'],
  )
  t.deepEqual(await kit.until(sc.objectFile<unknown>('/out').collect()), rows)
  t.deepEqual(await kit.until(sc.objectFile<unknown>('/out/part-0000[02]').count()), 5)
  const again = sc.parallelize(rows, 3).saveAsObjectFile('/out')
  const error = await t.throwsAsync(kit.until(again), { code: 'TROUPE_SPARK_OUTPUT_EXISTS' })
  t.regex(error.message, /^Output directory \/out already exists/)
  t.is(eventsOf(events, 'task-failed').length, 0)
})

test('every way to damage an object file is found out', async (t) => {
  const { kit, sc } = startDriver(t, { conf: { 'spark.task.maxFailures': 1 } })
  await kit.until(sc.parallelize(numbers, 1).saveAsObjectFile('/out'))
  const path = '/out/part-00000'
  const whole = await sc.disk.readFile(path)
  const flip = (at: number): Uint8Array =>
    Uint8Array.from(whole, (byte, i) => (i === at ? byte ^ 1 : byte))
  const damages = [
    whole.subarray(0, whole.length - 1),
    whole.subarray(0, whole.length - 8),
    whole.subarray(0, whole.length - 9),
    whole.subarray(0, 10),
    new Uint8Array(0),
    Buffer.concat([whole, whole]),
    flip(0),
    flip(8),
    flip(12),
    flip(whole.length >> 1),
    flip(whole.length - 1),
    numbered,
  ]
  for (const damage of damages) {
    await sc.disk.writeFile(path, damage)
    const error = await t.throwsAsync(kit.until(sc.objectFile(path).count()), {
      code: 'TROUPE_SPARK_JOB_FAILED',
    })
    t.like(error.cause, { code: 'TROUPE_SPARK_OBJECT_FILE_DAMAGED' })
    t.true((error.cause as Error).message.startsWith(path))
  }
})

test('text that is saved with gzip is read back, of empty partitions too', async (t) => {
  const { kit, sc } = startDriver(t)
  const rdd = sc.parallelize(numbers, 3).filter((line) => !line.endsWith('3') && line !== 'line 1')
  await kit.until(
    rdd.union(sc.parallelize<string>([], 1)).saveAsTextFile('/out', { codec: 'gzip' }),
  )
  const names = (await sc.disk.list('/out')).map(({ path }) => path)
  t.deepEqual(names.slice(0, 2), ['/out/_SUCCESS', '/out/part-00000.gz'])
  t.deepEqual(await kit.until(sc.textFile('/out').collect()), await kit.until(rdd.collect()))
  const wrong = { codec: 'bzip2' as 'gzip' }
  await t.throwsAsync(rdd.saveAsTextFile('/other', wrong), {
    code: 'TROUPE_SPARK_ARGUMENT_INVALID',
  })
  t.is(await sc.disk.stat('/other'), undefined)
})

test('what is no path, number or known scheme is refused where it is given', (t) => {
  const { sc } = startDriver(t)
  const refused = { code: 'TROUPE_SPARK_ARGUMENT_INVALID' }
  t.throws(() => sc.textFile('/in', 0), refused)
  t.throws(() => sc.textFile('/in/{a'), refused)
  t.throws(() => sc.wholeTextFiles(''), refused)
  t.throws(() => sc.binaryRecords('/in', 1.5), refused)
  t.throws(() => sc.binaryRecords('/in', undefined as unknown as number), refused)
  t.throws(() => sc.objectFile('ftp://name/in'), { code: 'TROUPE_SPARK_SCHEME_UNKNOWN' })
})

test('files pass through task threads and a real disk', async (t) => {
  const sc = await SparkContext.create({ master: 'local[2]', appName: 'files' })
  t.teardown(() => sc.stop())
  const directory = await sc.disk.makeTemporaryDirectory('troupe-test-')
  t.teardown(() => sc.disk.remove(directory))
  await sc.disk.writeFile(`${directory}/plain`, numbered)
  const lines = sc.textFile(`file://${directory}/plain`, 4)
  await lines.saveAsTextFile(`${directory}/text`, { codec: 'gzip' })
  t.deepEqual(await sc.textFile(`${directory}/te?t/part-*.gz`).collect(), numbers)
  await lines.map((line) => ({ line })).saveAsObjectFile(`file:${directory}/objects`)
  const objects = sc.objectFile<{ readonly line: string }>(`${directory}/{objects,nowhere}`)
  t.deepEqual(await objects.map(({ line }) => line).collect(), numbers)
  const whole = sc.wholeTextFiles(`${directory}/text`)
  t.is((await whole.values().collect()).join(''), new TextDecoder().decode(numbered))
  const [raw] = await sc.binaryFiles(`${directory}/plain`).values().collect()
  t.is(Buffer.compare(raw ?? new Uint8Array(0), numbered), 0)
  const records = sc.binaryRecords(`${directory}/plain`, numbered.length / 2)
  t.deepEqual(await records.map((record) => record.length).collect(), [
    numbered.length / 2,
    numbered.length / 2,
  ])
})
