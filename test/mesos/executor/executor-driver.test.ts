import test from 'ava'
import type { ActorRef } from '../../../src/actors/index.ts'
import { testSystem, type TestProbe, type TestSystem } from '../../../src/actors/testkit/index.ts'
import { executorDriver, type ExecutorDriverMessage } from '../../../src/mesos/executor/index.ts'
import type { ExecutorCall, ExecutorEvent, TaskInfo } from '../../../src/mesos/protocol/index.ts'
import type { SessionPulse } from '../../../src/mesos/session/index.ts'

const ids = { framework_id: { value: 'F' }, executor_id: { value: 'e' } }
const task: TaskInfo = {
  name: 'one',
  task_id: { value: 'one' },
  agent_id: { value: 'S' },
  resources: [],
}

interface World {
  readonly kit: TestSystem
  readonly handler: TestProbe<ExecutorEvent>
  readonly driver: ActorRef<ExecutorDriverMessage>
  readonly subscribers: ActorRef<ExecutorEvent | SessionPulse>[]
  readonly sessions: TestProbe<ExecutorCall | SessionPulse>[]
  isAgentGone: boolean
}

function world(recoveryTimeoutMs = 0): World {
  const kit = testSystem()
  const handler = kit.probe<ExecutorEvent>('handler')
  const made: Omit<World, 'driver'> = {
    kit,
    handler,
    subscribers: [],
    sessions: [],
    isAgentGone: false,
  }
  const driver = kit.spawn(
    executorDriver({
      ids,
      handler: handler.ref,
      recoveryTimeoutMs,
      openAgent: (subscriber) => {
        if (made.isAgentGone) return Promise.reject(new RangeError('gone'))
        const session = kit.probe<ExecutorCall | SessionPulse>()
        made.subscribers.push(subscriber)
        made.sessions.push(session)
        return Promise.resolve(session.ref)
      },
    }),
  )
  return Object.assign(made, { driver })
}

const nextCall = async (session: TestProbe<ExecutorCall | SessionPulse> | undefined) => {
  const call = await session?.fish((message) => message.type !== 'session-pulse')
  return call as ExecutorCall | undefined
}

test('the driver subscribes, and hands events on but for acknowledgements and heartbeats', async (t) => {
  const { handler, subscribers, sessions, kit } = world()
  await kit.settle()
  t.deepEqual(await nextCall(sessions[0]), {
    ...ids,
    type: 'SUBSCRIBE',
    subscribe: { unacknowledged_tasks: [], unacknowledged_updates: [] },
  })
  subscribers[0]?.tell({ type: 'HEARTBEAT' })
  subscribers[0]?.tell({ type: 'LAUNCH', launch: { task } })
  await handler.expectMessage({ type: 'LAUNCH', launch: { task } })
  subscribers[0]?.tell({ type: 'KILL', kill: { task_id: task.task_id } })
  t.is((await handler.receive()).type, 'KILL')
})

test('a task that is launched again runs once', async (t) => {
  const { handler, subscribers, kit } = world()
  await kit.settle()
  subscribers[0]?.tell({ type: 'LAUNCH', launch: { task } })
  subscribers[0]?.tell({ type: 'LAUNCH', launch: { task } })
  t.is((await handler.receive()).type, 'LAUNCH')
  await handler.expectNoMessage()
})

test('after a broken session the driver says what was not acknowledged', async (t) => {
  const { driver, subscribers, sessions, kit } = world()
  await kit.settle()
  subscribers[0]?.tell({ type: 'LAUNCH', launch: { task } })
  await nextCall(sessions[0])
  const status = { task_id: task.task_id, state: 'TASK_RUNNING' as const }
  driver.tell({ type: 'UPDATE', update: { status } })
  const update = await nextCall(sessions[0])
  await kit.until(kit.system.stop(sessions[0]?.ref ?? driver))
  await kit.advance(200)
  const again = await nextCall(sessions[1])
  t.like(again, { type: 'SUBSCRIBE', subscribe: { unacknowledged_tasks: [task] } })
  const kept = again?.type === 'SUBSCRIBE' ? again.subscribe.unacknowledged_updates : []
  t.deepEqual(kept, update?.type === 'UPDATE' ? [update.update] : [])

  const { uuid = new Uint8Array() } = kept[0]?.status ?? {}
  const acknowledged = { task_id: task.task_id, uuid }
  subscribers[1]?.tell({ type: 'ACKNOWLEDGED', acknowledged })
  await kit.settle()
  await kit.until(kit.system.stop(sessions[1]?.ref ?? driver))
  await kit.advance(200)
  t.like(await nextCall(sessions[2]), {
    subscribe: { unacknowledged_tasks: [], unacknowledged_updates: [] },
  })
})

test('when the agent does not come back, the program is told to shut down, once', async (t) => {
  for (const [recoveryTimeoutMs, waitsMs] of [
    [0, 5000],
    [60_000, 60_000],
  ] as const) {
    const made = world(recoveryTimeoutMs)
    await made.kit.settle()
    made.isAgentGone = true
    await made.kit.until(made.kit.system.stop(made.sessions[0]?.ref ?? made.driver))
    await made.handler.expectNoMessage(waitsMs - 1)
    t.deepEqual(await made.handler.receive(1), { type: 'SHUTDOWN' })
    made.isAgentGone = false
    await made.kit.advance(10_000)
    made.subscribers.at(-1)?.tell({ type: 'SHUTDOWN' })
    await made.handler.expectNoMessage(10_000)
  }
})

test('an agent that never answers is given up after thirty seconds', async (t) => {
  const made = world()
  made.isAgentGone = true
  await made.handler.expectNoMessage(29_999)
  t.deepEqual(await made.handler.receive(1), { type: 'SHUTDOWN' })
})
