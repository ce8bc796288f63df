import type { ExecutionContext } from 'ava'

import { testSystem, type TestSystem } from '../../../src/actors/testkit/index.ts'
import type { Disk } from '../../../src/platform/index.ts'
// Loaded when they are asked for; a simulated driver does not see that happen.
import '../../../src/spark/context/application-rest.ts'
import '../../../src/spark/event-log/index.ts'
import { LocalBackend } from '../../../src/spark/backend/index.ts'
import { SparkContext, type SparkContextOptions } from '../../../src/spark/context/index.ts'
import type { SparkEvent } from '../../../src/spark/events/index.ts'
import { InlineTaskRunner } from '../../../src/spark/executor/index.ts'

/** A driver and its executors in one thread, in memory, under a virtual clock. */
export interface Driver {
  readonly kit: TestSystem
  readonly sc: SparkContext
  readonly events: SparkEvent[]
}

/** Starts one; every executor has `slots` slots. */
export function startDriver(
  t: ExecutionContext,
  options: Partial<SparkContextOptions> & {
    readonly executors?: number
    readonly slots?: number
    /** Fills the driver's disk. */
    readonly prepare?: (disk: Disk) => Promise<void>
  } = {},
): Driver {
  const { executors = 2, slots = 1, prepare, ...rest } = options
  const kit = testSystem({ name: 'driver' })
  void prepare?.(kit.system.environment.disk)
  const events: SparkEvent[] = []
  const backend = new LocalBackend(
    slots,
    (count, environment, { stages }) =>
      new InlineTaskRunner(count, environment, (binary) => stages.unpack(binary)),
    executors,
  )
  const sc = new SparkContext({
    master: 'local',
    appName: 'test',
    system: kit.system,
    backend,
    listener: (event) => events.push(event),
    ...rest,
  })
  t.teardown(() => kit.until(sc.stop()))
  return { kit, sc, events }
}

/** The events of one type. */
export function eventsOf<Type extends SparkEvent['type']>(
  events: readonly SparkEvent[],
  type: Type,
): Extract<SparkEvent, { readonly type: Type }>[] {
  return events.filter((event) => event.type === type) as Extract<
    SparkEvent,
    { readonly type: Type }
  >[]
}
