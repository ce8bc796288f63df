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
