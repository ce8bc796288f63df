import test from 'ava'

import { readHeartbeats } from '../../../src/spark/context/heartbeat-conf.ts'

test('heartbeats come each ten seconds, or as is said, but sooner than the network’s timeout', (t) => {
  t.deepEqual(readHeartbeats({}), { intervalMs: 10_000, pollingMs: 0, hasProcessTree: false })
  t.is(readHeartbeats({ 'spark.network.timeout': '2s' }).intervalMs, 10_000)
  t.is(readHeartbeats({ 'spark.executor.heartbeatInterval': '500' }).intervalMs, 500)
  const conf = { 'spark.executor.heartbeatInterval': '2s', 'spark.network.timeout': '2s' }
  t.throws(() => readHeartbeats(conf), {
    code: 'TROUPE_SPARK_ARGUMENT_INVALID',
    message: /less than spark\.network\.timeout/,
  })
})
