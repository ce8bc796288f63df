import test from 'ava'

import { memoryEnvironment, nodeEnvironment } from '../../../../src/platform/index.ts'
import { PureEngine } from '../../engine/pure-engine.ts'

/** With the commands of this machine. */
function engine(): PureEngine {
  return Object.assign(new PureEngine(), { processes: nodeEnvironment().processes })
}

test('pipe gives the lines that a command makes of the rows of each partition', async (t) => {
  const rdd = engine().parallelize(['b', 'a', 'ü', 'c'], 2)
  t.deepEqual(await rdd.pipe('sort -r').collect(), ['b', 'a', 'ü', 'c'])
  t.deepEqual(
    await rdd
      .map((row) => [row])
      .pipe(['cat'])
      .first(),
    '["b"]',
  )
  const counted = rdd.pipe(['sh', '-c', 'echo "$WORD"; wc -l'], {
    environment: { WORD: 'lines' },
    printPipeContext: (print) => {
      print('first')
    },
    printRDDElement: (row, print) => {
      print(row)
      print(row)
    },
  })
  t.deepEqual(
    (await counted.collect()).map((line) => line.trim()),
    ['lines', '5', 'lines', '5'],
  )
})

test('a command may stop reading early, and may write very much', async (t) => {
  const rdd = engine().range(0, 200_000, 1, 1)
  t.deepEqual(await rdd.pipe('head -n 2').collect(), ['0', '1'])
  t.is(await rdd.pipe('cat').count(), 200_000)
})

test('a command that fails, or is not there, fails the task with its name', async (t) => {
  const rdd = engine().parallelize([1], 1)
  const failed = { code: 'TROUPE_SPARK_PIPE_FAILED' }
  await t.throwsAsync(rdd.pipe(['sh', '-c', 'exit 3']).collect(), {
    ...failed,
    message: /exit 3.*code 3/,
  })
  await t.throwsAsync(rdd.pipe('no-such-command-at-all').collect(), {
    ...failed,
    message: /no-such-command-at-all.*started/,
  })
  t.throws(() => rdd.pipe(''), { code: 'TROUPE_SPARK_ARGUMENT_INVALID' })
  const broken = rdd.map(() => {
    throw new RangeError('no row')
  })
  await t.throwsAsync(broken.pipe('cat').collect(), { message: 'no row' })
})

test('a byte order mark that a command writes is part of its first line', async (t) => {
  const rdd = engine().parallelize(['\ufeffone', 'two'], 1)
  t.deepEqual(await rdd.pipe('cat').collect(), ['\ufeffone', 'two'])
})

test('in a simulation, rows are piped through commands of the simulation only', async (t) => {
  const world = memoryEnvironment({
    filters: {
      async *upper(input, args, { MARK = '' }) {
        for await (const text of input) yield text.toUpperCase() + args.join('') + MARK
      },
      async *failing(input) {
        for await (const text of input) yield text
        throw new RangeError('no more')
      },
    },
  })
  const { processes } = world.environment()
  const rdd = Object.assign(new PureEngine(), { processes }).parallelize(['a', 'b'], 1)
  const piped = rdd.pipe(['/usr/bin/upper', '!'], { environment: { MARK: '?' } })
  t.deepEqual(await piped.collect(), ['A', 'B', '!?'])
  const failed = { code: 'TROUPE_SPARK_PIPE_FAILED' }
  await t.throwsAsync(rdd.pipe('failing').collect(), { ...failed, message: /ended with code 1/ })
  await t.throwsAsync(rdd.pipe('cat').collect(), { ...failed, message: /could not be started/ })
  const broken = rdd.map(() => {
    throw new RangeError('no row')
  })
  await t.throwsAsync(broken.pipe('upper').collect(), { message: 'no row' })
})
