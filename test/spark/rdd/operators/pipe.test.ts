import test from 'ava'

import { PureEngine } from '../../engine/pure-engine.ts'

test('pipe gives the lines that a command makes of the rows of each partition', async (t) => {
  const rdd = new PureEngine().parallelize(['b', 'a', 'ü', 'c'], 2)
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
  const rdd = new PureEngine().range(0, 200_000, 1, 1)
  t.deepEqual(await rdd.pipe('head -n 2').collect(), ['0', '1'])
  t.is(await rdd.pipe('cat').count(), 200_000)
})

test('a command that fails, or is not there, fails the task with its name', async (t) => {
  const rdd = new PureEngine().parallelize([1], 1)
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
  const rdd = new PureEngine().parallelize(['\ufeffone', 'two'], 1)
  t.deepEqual(await rdd.pipe('cat').collect(), ['\ufeffone', 'two'])
})
