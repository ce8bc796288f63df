import test from 'ava'

import { makeProcessDirectory, memoryEnvironment } from '../../src/platform/index.ts'

test('directories of processes that are gone are removed by the next one of the same kind and host', async (t) => {
  const world = memoryEnvironment({ seed: 1 })
  const dead = world.environment('dead', { machine: 'host' })
  const alive = world.environment('alive', { machine: 'host' })
  const left = await world.until(makeProcessDirectory(dead, 'spark'))
  const demo = await world.until(makeProcessDirectory(dead, 'demo'))
  const kept = await world.until(makeProcessDirectory(alive, 'spark'))
  t.true(left.startsWith(`/tmp/troupe-spark-host-${dead.processes.pid}-`))
  const { disk } = alive
  await world.until(disk.makeDirectory(`/tmp/troupe-spark-other-${dead.processes.pid}-x`))
  await world.until(disk.makeDirectory('/tmp/troupe-spark-host-mine'))
  world.kill('dead')
  const next = world.environment('next', { machine: 'host' })
  const made = await world.until(makeProcessDirectory(next, 'spark'))
  const found = (await world.until(next.disk.list('/tmp'))).map(({ path }) => path)
  t.deepEqual(
    found,
    [
      made,
      kept,
      demo,
      `/tmp/troupe-spark-other-${dead.processes.pid}-x`,
      '/tmp/troupe-spark-host-mine',
    ].sort(),
  )
  t.false(found.includes(left))
})
