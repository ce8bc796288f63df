import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import test, { type ExecutionContext } from 'ava'

import type { SparkListenerCallbacks } from '../../../src/spark/index.ts'
import { startDriver } from '../context/driver.ts'

test('a listener hears by its methods what Spark’s would, until it is removed', async (t) => {
  const { kit, sc } = startDriver(t)
  const heard: string[] = []
  const listener: SparkListenerCallbacks = {
    onJobStart({ jobId, stageInfos }) {
      heard.push(`job ${jobId} of ${stageInfos.length}`)
    },
    onStageSubmitted: ({ stageInfo }) => void heard.push(`stage ${stageInfo.stageId}`),
    onTaskStart: ({ taskInfo }) => void heard.push(`task ${taskInfo.taskId}`),
    onTaskEnd: ({ reason }) => void heard.push(reason.reason),
    onStageCompleted: ({ stageInfo }) => void heard.push(`done ${stageInfo.stageId}`),
    onJobEnd: ({ jobResult }) => void heard.push(jobResult.result),
  }
  let others = 0
  sc.addSparkListener(listener)
  sc.addSparkListener(listener)
  sc.addSparkListener({ onOtherEvent: () => (others += 1) })
  await kit.until(sc.parallelize([1], 1).count())
  const once = ['job 0 of 1', 'stage 0', 'task 0', 'Success', 'done 0', 'JobSucceeded']
  t.deepEqual(heard, once)
  t.true(others > 0)
  sc.removeSparkListener(listener)
  await kit.until(sc.parallelize([1], 1).count())
  t.deepEqual(heard, once)
})

test('a method that throws is logged, and harms nobody', async (t) => {
  const { kit, sc } = startDriver(t)
  sc.addSparkListener({
    onTaskEnd() {
      throw new TypeError('not today')
    },
  })
  t.is(await kit.until(sc.parallelize([1], 1).count()), 1)
  t.true(kit.world.logEntries.some(({ fields }) => String(fields['error']).includes('not today')))
})

async function module(t: ExecutionContext, source: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'troupe-listeners-'))
  t.teardown(() => rm(folder, { recursive: true }))
  const path = join(folder, 'listener #1.mjs')
  await writeFile(path, source)
  return `file://${encodeURI(path).replace('#', '%23')}`
}

test('listeners of spark.extraListeners hear everything from the beginning', async (t) => {
  const heard: string[] = []
  Object.assign(globalThis, { heardByExtra: heard })
  t.teardown(() => Reflect.deleteProperty(globalThis, 'heardByExtra'))
  const byDefault = await module(
    t,
    `export default { onApplicationStart: ({ appName }) => heardByExtra.push(appName) }`,
  )
  const byName = `${await module(
    t,
    `export class Audit {
      constructor(conf) { this.colour = conf['spark.my.colour'] }
      onJobEnd({ jobId }) { heardByExtra.push(this.colour + jobId) }
    }`,
  )}#Audit`
  const conf = { 'spark.extraListeners': `${byDefault}, ${byName}`, 'spark.my.colour': 'red' }
  const { kit, sc } = startDriver(t, { conf })
  await kit.until(sc.parallelize([1], 1).count())
  t.deepEqual(heard, ['test', 'red0'])
})

test('a module of spark.extraListeners without a listener is refused', async (t) => {
  const conf = { 'spark.extraListeners': await module(t, 'export default 1') }
  const { kit, sc } = startDriver(t, { conf })
  await t.throwsAsync(kit.until(sc.parallelize([1], 1).count()), {
    code: 'TROUPE_SPARK_ARGUMENT_INVALID',
    message: /spark\.extraListeners/,
  })
})
