import test, { type ExecutionContext } from 'ava'

import type { ActorRef } from '../../../src/actors/index.ts'
import { testSystem, type TestProbe, type TestSystem } from '../../../src/actors/testkit/index.ts'
import {
  InlineTaskRunner,
  executor,
  executorSettings,
  executorVariables,
  type ExecutorCommand,
  type ExecutorHeartbeat,
  type RegisterExecutor,
  type TaskReport,
} from '../../../src/spark/executor/index.ts'
import type { ChunkReply } from '../../../src/spark/executor/protocol.ts'
import { shuffleBlocks } from '../../../src/spark/executor/shuffle-blocks.ts'
import { HashPartitioner, shuffleWriter } from '../../../src/spark/shuffle/index.ts'
import { resultWork, rowCodec } from '../../../src/spark/task/index.ts'
import { PureEngine } from '../engine/pure-engine.ts'
import { spilling } from '../shuffle/spilling.ts'

const MIB = 1 << 20
const storage = {
  memory: {
    heapBytes: 512 * MIB,
    reservedBytes: 300 * MIB,
    fractionRatio: 0.6,
    storageFractionRatio: 0.5,
    offHeapBytes: 0,
  },
  unrollBytes: MIB,
  maxBytesInMemory: 200 << 20,
}
const token = new TextEncoder().encode('the token of the application')

interface Started {
  readonly kit: TestSystem
  readonly ref: ActorRef<ExecutorCommand>
  readonly driver: TestProbe<ExecutorHeartbeat | RegisterExecutor>
  readonly registration: RegisterExecutor
  readonly ends: string[]
  readonly work: ReturnType<typeof resultWork>
}

async function start(t: ExecutionContext): Promise<Started> {
  const kit = testSystem({ name: 'executor' })
  const driver = kit.probe<ExecutorHeartbeat | RegisterExecutor>('driver')
  const ends: string[] = []
  const rdd = new PureEngine().parallelize([1, 2, 3], 1).map((n) => n * 2)
  const work = resultWork(rdd, { kind: 'collect', props: {} })
  const ref = kit.spawn(
    executor({
      executorId: 'x1',
      host: 'here',
      driver: driver.ref,
      token,
      directory: '/blocks/x1',
      codec: rowCodec,
      disk: kit.system.environment.disk,
      fetchTimeoutMs: 1000,
      storage,
      runner: (environment) => new InlineTaskRunner(2, environment, () => work),
      onEnd: (reason) => ends.push(reason),
    }),
    'x1',
    { restart: 'temporary' },
  )
  const registration = await driver.receive()
  if (registration.type !== 'register-executor') return t.fail('no registration')
  t.is(registration.executorId, 'x1')
  return { kit, ref, driver, registration, ends, work }
}

const binary = Uint8Array.of(1, 2, 3)
const task = {
  stageId: 4,
  stageAttempt: 0,
  partitionId: 0,
  numPartitions: 1,
  properties: {},
  attemptNumber: 0,
  taskAttemptId: 9,
  split: rowCodec.encode({ index: 0, rows: [1, 2, 3] }),
}

test('an executor says what it has, takes code with the proof of the token, and reports its tasks', async (t) => {
  const { kit, ref, registration } = await start(t)
  t.is(registration.slots, 2)
  const reports = kit.probe<TaskReport>('reports')
  const proof = kit.system.environment.crypto.hmacSha256(token, binary)
  ref.tell({ type: 'load-stage', stageId: 4, binary, proof })
  ref.tell({ type: 'run-task', task, replyTo: reports.ref })
  const report = await reports.receive()
  t.is(report.type, 'task-succeeded')
  t.is(report.taskAttemptId, 9)
})

test('code without the proof is refused, and its tasks fail by name', async (t) => {
  const { kit, ref } = await start(t)
  const reports = kit.probe<TaskReport>('reports')
  for (const proof of [new Uint8Array(32), new Uint8Array(0)]) {
    ref.tell({ type: 'load-stage', stageId: 4, binary, proof })
  }
  ref.tell({ type: 'run-task', task, replyTo: reports.ref })
  const report = await reports.receive()
  t.is(
    report.type === 'task-failed' ? (report.error as { code?: string }).code : '',
    'TROUPE_SPARK_STAGE_UNKNOWN',
  )
  t.true(kit.world.logEntries.some(({ message }) => message.includes('refused code')))
})

test('an executor that its driver refuses ends, and removes its folder', async (t) => {
  const { kit, registration, ends } = await start(t)
  registration.replyTo.tell({ type: 'refused', reason: 'its id was used before' })
  await kit.settle()
  t.deepEqual(ends, ['the driver refused it: its id was used before'])
  t.is(await kit.system.environment.disk.stat('/blocks/x1'), undefined)
})

test('an executor whose driver is gone ends', async (t) => {
  const { kit, driver, ends } = await start(t)
  void kit.system.stop(driver.ref)
  await kit.settle()
  t.deepEqual(ends, ['the driver is gone'])
})

test('a shuffle-block actor serves chunks of a block, and refuses what it does not have', async (t) => {
  const kit = testSystem({ name: 'blocks' })
  const { disk } = kit.system.environment
  await disk.makeDirectory('/blocks')
  const id = { shuffleId: 1, mapPartition: 2, attempt: 3 }
  const partitioner = new HashPartitioner(1)
  const { memory, space } = await spilling(1 << 20, disk)
  const writer = shuffleWriter({ id, directory: '/blocks', partitioner, memory, space })
  await writer.write([['a', 1]])
  const { sizesBytes } = await writer.finish()
  const server = kit.spawn(shuffleBlocks(disk, '/blocks'), 'server')
  const read = (mapPartition: number, offset: number, lengthBytes: number): Promise<ChunkReply> => {
    const block = { shuffleId: 1, mapPartition, mapAttempt: 3, reducePartition: 0 }
    return kit.until(
      server.ask<ChunkReply>((replyTo) => ({
        type: 'read-chunk',
        block,
        offset,
        lengthBytes,
        replyTo,
      })),
    )
  }
  const size = sizesBytes[0] ?? 0
  const whole = await read(2, 0, 1 << 20)
  t.is(whole.type === 'chunk' ? whole.bytes.length : -1, size)
  const tail = await read(2, size - 2, 10)
  t.is(tail.type === 'chunk' ? tail.bytes.length : -1, 2)
  const missing = await read(7, 0, 10)
  t.is(missing.type === 'refused' ? missing.code : '', 'TROUPE_SPARK_BLOCK_MISSING')
})

test('the environment of an executor process says what it said, and names what is missing', (t) => {
  const settings = {
    applicationId: 'app-1',
    executorId: '3',
    driver: '127.0.0.1:4000',
    token: '00ff',
    secret: undefined,
    host: undefined,
    cores: 2,
    networkTimeoutMs: 5000,
    storage,
  }
  t.deepEqual(executorSettings(executorVariables(settings)), settings)
  const { TROUPE_SPARK_TOKEN: _, ...without } = executorVariables(settings)
  const error = t.throws(() => executorSettings(without), {
    code: 'TROUPE_SPARK_EXECUTOR_ENVIRONMENT',
  })
  t.regex(error.message, /TROUPE_SPARK_TOKEN/)
  t.throws(() => executorSettings({ ...executorVariables(settings), TROUPE_SPARK_CORES: 'all' }), {
    code: 'TROUPE_SPARK_EXECUTOR_ENVIRONMENT',
  })
})
