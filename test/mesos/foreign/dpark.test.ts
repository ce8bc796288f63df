import type { ExecutionContext } from 'ava'
import { allReleased, startMesos, startTroupe, type Running } from './clusters.ts'
import { foreign, inFolder, need, pythonOf, run, testWith } from './programs.ts'

const dpark = await foreign('dpark')
const mesos = await foreign('real-mesos')

// It knows its executors by their host, so that two agents on one machine are one too many.
async function countsAndSums(t: ExecutionContext, cluster: Running): Promise<void> {
  const master = cluster.url.replace('http://', 'mesos://')
  const program = inFolder('clients/dpark_job.py')
  const ended = await run(pythonOf(need(t, dpark)), [program, '-m', master])
  t.is(ended.code, 0, ended.stderr)
  t.deepEqual(JSON.parse(ended.stdout), { counts: { and: 100, cat: 50, ox: 100 }, total: 499_500 })
  await allReleased(cluster)
}

testWith(dpark)('DPark counts words and sums on our cluster', async (t) => {
  await countsAndSums(t, await startTroupe(t))
})

testWith(dpark, mesos)('and on Mesos itself', async (t) => {
  await countsAndSums(t, await startMesos(t, mesos))
})
