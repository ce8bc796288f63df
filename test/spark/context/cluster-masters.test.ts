import test from 'ava'

import { memoryEnvironment } from '../../../src/platform/index.ts'
import { SparkContext } from '../../../src/spark/index.ts'
import { ActorSystem } from '../../../src/actors/index.ts'

test('a context with a cluster is made by create, which loads what speaks with it', async (t) => {
  const options = { master: 'spark://127.0.0.1:1', appName: 'late' }
  const system = ActorSystem.create('driver', {
    environment: memoryEnvironment({ seed: 1 }).environment('driver'),
  })
  t.throws(() => new SparkContext({ ...options, system }), {
    code: 'TROUPE_SPARK_ARGUMENT_INVALID',
    message: /SparkContext\.create/,
  })
  const conf = { 'spark.scheduler.maxRegisteredResourcesWaitingTime': '10ms' }
  await t.throwsAsync(SparkContext.create({ ...options, conf }), {
    code: 'TROUPE_SPARK_NO_EXECUTORS',
  })
})
