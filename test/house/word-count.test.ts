import test, { type ExecutionContext } from 'ava'

import { ActorSystem, ledgerImbalance } from '../../src/actors/index.ts'
import { memoryEnvironment, type MemoryWorld } from '../../src/actors/testkit/index.ts'
import { startAgentNode, startMasterNode } from '../../src/mesos/index.ts'
import { runMesosExecutor } from '../../src/spark/backend/mesos-backend.ts'
import { runTaskThread } from '../../src/spark/executor/index.ts'
import { SparkContext, type SparkEvent } from '../../src/spark/index.ts'

const text =
  'the quick brown fox\njumps over the lazy dog\nand the fox sleeps\n'.repeat(200) + 'the end\n'

/** Counted in the plainest way. */
const plain: readonly (readonly [string, number])[] = [
  ...text
    .split(/\s+/)
    .filter((word) => word !== '')
    .reduce(
      (counts, word) => counts.set(word, (counts.get(word) ?? 0) + 1),
      new Map<string, number>(),
    ),
].sort(([a, n], [b, m]) => m - n || (a < b ? -1 : 1))

interface House {
  readonly world: MemoryWorld
  readonly sc: SparkContext
  readonly driver: ActorSystem
  readonly events: SparkEvent[]
}

/** A master, two agents and a driver, each a node of one simulated machine; executors are started by agents. */
async function build(t: ExecutionContext, seed: number): Promise<House> {
  const machine = 'host'
  const world = memoryEnvironment({
    seed,
    programs: { 'mesos-executor-main': runMesosExecutor },
    threads: { 'task-thread-main': runTaskThread },
  })
  const nodeOf = (name: string): ReturnType<MemoryWorld['environment']> =>
    world.environment(name, { machine })
  const master = await world.until(startMasterNode({ environment: nodeOf('master') }))
  for (const name of ['agent-1', 'agent-2']) {
    await world.until(
      startAgentNode({
        environment: nodeOf(name),
        master: master.address,
        resources: 'cpus:1;mem:1024',
        workDir: `/var/${name}`,
      }),
    )
  }
  const environment = nodeOf('driver')
  const disk = world.disk(machine)
  await disk.makeDirectory('/in')
  await disk.writeFile('/in/text', new TextEncoder().encode(text))
  const driver = ActorSystem.create('driver', { environment })
  const events: SparkEvent[] = []
  const sc = await world.until(
    SparkContext.create({
      master: `mesos://${master.address}`,
      appName: 'word count',
      system: driver,
      conf: { 'spark.cores.max': 2 },
      listener: (event) => events.push(event),
    }),
  )
  t.teardown(async () => {
    await world.until(sc.stop())
  })
  return { world, sc, driver, events }
}

function count({ sc }: House): Promise<readonly (readonly [string, number])[]> {
  return sc
    .textFile('/in/text', 6)
    .flatMap((line) => line.split(' '))
    .map((word): [string, number] => [word, 1])
    .reduceByKey((a, b) => a + b, 4)
    .sortBy(([word, n]) => [-n, word] as const)
    .collect()
}

test('the word count runs in one thread: master, agents, executors and driver on a virtual clock', async (t) => {
  const house = await build(t, 1)
  const result = await house.world.until(count(house))
  t.deepEqual(result, plain)
  const executors = house.events.filter(({ type }) => type === 'executor-added')
  t.is(executors.length, 2)
  await house.world.settle()
  t.is(ledgerImbalance(house.driver.ledger()), 0)
})

for (const seed of [1, 2, 3]) {
  test(`an executor that is killed in the middle of the reduce changes nothing (seed ${seed})`, async (t) => {
    const house = await build(t, seed)
    const { world, events } = house
    let killed: string | undefined
    house.sc.addListener((event) => {
      if (killed !== undefined || event.type !== 'task-start') return
      const stage = events.find((one) => one.type === 'stage-submitted')
      if (stage?.type !== 'stage-submitted' || stage.stageId === event.stageId) return
      killed = world
        .nodes()
        .find(({ name, isAlive }) => isAlive && name.startsWith('mesos-executor'))?.name
      if (killed !== undefined) world.kill(killed)
    })
    const result = await world.until(count(house))
    t.deepEqual(result, plain)
    t.not(killed, undefined)
    t.true(events.some(({ type }) => type === 'executor-removed'))
    t.true(events.some(({ type }) => type === 'outputs-lost'))
    const again = events.filter(
      (event) => event.type === 'stage-submitted' && event.stageAttempt > 0,
    )
    t.not(again.length, 0)
    await world.settle()
    t.is(ledgerImbalance(house.driver.ledger()), 0)
  })
}
