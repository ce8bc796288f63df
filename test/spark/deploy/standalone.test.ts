import test from 'ava'

import { environment, sums, until } from '../cluster/house.ts'
import { StandaloneHouse } from './standalone-house.ts'

const isAlive = (pid: number | undefined): boolean => environment.processes.isAlive(pid ?? -1)
const kill = (pid: number | undefined): void => {
  environment.processes.kill(pid ?? -1, 'SIGKILL')
}

test.serial(
  'a job runs on the workers of a standalone master, and executors end with the context',
  async (t) => {
    const house = await StandaloneHouse.start(t)
    const app = await house.application(2)
    t.deepEqual((await app.counts().collect()).sort(), sums)
    t.true([...app.pids.values()].every(isAlive))
    await app.sc.stop()
    for (const pid of app.pids.values()) await until(() => !isAlive(pid))
  },
)

test.serial(
  'an executor killed while it reduces is replaced, and the result is the undisturbed one',
  async (t) => {
    const house = await StandaloneHouse.start(t)
    const app = await house.application(2)
    app.atStage(1, (executorId) => {
      kill(app.pids.get(executorId))
    })
    t.deepEqual((await app.counts().collect()).sort(), sums)
    await until(() => app.pids.size === 3)
    t.is(app.gone.length, 1)
  },
)

test.serial(
  'a worker killed in the middle of a job takes its executors with it, and the job goes on elsewhere',
  async (t) => {
    const house = await StandaloneHouse.start(t)
    const app = await house.application(2)
    app.atStage(1, () => {
      house.workers[0]?.process.kill('SIGKILL')
    })
    t.deepEqual((await app.counts().collect()).sort(), sums)
    await until(() => [...app.pids.values()].filter(isAlive).length === 1)
    t.is(app.gone.length, 1)
    await house.startWorker()
    await until(() => app.pids.size === 3)
    t.deepEqual((await app.counts().collect()).sort(), sums)
  },
)

test.serial(
  'a master killed and started again in the middle of a job finds workers, application and executors again',
  async (t) => {
    const house = await StandaloneHouse.start(t, { isRecovering: true })
    const app = await house.application(2)
    app.atStage(0, () => {
      house.master.kill('SIGKILL')
    })
    t.deepEqual((await app.counts().collect()).sort(), sums)
    await house.startMasterAgain()
    t.deepEqual((await app.counts().collect()).sort(), sums)
    t.deepEqual([app.pids.size, app.gone.length], [2, 0])
    // It is the new master that replaces one that is lost now, with an id that was not used before.
    kill(app.pids.get('1'))
    await until(() => app.pids.has('2'))
    t.deepEqual((await app.counts().collect()).sort(), sums)
  },
)

test.serial(
  'a worker that its master has not heard of for too long loses its executors, and gets others when it is back',
  async (t) => {
    const house = await StandaloneHouse.start(t, { workers: 1, workerTimeoutMs: 3_000 })
    const app = await house.application(1)
    const [worker] = house.workers
    worker?.process.kill('SIGSTOP')
    await until(() => app.gone.includes('0'))
    worker?.process.kill('SIGCONT')
    await until(() => app.pids.has('1'))
    await until(() => !isAlive(app.pids.get('0')))
    t.deepEqual((await app.counts().collect()).sort(), sums)
  },
)

test.serial(
  'executors that can not start are told, and end their application after ten in a row',
  async (t) => {
    const house = await StandaloneHouse.start(t, { workers: 1 })
    // A heap of one MB is too small for Node itself.
    await t.throwsAsync(house.application(1, { 'spark.executor.memory': '1m' }), {
      code: 'TROUPE_SPARK_NO_EXECUTORS',
      message: /10 executors in a row have failed/,
    })
  },
)
