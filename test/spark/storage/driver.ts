import type { ExecutionContext } from 'ava'

import { testSystem, type TestSystem } from '../../../src/actors/testkit/index.ts'
import { LocalBackend } from '../../../src/spark/backend/index.ts'
import { InlineTaskRunner } from '../../../src/spark/executor/index.ts'
import { SparkContext, type SparkConf, type SparkEvent } from '../../../src/spark/index.ts'

/** A driver with its executors in one thread, in memory. */
export interface Driver {
  readonly kit: TestSystem
  readonly sc: SparkContext
  readonly events: SparkEvent[]
}

export function startDriver(t: ExecutionContext, conf: SparkConf = {}, executors = 2): Driver {
  const kit = testSystem({ name: 'driver' })
  const events: SparkEvent[] = []
  const backend = new LocalBackend(
    1,
    (slots, environment, { stages }) =>
      new InlineTaskRunner(slots, environment, (binary) => stages.unpack(binary)),
    executors,
  )
  const sc = new SparkContext({
    master: 'local',
    appName: 'test',
    system: kit.system,
    backend,
    conf,
    listener: (event) => events.push(event),
  })
  t.teardown(() => kit.until(sc.stop()))
  return { kit, sc, events }
}
