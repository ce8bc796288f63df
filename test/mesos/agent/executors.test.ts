import test from 'ava'
import type { TaskInfo } from '../../../src/mesos/protocol/index.ts'
import { frameworkInfo, ids, Rig, task } from './rig.ts'

test('the first task of an executor starts its container, the second waits for it', (t) => {
  const rig = new Rig().registered().launch('one')
  const start = rig.effects.find((effect) => effect.type === 'start-container')
  t.truthy(start)
  rig.launch('two')
  t.deepEqual(rig.kinds(), ['update-container'], 'it may use what the second task was given')
  rig.subscribe()
  t.deepEqual(
    rig.executorEvents().map((event) => event.type),
    ['SUBSCRIBED', 'LAUNCH', 'LAUNCH'],
  )
  rig.launch('three')
  t.deepEqual(
    rig.executorEvents().map((event) => event.type),
    ['LAUNCH'],
  )
})

test('a container gets the variables by which an executor finds its agent', (t) => {
  const rig = new Rig().registered().launch('one')
  const start = rig.effects.find((effect) => effect.type === 'start-container')
  const spec = start?.type === 'start-container' ? start.spec : undefined
  t.is(spec?.sandbox, '/var/troupe/slaves/S/frameworks/F/executors/e/runs/01234567-0')
  t.is(spec?.latest, '/var/troupe/slaves/S/frameworks/F/executors/e/runs/latest')
  t.deepEqual(spec?.environment, {
    MESOS_AGENT_ENDPOINT: '127.0.0.1:5051',
    MESOS_FRAMEWORK_ID: 'F',
    MESOS_EXECUTOR_ID: 'e',
    MESOS_SLAVE_ID: 'S',
    MESOS_SLAVE_PID: 'slave(1)@127.0.0.1:5051',
    MESOS_DIRECTORY: spec?.sandbox ?? '',
    MESOS_SANDBOX: spec?.sandbox ?? '',
    MESOS_CHECKPOINT: '0',
    MESOS_EXECUTOR_SHUTDOWN_GRACE_PERIOD: '5secs',
    MESOS_HTTP_COMMAND_EXECUTOR: '0',
    LIBPROCESS_IP: '127.0.0.1',
    LIBPROCESS_PORT: '0',
  })
})

test('an IPv6 address of the agent stands in brackets before its port', (t) => {
  const rig = new Rig().registered()
  const options = { ...rig.state.options, endpoint: { host: '::1', port: 5051 } }
  rig.state = { ...rig.state, options }
  rig.launch('one')
  const start = rig.effects.find((effect) => effect.type === 'start-container')
  t.like(start?.type === 'start-container' ? start.spec.environment : {}, {
    MESOS_AGENT_ENDPOINT: '[::1]:5051',
    MESOS_SLAVE_PID: 'slave(1)@[::1]:5051',
    LIBPROCESS_IP: '::1',
  })
})

test('a task that is launched twice runs once', (t) => {
  const rig = Rig.running('one').launch('one')
  t.deepEqual(rig.kinds(), [])
})

test('an executor that does not subscribe in time is ended, and its tasks have failed', (t) => {
  const rig = new Rig().registered().launch('one')
  const { containerId } = rig
  t.true(rig.effects.some((effect) => effect.type === 'start-timer' && effect.afterMs === 60_000))
  rig.apply({ type: 'registration-overdue', containerId })
  t.deepEqual(rig.kinds(), ['destroy-container'])
  rig.apply({ type: 'container-ended', containerId, status: 9 })
  t.deepEqual(rig.statuses(), ['one TASK_FAILED REASON_EXECUTOR_REGISTRATION_TIMEOUT'])
})

test('an executor that has subscribed is not ended by the timer of its registration', (t) => {
  const rig = Rig.running('one')
  rig.apply({ type: 'registration-overdue', containerId: rig.containerId })
  t.deepEqual(rig.kinds(), [])
})

test('tasks of an executor that ends have failed, those that ended before have not', (t) => {
  const rig = Rig.running('one', 'two').update('one', 'TASK_FINISHED', 1)
  const { containerId } = rig
  rig.apply({ type: 'container-ended', containerId, status: 256 })
  t.deepEqual(rig.statuses(), ['two TASK_FAILED REASON_EXECUTOR_TERMINATED'])
  t.like(rig.calls().at(-1), {
    type: 'EXECUTOR_TERMINATED',
    executor_terminated: { status: 256 },
  })
  t.is(rig.state.executors.size, 0)
})

test('an end that is told twice counts once', (t) => {
  const rig = Rig.running('one')
  const { containerId } = rig
  rig.apply({ type: 'container-ended', containerId, status: 9 })
  rig.apply({ type: 'container-ended', containerId, status: 1, failure: 'x' })
  t.deepEqual(rig.kinds(), [])
})

test('a container that can not start tells why', (t) => {
  const rig = new Rig().registered().launch('one')
  const { containerId } = rig
  rig.apply({ type: 'container-ended', containerId, status: 1, failure: 'no such file' })
  t.deepEqual(rig.statuses(), ['one TASK_FAILED REASON_CONTAINER_LAUNCH_FAILED'])
  const [call] = rig.calls()
  t.is(
    call?.type === 'UPDATE' ? call.update.status.message : '',
    'Failed to launch container: no such file',
  )
})

test('after an executor has ended, the same id starts a new container', (t) => {
  const rig = Rig.running('one')
  const { containerId } = rig
  rig.apply({ type: 'container-ended', containerId, status: 9 }).launch('two')
  t.true(rig.kinds().includes('start-container'))
  t.not(rig.containerId, containerId)
})

test('a task is killed by its executor', (t) => {
  const rig = Rig.running('one')
  const { framework_id } = ids
  rig.master({ type: 'KILL', kill: { framework_id, task_id: { value: 'one' } } })
  t.like(rig.executorEvents()[0], { type: 'KILL', kill: { task_id: { value: 'one' } } })
})

test('a task that was not delivered yet is killed at once, and its executor with the last one', (t) => {
  const rig = new Rig().registered().launch('one').launch('two')
  const { framework_id } = ids
  rig.master({ type: 'KILL', kill: { framework_id, task_id: { value: 'one' } } })
  t.deepEqual(rig.statuses(), ['one TASK_KILLED REASON_TASK_KILLED_DURING_LAUNCH'])
  t.false(rig.kinds().includes('destroy-container'))
  rig.master({ type: 'KILL', kill: { framework_id, task_id: { value: 'two' } } })
  t.true(rig.kinds().includes('destroy-container'))
})

test('an executor is asked to shut down, and killed when its grace is over', (t) => {
  const rig = Rig.running('one')
  rig.master({ type: 'SHUTDOWN_EXECUTOR', shutdown_executor: ids })
  t.deepEqual(rig.executorEvents(), [{ type: 'SHUTDOWN' }])
  t.like(
    rig.effects.find((effect) => effect.type === 'start-timer'),
    { afterMs: 5000 },
  )
  rig.launch('two')
  t.deepEqual(rig.statuses(), ['two TASK_KILLED REASON_EXECUTOR_TERMINATED'])
  const { containerId } = rig
  rig.apply({ type: 'grace-over', containerId })
  t.deepEqual(rig.kinds(), ['destroy-container'])
  rig.apply({ type: 'container-ended', containerId, status: 9 })
  t.deepEqual(rig.statuses(), ['one TASK_KILLED REASON_EXECUTOR_TERMINATED'])
})

test('a framework that is over gets no statuses, and is forgotten with its last executor', (t) => {
  const rig = Rig.running('one').update('one', 'TASK_FAILED', 1)
  const { framework_id } = ids
  rig.master({ type: 'SHUTDOWN_FRAMEWORK', shutdown_framework: { framework_id } })
  t.is(rig.state.updates.size, 0)
  const { containerId } = rig
  rig.apply({ type: 'container-ended', containerId, status: 0 })
  t.deepEqual(rig.statuses(), [])
  t.is(rig.state.frameworks.size, 0)
})

test('an executor that subscribes again gets what it does not have, once', (t) => {
  const rig = new Rig().registered().launch('one').subscribe()
  rig.apply({ type: 'executor-disconnected', connection: 'x' })
  t.true(rig.kinds().includes('start-timer'), 'it has some time to come back')
  rig.launch('two')
  t.deepEqual(rig.executorEvents(), [])
  rig.subscribe('y', [task('one')])
  t.deepEqual(
    rig
      .executorEvents()
      .map((event) => (event.type === 'LAUNCH' ? event.launch.task.task_id.value : event.type)),
    ['SUBSCRIBED', 'two'],
  )
})

test('a second connection of an executor takes the place of the first', (t) => {
  const rig = Rig.running('one').subscribe('y', [])
  t.deepEqual(
    rig.effects.find((effect) => effect.type === 'close-executor'),
    { type: 'close-executor', connection: 'x' },
  )
  rig.apply({ type: 'executor-disconnected', connection: 'x' })
  t.deepEqual(rig.kinds(), [])
})

test('an executor that nobody has started is sent away', (t) => {
  const rig = new Rig().registered().subscribe()
  t.deepEqual(
    rig.executorEvents().map((event) => event.type),
    ['ERROR', 'SHUTDOWN'],
  )
  t.true(rig.kinds().includes('close-executor'))
})

test('an executor that an agent before has started and forgotten is sent away', (t) => {
  const rig = Rig.running('one')
  const subscribe = { unacknowledged_tasks: [], unacknowledged_updates: [] }
  const another = { ...subscribe, container_id: { value: 'another' } }
  rig.executor({ ...ids, type: 'SUBSCRIBE', subscribe: another }, 'y')
  t.deepEqual(
    rig.executorEvents().map((event) => event.type),
    ['ERROR', 'SHUTDOWN'],
  )
  const [known] = rig.state.executors.values()
  t.is(known?.connection, 'x')
  const own = { ...subscribe, container_id: { value: known?.containerId ?? '' } }
  rig.executor({ ...ids, type: 'SUBSCRIBE', subscribe: own }, 'z')
  t.is(rig.executorEvents()[0]?.type, 'SUBSCRIBED')
})

test('a call before SUBSCRIBE gets an ERROR', (t) => {
  const rig = new Rig().registered().update('one', 'TASK_RUNNING', 1)
  t.is(rig.executorEvents()[0]?.type, 'ERROR')
})

test('an agent that shuts down ends its executors and leaves', (t) => {
  const rig = Rig.running('one').apply({ type: 'shutdown' })
  t.deepEqual(rig.executorEvents(), [{ type: 'SHUTDOWN' }])
  t.is(rig.calls()[0]?.type, 'UNREGISTER')
})

test('tasks that share what their pod may use end together when it is too much', (t) => {
  const rig = new Rig().registered()
  const group = (id: string): TaskInfo => {
    const { executor: _, ...rest } = task(id)
    return { ...rest, command: { value: 'run' } }
  }
  rig.master({
    type: 'LAUNCH_GROUP',
    launch_group: {
      framework_id: ids.framework_id,
      framework_info: frameworkInfo,
      executor: { type: 'DEFAULT', executor_id: ids.executor_id },
      task_group: { tasks: [group('one'), group('two')] },
    },
  })
  const { containerId } = rig
  rig.subscribe(containerId)
  rig.apply({ type: 'built-in-request', containerId, request: { type: 'launch', taskId: 'one' } })
  const start = rig.effects.find((effect) => effect.type === 'start-container')
  const spec = start?.type === 'start-container' ? start.spec : undefined
  t.is(spec?.pod?.containerId, containerId)
  const resources = [{ name: 'mem', type: 'SCALAR', scalar: { value: 33 } }] as const
  rig.apply({
    type: 'container-ended',
    containerId: spec?.containerId ?? '',
    status: 9,
    limitation: { reason: 'REASON_CONTAINER_LIMITATION_MEMORY', message: 'too much', resources },
  })
  const statuses = rig
    .calls()
    .flatMap((call) => (call.type === 'UPDATE' ? [call.update.status] : []))
  t.deepEqual(
    statuses
      .toSorted((a, b) => a.task_id.value.localeCompare(b.task_id.value))
      .map(({ task_id, state, source, reason, message, limitation }) => ({
        id: task_id.value,
        said: { state, source, reason, message, limitation },
      })),
    ['one', 'two'].map((id) => ({
      id,
      said: {
        state: 'TASK_FAILED',
        source: 'SOURCE_AGENT',
        reason: 'REASON_CONTAINER_LIMITATION_MEMORY',
        message: 'too much',
        limitation: { resources },
      },
    })),
  )
  t.deepEqual(
    rig.kinds().filter((kind) => kind === 'close-executor'),
    ['close-executor'],
  )
  t.is(rig.state.executors.size, 0)
})
