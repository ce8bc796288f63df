import test from 'ava'
import fc from 'fast-check'
import { memoryEnvironment, type MemoryWorld } from '../../../src/actors/testkit/index.ts'
import { Held, Journal, readCheckpoint } from '../../../src/mesos/agent/checkpoint/index.ts'
import type { CheckpointRecord } from '../../../src/mesos/agent/checkpoint/index.ts'
import { recoveredAgentState } from '../../../src/mesos/agent/recover.ts'
import { defaultAgentOptions } from '../../../src/mesos/agent/state.ts'
import { stepAgent } from '../../../src/mesos/agent/step.ts'
import type { Disk } from '../../../src/platform/index.ts'
import { executor, frameworkInfo, task } from './rig.ts'

const info = { hostname: 'h', port: 5051, resources: [] }
const FILE = '/var/agent/meta/slaves/S/checkpoint'
const uuid = (value: number): Uint8Array => new Uint8Array(16).fill(value)

const records: readonly CheckpointRecord[] = [
  { type: 'agent', agentId: 'S', epoch: 3 },
  { type: 'framework', frameworkId: 'F', info: { ...frameworkInfo, checkpoint: true } },
  { type: 'executor', frameworkId: 'F', info: executor, containerId: 'c' },
  { type: 'started', containerId: 'c', pid: 7, mark: 'm', sinceUnixMs: 9 },
  { type: 'task', frameworkId: 'F', executorId: 'e', task: task('one', { data: uuid(9) }) },
  {
    type: 'status',
    frameworkId: 'F',
    status: { task_id: { value: 'one' }, state: 'TASK_RUNNING', uuid: uuid(1) },
  },
  {
    type: 'status',
    frameworkId: 'F',
    status: { task_id: { value: 'one' }, state: 'TASK_FINISHED', uuid: uuid(2) },
  },
  { type: 'acknowledged', frameworkId: 'F', taskId: 'one', uuid: uuid(1) },
]

function diskOf(world: MemoryWorld): Disk {
  return world.environment('agent', { machine: 'host' }).disk
}

async function written(world: MemoryWorld, disk: Disk): Promise<string> {
  const journal = new Journal(disk, '/var/agent', info)
  for (const record of records) {
    journal.add(record)
    await world.until(journal.flushed())
  }
  return new TextDecoder().decode(await disk.readFile(FILE))
}

async function write(disk: Disk, text: string): Promise<void> {
  await disk.writeFile(FILE, new TextEncoder().encode(text))
}

test('what was flushed is found again', async (t) => {
  const world = memoryEnvironment({ seed: 1 })
  const disk = diskOf(world)
  await written(world, disk)
  const held = await world.until(readCheckpoint(disk, '/var/agent'))
  t.is(held?.agentId, 'S')
  t.is(held?.epoch, 3)
  t.deepEqual(held?.executors.get('c')?.process, { pid: 7, mark: 'm', sinceUnixMs: 9 })
  t.deepEqual(
    [...(held?.containers() ?? [])].map(
      ({ containerId, process }) => `${containerId} ${process.pid}`,
    ),
    ['c 7'],
  )
  const one = held?.tasks.get('F/one')
  t.is(one?.state, 'TASK_FINISHED')
  t.deepEqual(one?.info.data, uuid(9))
  t.deepEqual(
    one?.waiting.map((status) => status.uuid),
    [uuid(2)],
  )
})

test('records that were written together are written in their order', async (t) => {
  const world = memoryEnvironment({ seed: 1 })
  const disk = diskOf(world)
  const journal = new Journal(disk, '/var/agent', info)
  for (const record of records) journal.add(record)
  await world.until(journal.flushed())
  const again = new Journal(disk, '/var/agent', info)
  const held = await world.until(again.recover())
  await world.until(again.flushed())
  const twice = await world.until(readCheckpoint(disk, '/var/agent'))
  t.deepEqual([...(twice?.records() ?? [])], [...(held?.records() ?? [])])
  t.is(twice?.tasks.size, 1)
})

test('of a last record that is torn the whole ones before it remain, at any place', async (t) => {
  const world = memoryEnvironment({ seed: 1 })
  const disk = diskOf(world)
  const text = await written(world, disk)
  const lines = text.split('\n').slice(0, -1)
  await fc.assert(
    fc.asyncProperty(fc.nat({ max: text.length - 1 }), async (kept) => {
      await write(disk, text.slice(0, kept))
      const held = await world.until(readCheckpoint(disk, '/var/agent'))
      const whole = text.slice(0, kept).split('\n').length - 1
      t.is(held === undefined, whole === 0)
      const expected = new Held()
      for (const line of lines.slice(0, whole)) {
        expected.apply(JSON.parse(line.slice(9)) as CheckpointRecord)
      }
      t.is(held?.executors.size ?? 0, expected.executors.size)
      t.is(held?.tasks.size ?? 0, expected.tasks.size)
    }),
    { numRuns: 60 },
  )
})

test('a file that is damaged before its end is refused, with the way out', async (t) => {
  const world = memoryEnvironment({ seed: 1 })
  const disk = diskOf(world)
  const text = await written(world, disk)
  await write(disk, text.replace('"pid":7', '"pid":8'))
  const error = await world.until(
    t.throwsAsync(readCheckpoint(disk, '/var/agent'), { code: 'TROUPE_MESOS_CHECKPOINT_CORRUPT' }),
  )
  t.regex(error?.message ?? '', /line 5 is damaged.*rm -f \/var\/agent\/meta\/slaves\/latest/)
})

test('an agent that is given up leaves nothing to recover', async (t) => {
  const world = memoryEnvironment({ seed: 1 })
  const disk = diskOf(world)
  const journal = new Journal(disk, '/var/agent', info)
  for (const record of records) journal.add(record)
  await world.until(journal.flushed())
  journal.add({ type: 'forget' })
  await world.until(journal.flushed())
  t.is(await world.until(readCheckpoint(disk, '/var/agent')), undefined)
})

test('a file that has grown is written anew, with what counts only', async (t) => {
  const world = memoryEnvironment({ seed: 1 })
  const disk = diskOf(world)
  const journal = new Journal(disk, '/var/agent', info)
  for (const record of records) journal.add(record)
  await world.until(journal.flushed())
  const first = (await disk.stat(FILE))?.sizeBytes ?? 0
  const big = { ...frameworkInfo, checkpoint: true, name: 'x'.repeat(400_000) }
  for (let i = 0; i < 3; i++) {
    journal.add({ type: 'framework', frameworkId: 'G', info: big })
    await world.until(journal.flushed())
  }
  t.true(((await disk.stat(FILE))?.sizeBytes ?? 0) > 1_000_000)
  journal.add({ type: 'framework-over', frameworkId: 'G' })
  await world.until(journal.flushed())
  t.is((await disk.stat(FILE))?.sizeBytes, first)
})

test('what could not be written is written as soon as there is room, with all before it', async (t) => {
  const world = memoryEnvironment({ seed: 1 })
  const disk = diskOf(world)
  let isFull = false
  const full: Disk = {
    ...disk,
    create: async (path) => {
      const file = await disk.create(path)
      const append = async (bytes: Uint8Array): Promise<void> => {
        if (isFull) throw new RangeError('full')
        await file.append(bytes)
      }
      return { append, sync: () => file.sync(), close: () => file.close() }
    },
  }
  const journal = new Journal(full, '/var/agent', info)
  for (const [index, record] of records.entries()) {
    isFull = index > 1 && index < 6
    journal.add(record)
    if (isFull) await world.until(t.throwsAsync(journal.flushed(), { message: 'full' }))
    else await world.until(journal.flushed())
  }
  const held = await world.until(readCheckpoint(disk, '/var/agent'))
  t.is(held?.executors.get('c')?.process?.pid, 7)
  t.deepEqual(held?.tasks.get('F/one')?.waiting.length, 1)
})

test('what is known of a group is found again, also in a file that was written anew', (t) => {
  const ofTask = { frameworkId: 'F', taskId: 'one' }
  const process = { pid: 8, mark: 'n', sinceUnixMs: 5 }
  const held = new Held()
  const group: readonly CheckpointRecord[] = [
    { type: 'executor', frameworkId: 'F', info: executor, containerId: 'c', builtIn: 'default' },
    {
      type: 'task',
      frameworkId: 'F',
      executorId: 'e',
      task: task('one'),
      group: ['one', 'two'],
    },
    { type: 'task-container', ...ofTask, containerId: 'd' },
    { type: 'task-started', ...ofTask, ...process },
    { type: 'kill', ...ofTask, kill_policy: { grace_period: { nanoseconds: 1 } } },
  ]
  for (const record of group) held.apply(record)
  const again = new Held()
  for (const record of held.records()) again.apply(record)
  for (const one of [held, again]) {
    t.is(one.executors.get('c')?.builtIn, 'default')
    t.like(one.tasks.get('F/one'), {
      group: ['one', 'two'],
      container: { containerId: 'd', process },
      kill: { kill_policy: { grace_period: { nanoseconds: 1 } } },
    })
    t.deepEqual([...one.containers()], [{ containerId: 'd', process }])
  }
})

test('a framework of which nothing is left is not kept by the agent that finds its checkpoint', (t) => {
  const held = new Held()
  const options = {
    ...defaultAgentOptions,
    info,
    workDir: '/var/agent',
    endpoint: { host: 'h', port: 5051 },
  }
  // That it is over was lost with the agent before.
  held.apply({ type: 'agent', agentId: 'S', epoch: 3 })
  held.apply({ type: 'framework', frameworkId: 'F', info: { ...frameworkInfo, checkpoint: true } })
  const recovered = recoveredAgentState('i', options, held)
  t.true(recovered.frameworks.has('F'))
  const [state, effects] = stepAgent(recovered, { type: 'recovered' }, { nowMs: 0, unixMs: 0 })
  t.deepEqual([...state.frameworks.keys()], [])
  t.true(effects.some((effect) => effect.type === 'collect' && effect.path.endsWith('/F')))
})
