import test from 'ava'

import { AccumulatorRegistry } from '../../../src/spark/accumulators/index.ts'
import { rowCodec } from '../../../src/spark/task/index.ts'
import {
  AccumulatorV2,
  DoubleAccumulator,
  LongAccumulator,
  TaskContext,
} from '../../../src/spark/index.ts'
import { eventsOf, startDriver } from '../context/driver.ts'

/** The longest word, by a class of the user's own. */
class Longest extends AccumulatorV2<string, string> {
  word = ''
  override isZero(): boolean {
    return this.word === ''
  }
  override copy(): Longest {
    const copy = new Longest()
    copy.word = this.word
    return copy
  }
  override reset(): void {
    this.word = ''
  }
  override add(word: string): void {
    if (word.length > this.word.length) this.word = word
  }
  override merge(other: AccumulatorV2<string, string>): void {
    this.add(other.value)
  }
  override get value(): string {
    return this.word
  }
}

test('tasks add, the driver reads', async (t) => {
  const { kit, sc } = startDriver(t, { slots: 2 })
  const sum = sc.longAccumulator('sum')
  const halves = sc.doubleAccumulator()
  const seen = sc.collectionAccumulator<string>()
  const longest = new Longest()
  sc.register(longest)
  await kit.until(
    sc.parallelize(['a', 'ccc', 'bb', 'd'], 4).foreach((word) => {
      sum.add(word.length)
      halves.add(0.5)
      seen.add(word)
      longest.add(word)
    }),
  )
  t.is(sum.value, 7)
  t.is(sum.count, 4)
  t.is(sum.avg, 1.75)
  t.is(halves.value, 2)
  t.deepEqual([...seen.value].sort(), ['a', 'bb', 'ccc', 'd'])
  t.is(longest.value, 'ccc')
})

test('tries that fail count nothing, and each partition of a result counts once', async (t) => {
  const { kit, sc, events } = startDriver(t, { executors: 3 })
  const count = sc.longAccumulator('rows')
  let isKilled = false
  sc.addListener((event) => {
    if (isKilled || event.type !== 'task-start' || event.partition !== 2) return
    isKilled = true
    sc.killExecutor(event.executorId)
  })
  await kit.until(
    sc.parallelize([1, 2, 3, 4, 5, 6], 6).foreach((n) => {
      count.add(1)
      if (n === 5 && (TaskContext.get()?.attemptNumber ?? 0) < 2) throw new RangeError('not yet')
    }),
  )
  t.is(count.value, 6)
  const [stage] = eventsOf(events, 'SparkListenerStageCompleted')
  t.deepEqual(stage?.stageInfo.accumulables, [{ id: 0, name: 'rows', value: '6' }])
  const updates = eventsOf(events, 'SparkListenerTaskEnd').flatMap(
    ({ taskInfo }) => taskInfo.accumulables,
  )
  t.deepEqual(
    updates.map(({ update, value }) => [update, value]),
    [1, 2, 3, 4, 5, 6].map((n) => ['1', String(n)]),
  )
})

test('map stages count when they are computed, and skipped ones do not', async (t) => {
  const { kit, sc } = startDriver(t)
  const mapped = sc.longAccumulator()
  const sums = sc
    .parallelize([1, 2, 3, 4], 4)
    .map((n) => {
      mapped.add(1)
      return [n % 2, n]
    })
    .reduceByKey((a, b) => a + b, 2)
  await kit.until(sums.count())
  await kit.until(sums.count())
  t.is(mapped.value, 4)
})

test('one that no context knows is refused before any task runs, and none is registered twice', async (t) => {
  const { kit, sc, events } = startDriver(t)
  const stray = new LongAccumulator()
  const job = sc.parallelize([1]).foreach((n) => {
    stray.add(n)
  })
  const error = await kit.until(t.throwsAsync(job))
  t.regex(error?.message ?? '', /stray is an accumulator that no context knows/)
  t.is(eventsOf(events, 'task-start').length, 0)
  sc.register(stray)
  t.throws(() => sc.register(stray), { code: 'TROUPE_SPARK_ACCUMULATOR_REGISTERED' })
})

test('numbers are checked, and reset begins anew', (t) => {
  const sum = new LongAccumulator()
  t.true(sum.isZero())
  t.throws(() => sum.add(0.5), { code: 'TROUPE_SPARK_ARGUMENT_INVALID' })
  sum.add(3)
  t.is(sum.copy().value, 3)
  sum.reset()
  t.true(sum.isZero())
  const mean = new DoubleAccumulator()
  t.is(mean.avg, NaN)
})

test('one whose merge fails does no harm to its job', async (t) => {
  const { kit, sc } = startDriver(t)
  class Broken extends Longest {
    override merge(): void {
      throw new RangeError('no')
    }
  }
  const broken = new Broken()
  sc.register(broken, 'broken')
  const rdd = sc.parallelize(['a', 'b'], 2).map((word) => {
    broken.add(word)
    return word
  })
  t.deepEqual(await kit.until(rdd.collect()), ['a', 'b'])
  t.true(kit.world.logEntries.some(({ message }) => message.includes('accumulator broken')))
})

test('bytes of a task that do not decode cost its accumulators, and nothing else', (t) => {
  const logged: string[] = []
  const registry = new AccumulatorRegistry(rowCodec, {
    write: (level, message) => logged.push(`${level}: ${message}`),
  })
  t.deepEqual(registry.apply(Uint8Array.of(255, 255, 255, 255, 7)), [])
  t.deepEqual(logged, ['error: accumulators of a task could not be read'])
})
