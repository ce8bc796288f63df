import test, { type ExecutionContext } from 'ava'
import { allReleased, startMesos, startTroupe, type Running } from './clusters.ts'
import { foreign, inProject, run, testWith } from './programs.ts'

const mesos = await foreign('real-mesos')

/** The agent of the article. */
const RESOURCES = 'cpus:6;mem:6762;disk:13483;ports:[31000-32000]'

/** Frameworks, and the rows of the article's tables: name, tasks, CPUs, memory, disk, share. */
const DEMOS: readonly (readonly [frameworks: string, rows: readonly string[]])[] = [
  [
    'A:0.5:512 B:0.5:512 C:0.5:512',
    ['A 4 2 2.0 GB 0 B 33.333%', 'B 4 2 2.0 GB 0 B 33.333%', 'C 4 2 2.0 GB 0 B 33.333%'],
  ],
  ['A:2:1000 B:1:2000', ['A 2 4 2.0 GB 0 B 66.667%', 'B 2 2 3.9 GB 0 B 59.154%']],
  ['A:2:1000 then B:1:2500', ['A 2 4 2.0 GB 0 B 66.667%', 'B 1 1 2.4 GB 0 B 36.971%']],
  ['B:1:2500 then A:2:1000', ['A 1 2 1000 MB 0 B 33.333%', 'B 2 2 4.9 GB 0 B 73.943%']],
]

/** All demos, one after another on one cluster. */
async function sharesAsInTheArticle(t: ExecutionContext, cluster: Running): Promise<void> {
  for (const [frameworks, rows] of DEMOS) {
    const args = [inProject('build/examples/drf-demo.js'), cluster.url, ...frameworks.split(' ')]
    const { code, stdout, stderr } = await run(process.execPath, args)
    t.is(code, 0, stderr)
    const shown = stdout
      .trim()
      .split('\n')
      .slice(2)
      .map((row) => row.replaceAll(/ +/g, ' '))
    t.deepEqual(shown, rows, frameworks)
    await allReleased(cluster)
  }
}

test('the frameworks of the DRF demo share our cluster as in the article', async (t) => {
  t.timeout(120_000)
  await sharesAsInTheArticle(t, await startTroupe(t, { resources: RESOURCES }))
})

testWith(mesos)(
  'the frameworks of the DRF demo share Mesos itself as in the article',
  async (t) => {
    t.timeout(120_000)
    await sharesAsInTheArticle(t, await startMesos(t, mesos, { resources: RESOURCES }))
  },
)
