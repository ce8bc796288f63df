import test from 'ava'
import { Cluster, commandOf, launch, nextOffer, nextUpdate } from './cluster.ts'

test('sandboxes stay for a while when their commands are over, and others keep theirs', async (t) => {
  const cluster = new Cluster()
  await cluster.startMaster()
  const agent = await cluster.startAgent('agent-1', 'cpus:4;mem:1024', {
    collector: { delayMs: 20_000, diskWatchIntervalMs: 1000 },
  })
  const framework = await cluster.startFramework('demo')
  const offer = await nextOffer(framework)
  launch(
    framework,
    offer,
    commandOf(offer, 'short', 'sleep 1; exit 0'),
    commandOf(offer, 'long', 'sleep 1000; exit 0'),
  )
  const seen: string[] = []
  while (!seen.includes('short TASK_FINISHED')) seen.push(await nextUpdate(framework))
  const { id, executors } = await cluster.agentState(agent)
  const sandbox = executors.find(({ executorId }) => executorId === 'long')?.sandbox ?? ''
  const all = `/var/troupe/agent-1/slaves/${id ?? ''}/frameworks/${framework.id}/executors`
  const disk = cluster.world.disk('host')
  const isThere = async (path: string): Promise<boolean> =>
    (await cluster.world.until(disk.stat(path))) !== undefined
  t.true(await isThere(`${all}/short/runs/latest`))
  await cluster.world.advance(10_000)
  t.true(await isThere(`${all}/short/runs/latest`))
  await cluster.world.advance(12_000)
  t.false(await isThere(`${all}/short`))
  t.true(await isThere(sandbox))
})
