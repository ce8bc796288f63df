import test from 'ava'

import {
  ExecutorResourceRequests,
  ResourceProfileBuilder,
  TaskContext,
} from '../../../src/spark/index.ts'
import { environment, until } from '../cluster/house.ts'
import { PureMaster } from './pure-master.ts'
import { StandaloneHouse } from './standalone-house.ts'

const storage = { memory: {}, unrollBytes: 1, maxBytesInMemory: 1 }
const template = { driver: 'd:1', token: '00', secret: undefined, networkTimeoutMs: 1, storage }

const request = (profileId: number, total: number, coresPerExecutor: number) =>
  ({
    type: 'request-profile',
    request: {
      profileId,
      total,
      coresPerExecutor,
      memoryPerExecutorMb: 1024,
      executor: { ...template, resourceProfileId: profileId } as never,
    },
  }) as const

const profilesOf = (master: PureMaster): readonly string[] =>
  [...(master.state.applications.get('app')?.executors.values() ?? [])].map(
    ({ profileId, cores, memoryMb }) => `${profileId}: ${cores}/${memoryMb}`,
  )

test('a master gives an application executors of each profile, the default first, within all its cores', (t) => {
  const master = new PureMaster()
  master.application('app', { coresPerExecutor: 1, maxCores: 6 })
  master.applicationSays('app', { type: 'request-executors', total: 1 })
  master.applicationSays('app', request(9, 2, 1))
  master.applicationSays('app', request(4, 2, 2))
  master.worker('w1', 8)
  t.deepEqual(profilesOf(master), ['0: 1/512', '4: 2/1024', '4: 2/1024', '9: 1/1024'])
  const launches = master.effects.flatMap((effect) =>
    effect.type === 'to-worker' && effect.event.type === 'launch-executor'
      ? [effect.event.executor.resourceProfileId]
      : [],
  )
  t.deepEqual(launches, [undefined, 4, 4, 9])
})

test('an executor that is gone is replaced by one of its profile, if as many are still wanted', (t) => {
  const master = new PureMaster()
  master.application('app', { coresPerExecutor: 1 })
  master.applicationSays('app', { type: 'request-executors', total: 0 })
  master.worker('w1', 8)
  master.applicationSays('app', request(4, 1, 2))
  t.deepEqual(profilesOf(master), ['4: 2/1024'])
  const end = { applicationId: 'app', executorId: 0, exitStatus: 1 } as const
  master.says('w1', { type: 'executor-changed', state: 'EXITED', ...end })
  t.deepEqual(profilesOf(master), ['4: 2/1024'])
  master.applicationSays('app', request(4, 0, 2))
  master.says('w1', { type: 'executor-changed', state: 'EXITED', ...end, executorId: 1 })
  t.deepEqual(profilesOf(master), [])
})

test('a master that is started again counts the executors of each profile that workers bring', (t) => {
  const master = new PureMaster()
  master.worker('w1', 8)
  master.application('app', { coresPerExecutor: 1, maxCores: 1 })
  const again = master.again()
  const held = { applicationId: 'app', cores: 2, memoryMb: 1024, isRunning: true } as const
  again.worker('w1', 8, 4096, { executors: [{ ...held, executorId: 3, profileId: 4 }] })
  again.application('app', { coresPerExecutor: 1, maxCores: 4 }, [3])
  again.applicationSays('app', { type: 'request-executors', total: 0 })
  again.applicationSays('app', request(4, 1, 2))
  t.true(profilesOf(again).includes('4: 2/1024'))
  t.is(profilesOf(again).filter((one) => one.startsWith('4:')).length, 1)
})

test.serial(
  'on a standalone cluster executors of a profile have its heap, and a worker that runs them outlives its master',
  async (t) => {
    const house = await StandaloneHouse.start(t, { workers: 2, isRecovering: true })
    const app = await house.application(0, {
      'spark.executor.cores': 1,
      'spark.dynamicAllocation.enabled': true,
      'spark.dynamicAllocation.maxExecutors': 1,
      'spark.dynamicAllocation.schedulerBacklogTimeout': '100ms',
      'spark.dynamicAllocation.executorIdleTimeout': '1s',
      'spark.dynamicAllocation.shuffleTracking.timeout': '1s',
    })
    const executors = new ExecutorResourceRequests().cores(1).memory('128m')
    const profile = new ResourceProfileBuilder().require(executors).build()
    const heap = (): string => {
      const given = process.execArgv.find((one) => one.startsWith('--max-old-space-size='))
      return `${TaskContext.get()?.executorId ?? ''} ${given ?? ''}`
    }
    const pairs = app.sc.parallelize([1, 2, 3, 4], 2).map((row): [number, number] => [row % 2, row])
    const sums = pairs.reduceByKey((a, b) => a + b, 1).withResources(profile)
    t.deepEqual((await sums.collect()).sort(), [
      [0, 6],
      [1, 4],
    ])
    const plain = (await app.sc.parallelize([1], 1).map(heap).collect())[0]
    t.regex(plain ?? '', /=256$/)
    house.master.kill('SIGKILL')
    await house.startMasterAgain()
    const own = await app.sc.parallelize([1], 1).map(heap).withResources(profile).collect()
    t.regex(own[0] ?? '', /=128$/)
    // It is idle by now, or soon, and goes.
    const [executorId = ''] = (own[0] ?? '').split(' ')
    const pid = app.pids.get(executorId) ?? -1
    await until(() => !environment.processes.isAlive(pid))
  },
)
