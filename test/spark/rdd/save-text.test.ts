import test from 'ava'

import { memoryEnvironment } from '../../../src/platform/index.ts'
import { PureEngine } from '../engine/pure-engine.ts'

const decoder = new TextDecoder()

async function entries(engine: PureEngine, path: string): Promise<string[]> {
  return (await engine.disk.list(path)).map((entry) => entry.path.slice(path.length + 1))
}

/** Syncing takes a turn of the world that the disk belongs to. */
function world(): { engine: PureEngine; until: <T>(promise: Promise<T>) => Promise<T> } {
  const memory = memoryEnvironment()
  const engine = new PureEngine()
  Object.assign(engine, { disk: memory.environment('main').disk })
  return { engine, until: (promise) => memory.until(promise) }
}

test('saveAsTextFile writes a part for each partition and _SUCCESS, and nothing else', async (t) => {
  const { engine, until } = world()
  await engine.disk.makeDirectory('/out')
  const rdd = engine.parallelize(['one', 2, ['three', 3]], 2)
  await until(rdd.saveAsTextFile('/out/words'))
  t.deepEqual(await entries(engine, '/out/words'), ['_SUCCESS', 'part-00000', 'part-00001'])
  t.is(decoder.decode(await engine.disk.readFile('/out/words/part-00000')), 'one\n')
  t.is(decoder.decode(await engine.disk.readFile('/out/words/part-00001')), '2\n["three",3]\n')
})

test('lines of any length are written as they are, in their order', async (t) => {
  const { engine, until } = world()
  await engine.disk.makeDirectory('/out')
  const rows = Array.from({ length: 9_000 }, (_, i) => `${i} ${'é€𝄞x'.repeat(i % 30)}`)
  rows[4_000] = 'y'.repeat(600_000)
  rows[5_000] = '€'.repeat(100_000)
  await until(engine.parallelize(rows, 1).saveAsTextFile('/out/long'))
  const written = decoder.decode(await engine.disk.readFile('/out/long/part-00000'))
  t.true(written === `${rows.join('\n')}\n`)
})

test('an output that exists is refused and left as it is', async (t) => {
  const { engine, until } = world()
  await engine.disk.makeDirectory('/out')
  await engine.disk.writeFile('/out/mine', new Uint8Array(3))
  await t.throwsAsync(until(engine.parallelize([1]).saveAsTextFile('/out')), {
    code: 'TROUPE_SPARK_OUTPUT_EXISTS',
  })
  t.deepEqual(await entries(engine, '/out'), ['mine'])
})

test('a job that fails leaves no output', async (t) => {
  const { engine, until } = world()
  const rdd = engine.parallelize([1, 2, 3], 3).map((row) => {
    if (row === 3) throw new RangeError('no three')
    return row
  })
  await t.throwsAsync(until(rdd.saveAsTextFile('/out')), { message: 'no three' })
  t.is(await engine.disk.stat('/out'), undefined)
})

test('an attempt that failed half-way leaves no part of its own', async (t) => {
  const { engine, until } = world()
  let failures = 0
  const rdd = engine.parallelize(['a', 'b'], 1).filter(() => {
    failures += 1
    if (failures === 2) throw new RangeError('once')
    return true
  })
  await until(rdd.saveAsTextFile('/out'))
  t.deepEqual(await entries(engine, '/out'), ['_SUCCESS', 'part-00000'])
  t.is(decoder.decode(await engine.disk.readFile('/out/part-00000')), 'a\nb\n')
})

const hidden: readonly (readonly [unknown, RegExp])[] = [
  [{ id: 1, seen: new Map([['a', 1]]) }, /can't show row\.seen, a Map/],
  [['k', new Set([1])], /can't show row\[1\], a Set/],
  [new Map(), /can't show row, a Map/],
  [{ n: [1, 2n] }, /can't show row\.n\[1\], a bigint/],
]

for (const [row, message] of hidden) {
  test(`a row that JSON can't show fails the job with the way out: ${message.source}`, async (t) => {
    const { engine, until } = world()
    const rdd = engine.parallelize([1], 1).map(() => row)
    const code = 'TROUPE_SPARK_ROW_UNENCODABLE'
    const error = await t.throwsAsync(until(rdd.saveAsTextFile('/out')), { code, message })
    t.regex(error?.message ?? '', /\[\.\.\.map\].*String\(bigint\)/)
    t.is(await engine.disk.stat('/out'), undefined)
  })
}

test('empty objects, dates and bare numbers of any size are written', async (t) => {
  const { engine, until } = world()
  const rows = [{ a: {} }, { at: new Date(0) }, 12n, '{}', null]
  await until(engine.parallelize(rows, 1).saveAsTextFile('/out'))
  t.is(
    decoder.decode(await engine.disk.readFile('/out/part-00000')),
    '{"a":{}}\n{"at":"1970-01-01T00:00:00.000Z"}\n12\n{}\nnull\n',
  )
})
