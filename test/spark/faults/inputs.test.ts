import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { gzipSync } from 'node:zlib'

import test from 'ava'

import { disturbedCluster, type Rule } from './disturbance.ts'

const unreadable: Rule = { name: 'unreadable', on: 'open', path: '/private$', then: 'EACCES' }

interface Failure extends Error {
  readonly code: string
  readonly cause?: Failure
}

test.serial(
  'inputs that are missing, unreadable or half written fail their job with path and reason; odd text does not',
  async (t) => {
    const cluster = await disturbedCluster(t, [unreadable], { 'spark.task.maxFailures': 2 })
    const { sc, directory } = cluster
    const text = Array.from({ length: 5_000 }, (_, i) => `line ${i}`).join('\n')
    const packed = gzipSync(text)
    await writeFile(`${directory}/whole.gz`, packed)
    await writeFile(`${directory}/half.gz`, packed.subarray(0, packed.length >> 1))
    await writeFile(`${directory}/private`, text)
    await sc.parallelize([1, 2, 3], 1).saveAsObjectFile(`${directory}/objects`)
    const objects = await readFile(`${directory}/objects/part-00000`)
    await mkdir(`${directory}/cut`)
    await writeFile(`${directory}/cut/part-00000`, objects.subarray(0, objects.length - 5))

    const fails = async (job: Promise<unknown>, code: string, ...says: RegExp[]): Promise<void> => {
      const error = await job.then(
        () => undefined,
        (thrown: unknown) => thrown as Failure,
      )
      t.is(error?.cause?.code ?? error?.code, code)
      for (const word of says) t.regex(error?.message ?? '', word)
      t.regex(error?.stack ?? '', /inputs\.test\.[jt]s:\d+/, 'the line of the action')
    }
    await fails(
      sc.textFile(`${directory}/nowhere`).count(),
      'TROUPE_SPARK_INPUT_MISSING',
      /\/nowhere/,
    )
    await cluster.under(['unreadable'], () =>
      fails(
        sc.textFile(`${directory}/private`).count(),
        'TROUPE_PLATFORM_FILE_UNREADABLE',
        /\/private/,
        /EACCES/,
      ),
    )
    t.is(await sc.textFile(`${directory}/private`).count(), 5_000)
    await fails(
      sc.textFile(`${directory}/half.gz`).count(),
      'TROUPE_PLATFORM_GZIP_DAMAGED',
      /half\.gz/,
    )
    t.is(await sc.textFile(`${directory}/whole.gz`).count(), 5_000)
    await fails(
      sc.objectFile(`${directory}/cut`).count(),
      'TROUPE_SPARK_OBJECT_FILE_DAMAGED',
      /cut\/part-00000/,
    )
    // Not UTF-8, and no newline at the end: a replacement character, and a line like others.
    const bytes = Buffer.concat([
      Buffer.from('good\nbro'),
      Buffer.from([0xc3, 0x28]),
      Buffer.from('ken'),
    ])
    await writeFile(`${directory}/odd`, bytes)
    t.deepEqual(await sc.textFile(`${directory}/odd`).collect(), ['good', 'bro\uFFFD(ken'])
    t.deepEqual(
      await sc
        .textFile(`${directory}/odd`)
        .map((line) => line.length)
        .collect(),
      [4, 8],
    )
    await cluster.end()
  },
)
