import type { ExecutionContext } from 'ava'
import type { SparkConf } from '../../../src/spark/context/conf/index.ts'
import { SparkContext } from '../../../src/spark/index.ts'

export const numbers: readonly string[] = Array.from(
  { length: 100_000 },
  (_, i) => `line ${i} ${'x'.repeat(i % 40)}`,
)

/** Every maker and every saving action over a folder of a real file system. */
export async function everyFile(
  t: ExecutionContext,
  sc: SparkContext,
  root: string,
): Promise<void> {
  const lines = sc.parallelize(numbers, 4)
  await lines.saveAsTextFile(`${root}/text`)
  t.deepEqual(await sc.textFile(`${root}/text`).collect(), numbers)
  t.deepEqual(
    (await sc.files.at(root).list(`${root}/text`)).map(({ path }) => path.slice(root.length)),
    ['_SUCCESS', 'part-00000', 'part-00001', 'part-00002', 'part-00003'].map(
      (name) => `/text/${name}`,
    ),
  )
  await lines.saveAsTextFile(`${root}/gz ü`, { codec: 'gzip' })
  t.is(await sc.textFile(`${root}/{gz,nowhere}\\ ?/part-*.gz`, 8).count(), numbers.length)
  t.is(await sc.textFile(`${root}/text/part-0000[0-1],${root}/gz ü/part-00002.gz`).count(), 75_000)
  await lines.map((line) => ({ line })).saveAsObjectFile(`${root}/objects`)
  const objects = sc.objectFile<{ readonly line: string }>(`${root}/objects`)
  t.deepEqual(await objects.map(({ line }) => line).collect(), numbers)
  const whole = await sc.wholeTextFiles(`${root}/text`).collect()
  t.is(whole.map(([, text]) => text).join(''), `${numbers.join('\n')}\n`)
  t.deepEqual(
    whole.map(([path]) => path),
    [0, 1, 2, 3].map((i) => `${root}/text/part-0000${i}`),
  )
  await sc
    .parallelize(
      numbers.slice(0, 10).map((line) => line.slice(0, 6)),
      1,
    )
    .saveAsTextFile(`${root}/records`)
  const records = sc.binaryRecords(`${root}/records/part-00000`, 7)
  t.deepEqual(
    (await records.collect()).map((record) => Buffer.from(record).toString()),
    numbers.slice(0, 10).map((line) => `${line.slice(0, 6)}\n`),
  )
  const raw = await sc.binaryFiles(`${root}/records`).collect()
  t.deepEqual(
    raw.map(([path, bytes]) => [path, bytes.length]),
    [[`${root}/records/part-00000`, 70]],
  )

  await t.throwsAsync(sc.textFile(`${root}/nowhere`).count(), {
    code: 'TROUPE_SPARK_INPUT_MISSING',
    message: new RegExp(`^Input ${root}/nowhere does not exist`),
  })
  await t.throwsAsync(lines.saveAsTextFile(`${root}/text`), { code: 'TROUPE_SPARK_OUTPUT_EXISTS' })
  const failing = lines.map((line) => {
    if (line.startsWith('line 99999 ')) throw new RangeError('no more')
    return line
  })
  await t.throwsAsync(failing.saveAsTextFile(`${root}/failed`), { code: 'TROUPE_SPARK_JOB_FAILED' })
  t.is(await sc.files.at(root).stat(`${root}/failed`), undefined)

  const vanishing = sc.textFile(`${root}/records`)
  t.is(await vanishing.count(), 10)
  await sc.files.at(root).remove(`${root}/records`)
  const error = await t.throwsAsync(vanishing.count(), { code: 'TROUPE_SPARK_JOB_FAILED' })
  t.true(
    (error.cause as Error).message.startsWith(`${root}/records/part-00000 can't be read (no such `),
  )

  await sc.setCheckpointDir(`${root}/checkpoints`)
  lines.checkpoint()
  await lines.count()
  t.is(await sc.checkpointFile(lines.getCheckpointFile() ?? '').count(), numbers.length)
}

/** A driver with executors in processes of their own. */
export function clusterOf(t: ExecutionContext, conf: SparkConf): Promise<SparkContext> {
  return driverOf(t, conf, 'local-cluster[2,1,512]')
}

/** A driver that ends with the test. */
export function driverOf(
  t: ExecutionContext,
  conf: SparkConf,
  master = 'local[2]',
): Promise<SparkContext> {
  const made = SparkContext.create({ master, appName: 'files', conf })
  t.teardown(async () => (await made).stop())
  return made
}
