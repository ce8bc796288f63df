import test from 'ava'

import { faults } from '../../../src/actors/testkit/index.ts'
import { isTroupeError } from '../../../src/platform/index.ts'
import { atStage, environment, house, pause, sums, until } from './house.ts'
import { counts, expected, startCluster } from './simulated-cluster.ts'

for (const stage of [0, 1]) {
  test.serial(
    `an executor process that is stopped in stage ${String(stage)} is lost; the job ends right without it`,
    async (t) => {
      const { sc, events, executors, job } = await house(t, undefined, undefined)
      let victim = ''
      const chaos = faults({
        environment,
        processes: Object.fromEntries(executors),
      })
      atStage(sc, stage, (executorId) => {
        victim = executorId
        chaos.freeze(executorId)
      })
      t.deepEqual(await job(), sums)
      t.true(
        events.some((event) => event.type === 'executor-removed' && event.executorId === victim),
      )
      chaos.expectAllFired()
      await chaos.stop()
      // It goes on, finds that it was given up, and ends.
      const pid = executors.get(victim) ?? -1
      await until(() => !environment.processes.isAlive(pid))
      t.deepEqual(await job(), sums)
    },
  )
}

test.serial(
  'an executor process that is stopped for a moment goes on, and nothing is lost',
  async (t) => {
    const { sc, events, executors, job } = await house(t, undefined, undefined)
    await using chaos = faults({ environment, processes: Object.fromEntries(executors) })
    atStage(sc, 1, (executorId) => {
      chaos.freeze(executorId, { forMs: 500 })
    })
    t.deepEqual(await job(), sums)
    t.false(events.some((event) => event.type === 'executor-removed'))
    chaos.expectAllFired()
  },
)

test.serial(
  'an agent process that is stopped is lost with its executor; jobs end right before and after that',
  async (t) => {
    const { sc, events, agents, executors, job } = await house(t, undefined, undefined)
    const chaos = faults({
      environment,
      processes: Object.fromEntries(
        agents.map((agent, index) => [`agent-${String(index)}`, agent]),
      ),
    })
    const pids = [...executors.values()]
    atStage(sc, 0, () => {
      chaos.freeze('agent-0')
    })
    t.deepEqual(await job(), sums)
    await until(() => events.some((event) => event.type === 'executor-removed'))
    t.deepEqual(await job(), sums)
    await chaos.stop()
    // It finds that it was given up, and ends with its executor; whoever keeps it starts it anew.
    await agents[0]?.exited
    await until(() => pids.some((pid) => !environment.processes.isAlive(pid)))
    t.deepEqual(await job(), sums)
  },
)

test.serial(
  'the link between driver and master is cut and broken under a job, which ends right',
  async (t) => {
    const { sc, system, master, events, job } = await house(t, undefined, undefined)
    await using chaos = faults(system)
    atStage(sc, 0, () => {
      chaos.cutLink('driver', master.address, { forMs: 1000 })
    })
    atStage(sc, 1, () => {
      chaos.resetLink('driver', master.address, { at: { afterMs: 1500 } })
    })
    t.deepEqual(await job(), sums)
    await until(() => chaos.report.neverFired.length === 0)
    t.deepEqual(await job(), sums)
    t.false(events.some((event) => event.type === 'executor-removed'))
  },
)

test.serial(
  'a master process that is killed under a job and started again: the job ends right meanwhile, and so do later ones',
  async (t) => {
    const { sc, master, events, agents, executors, job } = await house(t, undefined, undefined)
    atStage(sc, 0, () => {
      master.process.kill('SIGKILL')
    })
    t.deepEqual(await job(), sums)
    t.is((await master.process.exited).signal, 'SIGKILL')
    await master.startAgain()
    // Only a master that knows agents and framework again starts a new executor in place of this one.
    const [victim = '', pid = -1] = [...executors][0] ?? []
    environment.processes.kill(pid, 'SIGKILL')
    await until(() => executors.size > 2)
    t.deepEqual(
      events.flatMap((event) => (event.type === 'executor-removed' ? [event.executorId] : [])),
      [victim],
    )
    t.deepEqual(await job(), sums)
    for (const agent of agents) t.true(environment.processes.isAlive(agent.pid))
  },
)

for (const forMs of [500, 4_000]) {
  test.serial(
    `a master process that is stopped for ${String(forMs)} ms under a job goes on, and has lost nothing`,
    async (t) => {
      const { sc, master, events, executors, agents, job } = await house(t, undefined, undefined)
      const chaos = faults({ environment, processes: { master: master.process } })
      let thawed: Promise<unknown> = Promise.resolve()
      atStage(sc, 0, () => {
        chaos.freeze('master')
        thawed = pause(forMs).then(() => chaos.stop())
      })
      t.deepEqual(await job(), sums)
      await thawed
      t.false(events.some((event) => event.type === 'executor-removed'))
      const [, pid = -1] = [...executors][0] ?? []
      environment.processes.kill(pid, 'SIGKILL')
      await until(() => executors.size > 2)
      t.deepEqual(await job(), sums)
      for (const agent of agents) t.true(environment.processes.isAlive(agent.pid))
    },
  )
}

test.serial(
  'an executor whose disk takes no more fails its tasks with the reason; they run elsewhere',
  async (t) => {
    // A limit of the system on the size of files, in blocks of 512 bytes: to a map task a disk that is full. The agent, which
    // would fail without its checkpoint, writes less.
    const { events, job } = await house(t, 'ulimit -f 24', undefined)
    t.deepEqual(await job(), sums)
    const failed = events.filter((event) => event.type === 'task-failed')
    t.true(failed.length > 0)
    for (const { error, directive } of failed) {
      t.true(isTroupeError(error, 'TROUPE_PLATFORM_FILE_UNWRITABLE'))
      t.is(directive, 'restart')
    }
  },
)

for (const fault of [
  { type: 'fill-disk', freeBytes: 100 },
  { type: 'fail-disk', operation: 'write' },
  { type: 'tear-write' },
] as const) {
  test(`in memory: ${fault.type} under a map task, which runs elsewhere`, async (t) => {
    const { world, sc, events } = await startCluster(t, 1)
    await using chaos = faults({ world })
    chaos.inject({ ...fault, node: 'one', path: '/var/troupe/one' })
    t.deepEqual((await world.until(counts(sc).collect())).sort(), expected)
    const failed = events.filter((event) => event.type === 'task-failed')
    t.true(failed.length > 0)
    for (const { error } of failed) t.true(isTroupeError(error, 'TROUPE_PLATFORM_FILE_UNWRITABLE'))
    chaos.expectAllFired()
  })
}
