import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import test, { type ExecutionContext } from 'ava'
import {
  memoryEnvironment,
  nodeEnvironment,
  type EventLog,
  type LoggedEvent,
} from '../../../src/platform/index.ts'
import { testWith } from '../../mesos/foreign/programs.ts'
import { needService, ownName, service, type Service } from '../../services/service.ts'

export const kafka: Service = await service('kafka')
const withKafka = testWith(kafka)

/** An event log under a contract test, and a topic that is the test's own. */
export interface LogPlace {
  readonly log: EventLog
  readonly topic: string
}

type Body = (t: ExecutionContext, place: LogPlace) => Promise<void>

/** Runs one test body against each event log there is: embedded and Kafka's, real and simulated. */
export function eachLog(title: string, body: Body): void {
  test(`${title} (embedded)`, async (t) => {
    const directory = await mkdtemp(join(tmpdir(), 'troupe-test-'))
    const log = await nodeEnvironment().eventLogs.open({ type: 'embedded', directory })
    t.teardown(async () => {
      await log.close()
      await rm(directory, { recursive: true })
    })
    await body(t, { log, topic: 'events' })
  })
  withKafka(`${title} (Kafka)`, async (t) => {
    const brokers = needService(t, kafka)
    const log = await nodeEnvironment().eventLogs.open({
      type: 'kafka',
      brokers,
      timeoutMs: 45_000,
    })
    t.teardown(() => log.close())
    await body(t, { log, topic: ownName('events') })
  })
  const simulated = async (t: ExecutionContext, open: () => Promise<EventLog>): Promise<void> => {
    const log = await open()
    await body(t, { log, topic: 'events' })
    await log.close()
  }
  test(`${title} (embedded, simulated)`, (t) => {
    const world = memoryEnvironment()
    const { eventLogs } = world.environment()
    return world.until(simulated(t, () => eventLogs.open({ type: 'embedded', directory: '/log' })))
  })
  test(`${title} (Kafka, simulated)`, (t) => {
    const world = memoryEnvironment()
    const { eventLogs } = world.environment()
    const settings = { type: 'kafka', brokers: ['kafka:9092'] } as const
    return world.until(simulated(t, () => eventLogs.open(settings)))
  })
}

/** All events of a topic, by partition. */
export async function allOf(log: EventLog, topic: string): Promise<readonly LoggedEvent[][]> {
  const bounds = await log.bounds(topic)
  const found: LoggedEvent[][] = bounds.map(() => [])
  const reader = log.read(
    topic,
    bounds.map(({ first, next }, partition) => ({ partition, from: first, until: next })),
  )
  try {
    for (let batch = await reader.next(); batch !== undefined; batch = await reader.next()) {
      found[batch.partition]?.push(...batch.events)
    }
  } finally {
    await reader.close()
  }
  return found
}

export function bytes(text: string): Uint8Array {
  return new TextEncoder().encode(text)
}

export function text(value: Uint8Array): string {
  return new TextDecoder().decode(value)
}
