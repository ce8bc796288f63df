import { mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import test from 'ava'

import { compareKeys } from '../../../src/spark/keys/index.ts'
import { SparkContext, type RDD } from '../../../src/spark/index.ts'

type Job = (sc: SparkContext, path: string) => Promise<unknown>

/** Rows of any order, in one that does not depend on how they were computed. */
async function sorted(rdd: RDD<never>): Promise<unknown> {
  const rows = (await rdd.collect()) as unknown[]
  return rows.map((row) => JSON.stringify(row)).sort()
}

const jobs: Readonly<Record<string, Job>> = {
  'a word count': (sc, path) =>
    sorted(
      sc
        .textFile(path, 5)
        .flatMap((line) => line.split(' '))
        .map((word): [string, number] => [word, 1])
        .reduceByKey((a, b) => a + b, 3) as never,
    ),
  'words in small letters that are kept by length': (sc, path) =>
    sorted(
      sc
        .textFile(path, 4)
        .flatMap((line) => line.toLowerCase().match(/[a-z]+/g) ?? [])
        .filter((word) => word.length > 1)
        .map((word) => [word, word.length] as const)
        .reduceByKey((a, b) => Math.max(a, b), 2) as never,
    ),
  'sums by an integer of the line': (sc, path) =>
    sorted(
      sc
        .textFile(path, 3)
        .map((line) => {
          const fields = line.split('\t')
          return [Number(fields[0]), Number(fields[1])] as const
        })
        .reduceByKey((a, b) => a + b, 4)
        .mapValues((sum) => sum * 2) as never,
    ),
  'pairs of text, spread by key and taken apart': async (sc, path) => {
    const pairs = sc
      .textFile(path, 3)
      .map((line) => [line.split(' ')[0] ?? '', line] as const)
      .partitionBy(3)
    return [await sorted(pairs.values() as never), await sorted(pairs.keys() as never)]
  },
  'lines in order, saved': async (sc, path) => {
    const out = `${path}-${Math.random()}`
    await sc
      .textFile(path, 4)
      .map((line) => [line.substring(0, 3), line.substring(3)] as const)
      .sortByKey(true, 2)
      .map(([key, rest]) => key + rest)
      .saveAsTextFile(out)
    const names = (await readdir(out)).filter((name) => name.startsWith('part-')).sort()
    const parts = await Promise.all(names.map((name) => readFile(`${out}/${name}`, 'utf8')))
    const sorted = sc.textFile(path, 4).sortBy((line) => line, false, 3)
    const byLength = sc.textFile(path, 2).keyBy((line) => line.length)
    return [
      parts.join(''),
      await sorted.collect(),
      await sorted.count(),
      await byLength.sortByKey(true, 2).collect(),
      await byLength.repartitionAndSortWithinPartitions(2, false).glom().collect(),
    ]
  },
  'what is there once, and how often': async (sc, path) => {
    const lines = sc.textFile(path, 3)
    const words = lines.flatMap((line) => line.split(' '))
    const lengths = words.map((word) => word.length)
    const pairs = words.map((word) => [word, word.length] as const)
    const counts = [
      await lengths.countByValue(),
      await words.countByValue(),
      await pairs.countByKey(),
      await pairs.map(([word, length]) => [length, word] as const).countByKey(),
      // Rows that are no column.
      await pairs.countByValue(),
    ]
    return [
      await sorted(words.distinct(2) as never),
      await sorted(lengths.distinct() as never),
      await sorted(words.map((word) => Number(word)).distinct() as never),
      await sorted(pairs.distinct() as never),
      await sorted(pairs.partitionBy(2).distinct() as never),
      // In the order in which they first came.
      counts.map((count) => [...count]),
    ]
  },
  'values folded by key': async (sc, path) => {
    const pairs = sc
      .textFile(path, 3)
      .flatMap((line) => line.split(' '))
      .map((word) => [word, word.length] as const)
    const byLength = pairs.map(([word, length]) => [length, word] as const)
    return Promise.all(
      [
        pairs.foldByKey(0, (a, b) => a + b, 2),
        pairs.foldByKey(3, (a, b) => Math.max(a, b), 2),
        pairs.foldByKey(3, (a, b) => a + b, 2),
        pairs.aggregateByKey(
          0,
          (n, _length) => n + 1,
          (a, b) => a + b,
        ),
        byLength.aggregateByKey(
          [0, 0] as [number, number],
          ([count, units], word): [number, number] => [count + 1, units + word.length],
          ([a, b], [c, d]): [number, number] => [a + c, b + d],
          2,
        ),
        byLength.aggregateByKey(
          '',
          (longest, word) => (word > longest ? word : longest),
          (a, b) => (a > b ? a : b),
        ),
        byLength.combineByKey(
          (word): [number, number] => [1, word.length],
          ([count, units], word): [number, number] => [count + 1, units + word.length],
          ([a, b], [c, d]): [number, number] => [a + c, b + d],
        ),
        byLength
          .mapValues((word): [number, number] => [word.length, 1])
          .reduceByKey((a, b): [number, number] => [a[0] + b[0], Math.max(a[1], b[1])]),
        byLength
          .mapValues((word) => word.length)
          .partitionBy(3)
          .reduceByKey((a, b) => a + b),
      ].map((rdd) => sorted(rdd as never)),
    )
  },
  'groups of words': (sc, path) =>
    sorted(
      sc
        .textFile(path, 3)
        .flatMap((line) => line.split(/\s+/))
        .map((word) => [word.length, word] as const)
        .groupByKey(2)
        .mapValues((words) => words.slice().sort()) as never,
    ),
}

const texts: Readonly<Record<string, string>> = {
  'plain text': 'the ox and\tthe cat\n\nand  the dog\n1\t2\n1\t3.5\n-7\t0x10\n',
  'text of other scripts': 'Straße K ıİ\n日本 語\t1\n\ufffd\u{1f600}\t2\n1\t2\n',
  'lines that end in CR LF': 'a b\r\nb a\r\n1\t2\r\n',
  'a mark at its head and no end to its last line': '\ufeffa b a',
  'long lines among short ones': `${'word '.repeat(200_000)}\nend\n`,
}

for (const [what, job] of Object.entries(jobs)) {
  test(`${what} gives on columns what it gives on rows`, async (t) => {
    const directory = await mkdtemp(join(tmpdir(), 'troupe-test-'))
    t.teardown(() => rm(directory, { recursive: true }))
    const results: unknown[][] = []
    for (const recognition of ['true', 'false']) {
      const conf = { 'spark.troupe.recognition': recognition }
      const sc = await SparkContext.create({ master: 'local[2]', appName: 'columns', conf })
      const made: unknown[] = []
      for (const [name, text] of Object.entries(texts)) {
        const path = join(directory, name.replaceAll(' ', '-'))
        await writeFile(path, text)
        made.push(await job(sc, path))
      }
      await sc.stop()
      results.push(made)
    }
    t.deepEqual(results[0], results[1])
    t.is(results[0]?.length, Object.keys(texts).length)
  })
}

test('records of bytes are put in order on columns as on rows', async (t) => {
  const directory = await mkdtemp(join(tmpdir(), 'troupe-test-'))
  t.teardown(() => rm(directory, { recursive: true }))
  const path = join(directory, 'records')
  const bytes = Uint8Array.from({ length: 12_000 }, (_, i) => (i * i * 31 + (i >> 3)) & 0xff)
  await writeFile(path, bytes)
  const results: unknown[] = []
  for (const recognition of ['true', 'false']) {
    const conf = {
      'spark.troupe.recognition': recognition,
      'spark.hadoop.fs.local.block.size': 3000,
    }
    const sc = await SparkContext.create({ master: 'local[2]', appName: 'records', conf })
    const records = sc.binaryRecords(path, 12)
    results.push([
      await records.sortBy((record) => record.subarray(0, 3), true, 3).collect(),
      await records
        .keyBy((record) => record.slice(2, 20))
        .sortByKey(false, 2)
        .collect(),
      await records
        .map((record) => [record.subarray(1, 2), record.subarray(4)] as const)
        .repartitionAndSortWithinPartitions(3)
        .glom()
        .collect(),
      await records
        .filter((record) => (record[0] ?? 0) > 200)
        .map((record) => [record[1] ?? 0, record.length] as const)
        .sortByKey()
        .collect(),
      await records.map((record) => record.at(0)).countByValue(),
    ])
    await sc.stop()
  }
  t.deepEqual(results[0], results[1])
  const [[byHead]] = results as [[Uint8Array[]]]
  const all = Array.from({ length: 1000 }, (_, i) => bytes.subarray(12 * i, 12 * (i + 1)))
  t.deepEqual(
    byHead,
    all.sort((a, b) => compareKeys(a.subarray(0, 3), b.subarray(0, 3))),
  )
})

test('tasks know whether they are to recognise functions', async (t) => {
  const known: unknown[] = []
  for (const conf of [{}, { 'spark.troupe.recognition': 'false' }]) {
    const sc = await SparkContext.create({ master: 'local[1]', appName: 'told', conf })
    const told = sc
      .parallelize([0], 1)
      .mapPartitionsWithIndex((_, _rows, context) => [context.recognises])
    known.push(await told.collect())
    await sc.stop()
  }
  t.deepEqual(known, [[true], [false]])
})

test('bytes that are no UTF-8 are the same text by columns and by rows', async (t) => {
  const directory = await mkdtemp(join(tmpdir(), 'troupe-test-'))
  t.teardown(() => rm(directory, { recursive: true }))
  const path = join(directory, 'broken')
  await writeFile(
    path,
    Buffer.from([0x61, 0x20, 0xff, 0xfe, 0x20, 0xc3, 0x0a, 0xe2, 0x82, 0x20, 0x61]),
  )
  const counts: unknown[] = []
  for (const recognition of ['true', 'false']) {
    const conf = { 'spark.troupe.recognition': recognition }
    const sc = await SparkContext.create({ master: 'local[1]', appName: 'broken', conf })
    const words = sc.textFile(path, 1).flatMap((line) => line.split(' '))
    counts.push(
      await sorted(
        words.map((word): [string, number] => [word, 1]).reduceByKey((a, b) => a + b) as never,
      ),
    )
    await sc.stop()
  }
  t.deepEqual(counts[0], counts[1])
  t.true((counts[0] as string[]).includes('["a",2]'))
})
