import test from 'ava'

import { house, until, environment } from './house.ts'
import { startCluster } from './simulated-cluster.ts'

const rows = Array.from({ length: 2000 }, (_, i) => i)
const total = (1999 * 2000) / 2

for (const level of ['MEMORY_ONLY', 'MEMORY_ONLY_2', 'DISK_ONLY_2'] as const) {
  test(`SIGKILL of a process that keeps blocks of ${level}: the rows are the same, and only what is lost is computed`, async (t) => {
    const { sc, executors, events } = await house(t, undefined, undefined)
    const computed = sc.longAccumulator('computed')
    const name = sc.broadcast('row')
    const kept = sc
      .parallelize(rows, 4)
      .map((n) => {
        computed.add(1)
        return { n, text: `${name.value} ${n}` }
      })
      .persist(level)
    const sum = (): Promise<number> => kept.map(({ n }) => n).reduce((a, b) => a + b)
    t.is(await sum(), total)
    t.is(await sum(), total)
    t.is(Number(computed.value), 2000)
    t.is(sc.getRDDStorageInfo()[0]?.numCachedPartitions, 4)
    const [victim, pid] = [...executors][0] ?? ['', -1]
    environment.processes.kill(pid, 'SIGKILL')
    await until(() =>
      events.some((event) => event.type === 'block-manager-removed' && event.executorId === victim),
    )
    const left = sc.getRDDStorageInfo()[0]?.numCachedPartitions ?? 0
    t.is(await sum(), total)
    t.is(Number(computed.value), 2000 + 500 * (4 - left))
    if (level !== 'MEMORY_ONLY') t.is(left, 4)
    t.is((await kept.take(1))[0]?.text, 'row 0')
  })
}

for (const seed of [1, 2, 3]) {
  test(`in simulation, with seed ${seed}: cached blocks and broadcasts outlive an executor, or are computed again`, async (t) => {
    const { world, sc, events } = await startCluster(t, seed)
    const computed = sc.longAccumulator('computed')
    const name = sc.broadcast({ word: 'row' })
    const once = sc
      .parallelize(rows, 4)
      .map((n) => {
        computed.add(1)
        return { n, text: `${name.value.word} ${n}` }
      })
      .persist(seed === 2 ? 'MEMORY_AND_DISK_SER_2' : 'MEMORY_AND_DISK')
    const sum = (): Promise<number> => once.map(({ n }) => n).reduce((a, b) => a + b)
    t.is(await world.until(sum()), total)
    t.is(Number(computed.value), 2000)
    const executor = world.nodes().find((node) => node.name.startsWith('mesos-executor-main'))
    world.kill(executor?.name ?? '')
    await world.until(
      (async () => {
        while (!events.some(({ type }) => type === 'block-manager-removed')) await world.advance(50)
      })(),
    )
    const left = sc.getRDDStorageInfo()[0]?.numCachedPartitions ?? 0
    t.is(await world.until(sum()), total)
    t.is(Number(computed.value), 2000 + 500 * (4 - left))
    if (seed === 2) t.is(left, 4)
    await world.until(once.unpersist(true))
    t.deepEqual(sc.getRDDStorageInfo(), [])
  })
}
