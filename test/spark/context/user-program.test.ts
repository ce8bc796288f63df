import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { execFile } from 'node:child_process'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import test, { type ExecutionContext } from 'ava'

import { SparkContext, registerCodec } from '../../../src/spark/index.ts'

const spark = new URL('../../../src/spark/index.js', import.meta.url).href

/** Runs the main module of a program made of `files`, and answers with what it wrote. */
async function program(
  t: ExecutionContext,
  files: Readonly<Record<string, string>>,
): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'troupe-test-'))
  t.teardown(() => rm(directory, { recursive: true }))
  for (const [name, text] of Object.entries(files)) await writeFile(join(directory, name), text)
  return new Promise((resolve, reject) => {
    execFile(process.execPath, [join(directory, 'main.mjs')], (error, stdout, stderr) => {
      if (error === null) resolve(stdout)
      else reject(new Error(stderr))
    })
  })
}

test('a program that defines its functions and runs its job at the top is not run again by tasks', async (t) => {
  const stdout = await program(t, {
    'words.mjs': `export const stop = new Set(['and'])
      export const split = (line) => line.split(' ')`,
    'main.mjs': `import { SparkContext } from ${JSON.stringify(spark)}
      import { split, stop } from './words.mjs'
      console.log('begin')
      const least = 2
      class Mark { constructor(word) { this.word = word }; text() { return '<' + this.word + '>' } }
      function isLong(word) { return word.length > least && !stop.has(word) }
      const sc = await SparkContext.create({ master: 'local[2]', appName: 'usual' })
      const marks = sc.parallelize(['ox and cat', 'cat'], 2).flatMap(split).filter(isLong)
        .map((word) => [new Mark(word).text(), 1]).reduceByKey((a, b) => a + b)
      console.log(JSON.stringify(await marks.collect()))
      await sc.stop()`,
  })
  t.is(stdout, 'begin\n[["<cat>",2]]\n')
})

test('a module that makes a context is refused where a function imports it in a task', async (t) => {
  const stdout = await program(t, {
    'context.mjs': `import { SparkContext } from ${JSON.stringify(spark)}
      export const sc = await SparkContext.create({ master: 'local[1]', appName: 'shared' })`,
    'jobs.mjs': `export { sc } from './context.mjs'
      export const twice = (x) => 2 * x`,
    'main.mjs': `import { sc, twice } from './jobs.mjs'
      const failure = await sc.parallelize([1], 1).map((x) => twice(x)).collect().catch((error) => error)
      console.log(failure.cause.code, failure.cause.message)
      await sc.stop()`,
  })
  t.regex(stdout, /^TROUPE_CLOSURE_MODULE_UNLOADABLE .*A SparkContext is made on an executor/)
})

class Scale {
  readonly #factor: number
  constructor(factor: number) {
    this.#factor = factor
  }
  get factor(): number {
    return this.#factor
  }
  of(x: number): number {
    return x * this.#factor
  }
}

interface Local {
  readonly sc: SparkContext
  /** Tasks that were started. */
  readonly tasks: () => number
}

async function local(t: ExecutionContext): Promise<Local> {
  let tasks = 0
  const sc = await SparkContext.create({
    master: 'local[1]',
    appName: 'refusals',
    listener: ({ type }) => {
      if (type === 'task-start') tasks++
    },
  })
  t.teardown(() => sc.stop())
  return { sc, tasks: () => tasks }
}

test('the context and RDDs are refused in functions before any task runs, with the way out', async (t) => {
  const { sc, tasks } = await local(t)
  const rows = sc.parallelize([1, 2], 1)
  await t.throwsAsync(rows.map((x) => sc.appName + String(x)).collect(), {
    code: 'TROUPE_CLOSURE_INSTANCE',
    message: /^sc is the context, which lives on the driver only\. .*constant before the function$/,
  })
  await t.throwsAsync(rows.map((x) => rows.id + x).collect(), {
    code: 'TROUPE_CLOSURE_INSTANCE',
    message: /^rows is RDD \d+, which lives on the driver only\. .*rdd\.collect\(\)/,
  })
  t.is(tasks(), 0)
})

test('a member of globalThis that the program added is refused before any task runs', async (t) => {
  const { sc, tasks } = await local(t)
  const world = globalThis as unknown as { answer?: number }
  world.answer = 42
  t.teardown(() => delete world.answer)
  const f = (x: number): number => x + (globalThis as unknown as { answer: number }).answer
  await t.throwsAsync(sc.parallelize([1], 1).map(f).collect(), {
    code: 'TROUPE_CLOSURE_GLOBAL',
    message: /^answer is a global that this program added/,
  })
  t.is(tasks(), 0)
})

test('what should be a function and is none is refused where it is given', async (t) => {
  const { sc, tasks } = await local(t)
  const rows = sc.parallelize([1, 2], 1)
  const none = undefined as unknown as () => never
  const refused = {
    code: 'TROUPE_SPARK_ARGUMENT_INVALID',
    message: /got undefined; it takes a function/,
  }
  t.throws(() => rows.map(none), refused)
  t.throws(() => rows.filter(none), refused)
  t.throws(() => rows.sortBy(none), refused)
  t.throws(() => rows.keyBy((x) => x).reduceByKey(none), refused)
  await t.throwsAsync(rows.reduce(none), refused)
  await t.throwsAsync(rows.foreach(none), refused)
  t.is(tasks(), 0)
})

test('what is neither a number of partitions nor a partitioner is refused where it is given', async (t) => {
  const { sc, tasks } = await local(t)
  const pairs = sc.parallelize([1, 2], 1).keyBy((x) => x)
  for (const wrong of [null, {}, '3', []] as unknown as readonly number[]) {
    const refused = { code: 'TROUPE_SPARK_ARGUMENT_INVALID' }
    t.throws(() => pairs.reduceByKey((a) => a, wrong), refused)
    t.throws(() => pairs.groupByKey(wrong), refused)
    t.throws(() => pairs.partitionBy(wrong), refused)
  }
  t.is(tasks(), 0)
})

test('rows that are no array and paths that are no string are refused where they are given', async (t) => {
  const { sc, tasks } = await local(t)
  const refused = { code: 'TROUPE_SPARK_ARGUMENT_INVALID' }
  t.throws(() => sc.parallelize(5 as unknown as number[]), refused)
  t.throws(() => sc.textFile(undefined as unknown as string), refused)
  await t.throwsAsync(sc.parallelize([1], 1).saveAsTextFile(''), refused)
  t.is(tasks(), 0)
})

test('instances travel by the codec that the front door registers', async (t) => {
  registerCodec(Scale, {
    name: 'Scale',
    encode: (scale) => scale.factor,
    decode: (factor: number) => new Scale(factor),
  })
  const sc = await SparkContext.create({ master: 'local[1]', appName: 'codec' })
  t.teardown(() => sc.stop())
  const scale = new Scale(3)
  t.deepEqual(
    await sc
      .parallelize([1, 2], 1)
      .map((x) => scale.of(x))
      .collect(),
    [3, 6],
  )
})

test("a row that can't travel is named with its place", async (t) => {
  const sc = await SparkContext.create({ master: 'local[1]', appName: 'rows' })
  t.teardown(() => sc.stop())
  const rows = sc.parallelize([1], 1)
  const failure = async (action: Promise<unknown>): Promise<string> => {
    const error = await t.throwsAsync(action, { code: 'TROUPE_SPARK_JOB_FAILED' })
    return (error.cause as Error).message
  }
  t.regex(
    await failure(rows.map((x) => ({ later: Promise.resolve(x) })).collect()),
    /rows\[0\]\.later is a promise\. Await it/,
  )
  t.regex(
    await failure(rows.map((x) => ({ at: new Scale(x) })).collect()),
    /rows\[0\]\.at is an instance of Scale\./,
  )
})
