import test, { type ExecutionContext } from 'ava'
import { allReleased, startMesos, startTroupe, type Running } from './clusters.ts'
import { foreign, inProject, run, testWith } from './programs.ts'

const mesos = await foreign('real-mesos')

async function putsEveryRow(t: ExecutionContext, cluster: Running): Promise<void> {
  const { code, stdout, stderr } = await run(process.execPath, [
    inProject('build/examples/throttler-framework.js'),
    ...['-m', cluster.url, '-t', '43', '-f', '5', '-p', '3'],
  ])
  t.is(code, 0, stderr)
  t.regex(stdout, /^43 of 43 rows by 9 tasks\nat most 3 tasks at once, 0 failed, \S+ s in all\n/)
  await allReleased(cluster)
}

test('the throttler puts every row by tasks of our cluster', async (t) => {
  await putsEveryRow(t, await startTroupe(t))
})

testWith(mesos)('the throttler puts every row by tasks of Mesos itself', async (t) => {
  await putsEveryRow(t, await startMesos(t, mesos))
})
