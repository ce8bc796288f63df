import test from 'ava'

import type { ActorRef } from '../../../src/actors/index.ts'
import { testSystem, type TestProbe, type TestSystem } from '../../../src/actors/testkit/index.ts'
import type { SparkEvent } from '../../../src/spark/events/index.ts'
import type {
  ExecutorCommand,
  ReadChunk,
  RegistrationReply,
} from '../../../src/spark/executor/index.ts'
import {
  CommitBook,
  barrierCoordinator,
  NO_POOLS,
  outputCommitCoordinator,
  executorRegistry,
  mapOutputTracker,
  type RegistryMessage,
} from '../../../src/spark/scheduler/index.ts'
import { BlockDirectory, blockManagerMaster } from '../../../src/spark/storage/index.ts'

interface Started {
  readonly kit: TestSystem
  readonly registry: ActorRef<RegistryMessage>
  readonly events: SparkEvent[]
  readonly scheduler: TestProbe<{ readonly type: string; readonly executorId: string }>
}

function start(): Started {
  const kit = testSystem()
  const events: SparkEvent[] = []
  const tracker = kit.spawn(mapOutputTracker(), 'tracker')
  const publish = (event: SparkEvent): void => void events.push(event)
  const directory = new BlockDirectory()
  const storage = kit.spawn(blockManagerMaster({ directory, publish }), 'block-manager-master')
  const registry = kit.spawn(
    executorRegistry({
      applicationId: 'app',
      tracker,
      commits: kit.spawn(outputCommitCoordinator(new CommitBook()), 'commits'),
      health: undefined,
      barriers: kit.spawn(barrierCoordinator(1000), 'barriers'),
      storage,
      token: new Uint8Array(4),
      pools: NO_POOLS,
      replacesExecutors: true,
      heartbeats: { intervalMs: 10_000, pollingMs: 0, hasProcessTree: false },
      publish,
    }),
    'executors',
  )
  const scheduler = kit.probe<{ type: string; executorId: string }>('scheduler')
  registry.tell({ type: 'serve', scheduler: scheduler.ref })
  return { kit, registry, events, scheduler }
}

interface Registered {
  readonly executor: TestProbe<ExecutorCommand>
  readonly reply: RegistrationReply
}

let probes = 0

async function register(
  { kit, registry }: Started,
  executorId: string,
  executor: TestProbe<ExecutorCommand> = kit.probe(`executor-${probes++}`),
): Promise<Registered> {
  const replies = kit.probe<RegistrationReply>()
  registry.tell({
    type: 'register-executor',
    executorId,
    host: 'here',
    pid: 1,
    slots: 1,
    executor: executor.ref,
    blocks: kit.probe<ReadChunk>().ref,
    replyTo: replies.ref,
  })
  return { executor, reply: await replies.receive() }
}

const typesOf = (events: readonly SparkEvent[]): string[] =>
  events.map(({ type }) => type).filter((type) => !type.startsWith('SparkListener'))

test('an executor registers once; saying so again changes nothing', async (t) => {
  const started = start()
  const { executor, reply } = await register(started, 'a')
  t.is(reply.type, 'registered')
  t.is((await register(started, 'a', executor)).reply.type, 'registered')
  t.deepEqual(typesOf(started.events), ['executor-added'])
})

test('an id that another executor has, or that is gone, is refused', async (t) => {
  const started = start()
  await register(started, 'a')
  t.is((await register(started, 'a')).reply.type, 'refused')
  started.registry.tell({ type: 'executor-gone', executorId: 'a', reason: 'killed' })
  t.is((await register(started, 'a')).reply.type, 'refused')
})

test('the end of an executor is told once, whoever tells it first', async (t) => {
  const started = start()
  const { executor } = await register(started, 'a')
  t.is((await started.scheduler.receive()).type, 'executor-added')
  started.registry.tell({ type: 'executor-gone', executorId: 'a', reason: 'the agent says so' })
  started.registry.tell({ type: 'executor-gone', executorId: 'a', reason: 'its link is cut' })
  t.is((await started.scheduler.receive()).executorId, 'a')
  await started.scheduler.expectNoMessage()
  t.deepEqual(typesOf(started.events), ['executor-added', 'executor-removed'])
  t.is((await executor.receive()).type, 'shut-down')
})

test('an executor whose actor ends is lost, and the others are told', async (t) => {
  const started = start()
  const { executor } = await register(started, 'a')
  const other = await register(started, 'b')
  for (const executorId of ['a', 'b'])
    t.is((await started.scheduler.receive()).executorId, executorId)
  void started.kit.system.stop(executor.ref)
  t.is((await started.scheduler.receive()).executorId, 'a')
  t.deepEqual(await other.executor.receive(), { type: 'peer-lost', executorId: 'a' })
})
