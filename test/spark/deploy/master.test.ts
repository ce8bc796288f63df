import test from 'ava'
import fc from 'fast-check'

import { assignCores } from '../../../src/spark/deploy/master/assign-cores.ts'
import { PureMaster } from './pure-master.ts'

const free = (
  ...cores: readonly number[]
): { workerId: string; coresFree: number; memoryFreeMb: number }[] =>
  cores.map((coresFree, at) => ({ workerId: `w${at}`, coresFree, memoryFreeMb: 2048 }))
const all = Number.MAX_SAFE_INTEGER

// As Spark's MasterSuite has them.
for (const [what, cores, wish, spread, packed] of [
  ['all cores of all workers', [10, 10, 10], {}, [10, 10, 10], [10, 10, 10]],
  ['a bound of cores', [10, 10, 10], { coresLeft: 8 }, [3, 3, 2], [8, 0, 0]],
  ['a bound beyond a worker', [10, 10, 10], { coresLeft: 16 }, [6, 5, 5], [10, 6, 0]],
  ['executors of three cores', [10, 10, 10], { coresPerExecutor: 3 }, [9, 9, 9], [9, 9, 9]],
  ['and a bound', [10, 10, 10], { coresPerExecutor: 3, coresLeft: 8 }, [3, 3, 0], [6, 0, 0]],
  [
    'memory for two on each',
    [10, 10],
    { coresPerExecutor: 2, memoryPerExecutorMb: 1024 },
    [4, 4],
    [4, 4],
  ],
  ['a limit of executors', [10, 10, 10], { executorsLeft: 2 }, [10, 10, 0], [10, 10, 0]],
  ['no executor at all', [10, 10], { executorsLeft: 0 }, [0, 0], [0, 0]],
] as const) {
  test(`cores are given spread out, or packed: ${what}`, (t) => {
    const whole = {
      coresLeft: all,
      coresPerExecutor: undefined,
      memoryPerExecutorMb: 512,
      executorsLeft: all,
      ...wish,
    }
    t.deepEqual(assignCores(free(...cores), whole, true), [...spread])
    t.deepEqual(assignCores(free(...cores), whole, false), [...packed])
  })
}

test('an application gets what its workers have, and what comes later, up to its maximum', (t) => {
  const master = new PureMaster()
  master.application('app', { maxCores: 5 })
  t.deepEqual(master.executors('app'), [])
  master.worker('w1', 2)
  t.deepEqual(master.executors('app'), ['w1:2'])
  master.worker('w2', 4)
  t.deepEqual(master.executors('app'), ['w1:2', 'w2:3'])
  master.applicationSays('app', { type: 'unregister-application' })
  t.deepEqual(master.sent(), [
    'to-w1 kill-executor',
    'to-w2 kill-executor',
    'to-app application-removed',
  ])
  t.is(master.state.completedApplications[0]?.state, 'FINISHED')
})

test('applications are served in the order of their coming, one without a maximum by spark.deploy.defaultCores', (t) => {
  const master = new PureMaster({ defaultCores: 3 })
  master.application('one')
  master.application('two', { maxCores: 8 })
  master.worker('w1', 4)
  t.deepEqual(master.executors('one'), ['w1:3'])
  t.deepEqual(master.executors('two'), ['w1:1'])
})

test('an application whose executors fail ten times in a row is given up, unless one runs in between', (t) => {
  for (const runs of [false, true]) {
    const master = new PureMaster()
    master.worker('w1', 2)
    master.application('app')
    for (let executorId = 0; executorId < 10; executorId += 1) {
      const of = { type: 'executor-changed', applicationId: 'app', executorId } as const
      if (runs && executorId === 5) master.says('w1', { ...of, state: 'RUNNING' })
      master.says('w1', { ...of, state: 'EXITED', exitStatus: 1 })
    }
    t.is(master.state.applications.has('app'), runs)
    if (!runs) t.true(master.sent().includes('to-app application-removed'))
  }
})

test('a worker that is silent is dead after its timeout, and forgotten after fifteen more', (t) => {
  const master = new PureMaster()
  master.worker('w1', 2)
  master.application('app')
  master.after(59_000)
  master.says('w1', { type: 'heartbeat' })
  master.after(59_000)
  t.is(master.state.workers.get('w1')?.state, 'ALIVE')
  master.after(1_000)
  t.is(master.state.workers.get('w1')?.state, 'DEAD')
  t.deepEqual(master.executors('app'), [])
  t.deepEqual(master.sent(), ['to-app executor-updated'])
  master.after(16 * 60_000)
  t.false(master.state.workers.has('w1'))
})

test('a worker that comes back within its grace keeps what it runs; one that does not loses it', (t) => {
  for (const isInTime of [true, false]) {
    const master = new PureMaster()
    master.worker('w1', 2)
    master.application('app')
    master.step({ type: 'disconnected', connection: 'to-w1' })
    master.after(isInTime ? 1_000 : 3_000)
    const held = { applicationId: 'app', executorId: 0, cores: 2, memoryMb: 512, isRunning: true }
    master.worker('w1', 2, 4096, { executors: [held] })
    t.is(master.sent().includes('to-w1 kill-executor'), !isInTime)
    t.deepEqual(
      [...(master.state.applications.get('app')?.executors.keys() ?? [])],
      [isInTime ? 0 : 1],
    )
  }
})

test('an executor that its worker has come back without is lost, and another is launched', (t) => {
  const master = new PureMaster()
  master.worker('w1', 2)
  master.application('app')
  master.worker('w1', 2)
  t.deepEqual(master.sent(), [
    'to-w1 worker-registered',
    'to-app executor-updated',
    'to-w1 launch-executor',
    'to-app executor-added',
  ])
})

test('drivers go before applications, round the workers, and one that is asked to end waits for its worker to say so', (t) => {
  const master = new PureMaster()
  const [one, two, three] = [master.submit(), master.submit(), master.submit({ cores: 4 })]
  t.is(one, 'driver-20261123000000-0000')
  master.worker('w1', 2)
  master.worker('w2', 2)
  master.application('app')
  t.is(master.state.drivers.get(two)?.workerId, 'w1')
  t.is(master.state.drivers.get(three)?.state, 'SUBMITTED')
  master.kill(one)
  t.deepEqual(master.sent(), ['to-w1 kill-driver'])
  master.says('w1', { type: 'driver-changed', driverId: one, state: 'KILLED' })
  master.kill(three)
  t.deepEqual(
    master.state.completedDrivers.map(({ state }) => state),
    ['KILLED', 'KILLED'],
  )
  t.like(master.kill(three), {
    reply: { success: false, message: `Driver ${three} has already finished or does not exist` },
  })
})

test('a driver of a lost worker is ERROR, or runs elsewhere as another one when it is supervised', (t) => {
  const master = new PureMaster()
  master.worker('w1', 2)
  const [plain, supervised] = [master.submit(), master.submit({ isSupervised: true })]
  master.worker('w2', 2)
  master.step({ type: 'disconnected', connection: 'to-w1' })
  master.after(2_000)
  const states = new Map(
    master.state.completedDrivers.map(({ driverId, state }) => [driverId, state]),
  )
  t.deepEqual([states.get(plain), states.get(supervised)], ['ERROR', 'RELAUNCHING'])
  t.deepEqual(
    [...master.state.drivers.values()].map(({ state, workerId }) => [state, workerId]),
    [['RUNNING', 'w2']],
  )
})

test('a master that is started again waits for those it knew, and goes on with what they bring', (t) => {
  const before = new PureMaster()
  before.worker('w1', 2)
  before.worker('w2', 2)
  before.application('app')
  const driverId = before.submit({ cores: 9 })
  const master = before.again()
  t.is(master.state.status, 'RECOVERING')
  t.is(master.submit(), '')
  const held = { applicationId: 'app', executorId: 3, cores: 2, memoryMb: 512, isRunning: true }
  master.worker('w1', 2, 4096, { executors: [held] })
  t.deepEqual(master.sent(), ['to-w1 worker-registered'])
  master.application('app', {}, [3, 4])
  t.is(master.state.status, 'RECOVERING')
  master.worker('w2', 2)
  t.is(master.state.status, 'ALIVE')
  t.deepEqual(master.executors('app'), ['w1:2', 'w2:2'])
  t.is(master.state.applications.get('app')?.nextExecutorId, 5)
  t.true(master.sent().includes('to-app executor-updated'), 'executor 4 is told to be lost')
  t.is(master.state.drivers.get(driverId)?.state, 'SUBMITTED')
})

test('those that do not come back are given up when the time of recovery is over', (t) => {
  const before = new PureMaster()
  before.worker('w1', 2)
  before.application('app')
  const [plain] = [before.submit({ isSupervised: true })]
  const master = before.again()
  master.after(59_999)
  t.is(master.state.status, 'RECOVERING')
  master.after(1)
  t.is(master.state.status, 'ALIVE')
  t.is(master.state.workers.get('w1')?.state, 'DEAD')
  t.is(master.state.applications.size, 0)
  t.is(master.stored.size, plain === '' ? 0 : 1)
})

test('whatever happens, nobody is given more than there is, and no master forgets whom it has promised something', (t) => {
  const name = (kind: string, count: number): fc.Arbitrary<string> =>
    fc.integer({ min: 1, max: count }).map((n) => `${kind}${n}`)
  const action = fc.oneof(
    fc.record({
      do: fc.constant('worker' as const),
      id: name('w', 3),
      cores: fc.integer({ min: 1, max: 4 }),
    }),
    fc.record({
      do: fc.constant('application' as const),
      id: name('a', 3),
      maxCores: fc.option(fc.integer({ min: 1, max: 6 }), { nil: undefined }),
      coresPerExecutor: fc.option(fc.integer({ min: 1, max: 3 }), { nil: undefined }),
    }),
    fc.record({ do: fc.constant('leave' as const), id: name('a', 3) }),
    fc.record({
      do: fc.constant('limit' as const),
      id: name('a', 3),
      total: fc.integer({ min: 0, max: 3 }),
    }),
    fc.record({
      do: fc.constant('exit' as const),
      id: name('a', 3),
      status: fc.integer({ min: 0, max: 1 }),
    }),
    fc.record({ do: fc.constant('cut' as const), id: fc.oneof(name('w', 3), name('a', 3)) }),
    fc.record({ do: fc.constant('submit' as const), isSupervised: fc.boolean() }),
    fc.record({ do: fc.constant('driver' as const), isKill: fc.boolean() }),
    fc.record({ do: fc.constant('wait' as const), ms: fc.constantFrom(100, 2_000, 61_000) }),
    fc.record({ do: fc.constant('restart' as const) }),
  )
  fc.assert(
    fc.property(fc.array(action, { maxLength: 40 }), (actions) => {
      let master = new PureMaster({ maxExecutorRetries: 3 })
      for (const one of actions) {
        switch (one.do) {
          case 'worker': {
            const known = master.state.workers.get(one.id)
            const executors = [...master.state.applications.values()].flatMap((app) =>
              [...app.executors.values()]
                .filter(({ workerId }) => workerId === one.id)
                .map((each) => ({ ...each, applicationId: app.applicationId, isRunning: true })),
            )
            master.worker(one.id, known?.cores ?? one.cores, 2048, { executors })
            break
          }
          case 'application': {
            const known = master.state.applications.get(one.id)?.description
            const { maxCores, coresPerExecutor } = known ?? one
            master.application(one.id, { maxCores, coresPerExecutor })
            break
          }
          case 'leave':
            master.applicationSays(one.id, { type: 'unregister-application' })
            break
          case 'limit':
            master.applicationSays(one.id, { type: 'request-executors', total: one.total })
            break
          case 'exit': {
            const [executor] = master.state.applications.get(one.id)?.executors.values() ?? []
            if (executor === undefined) break
            const { executorId, workerId } = executor
            const of = { type: 'executor-changed', applicationId: one.id, executorId } as const
            master.says(workerId, { ...of, state: 'EXITED', exitStatus: one.status })
            break
          }
          case 'cut':
            master.step({ type: 'disconnected', connection: `to-${one.id}` })
            break
          case 'submit':
            master.submit({ isSupervised: one.isSupervised })
            break
          case 'driver': {
            const [driver] = master.state.drivers.values()
            if (driver === undefined) break
            if (one.isKill) master.kill(driver.driverId)
            else if (driver.workerId !== undefined) {
              const { driverId, workerId } = driver
              master.says(workerId, { type: 'driver-changed', driverId, state: 'FAILED' })
            }
            break
          }
          case 'wait':
            master.after(one.ms)
            break
          case 'restart': {
            const { drivers } = master.state
            master = master.again()
            t.deepEqual([...master.state.drivers.keys()].sort(), [...drivers.keys()].sort())
          }
        }
        const isUnknown = (problem: string): boolean => problem.includes('is UNKNOWN on')
        t.deepEqual(
          master.problems().filter((problem) => !isUnknown(problem)),
          [],
        )
      }
    }),
    { numRuns: 300 },
  )
})
