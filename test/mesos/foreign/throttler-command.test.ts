import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import test, { type ExecutionContext } from 'ava'
import { nodeEnvironment } from '../../../src/platform/index.ts'
import { allReleased, startMesos, startTroupe, type Running, type Wanted } from './clusters.ts'
import { foreign, inProject, run, testWith } from './programs.ts'

const mesos = await foreign('real-mesos')
const LARGE: Wanted = { resources: 'cpus:4;mem:4096' }

interface Row {
  readonly pk: number
  readonly ck: string
  readonly rand: string
}

async function puts43Rows(t: ExecutionContext, cluster: Running): Promise<void> {
  const directory = await mkdtemp(join(tmpdir(), 'troupe-throttler-'))
  t.teardown(() => rm(directory, { recursive: true }))
  const { code, stdout, stderr } = await run(process.execPath, [
    inProject('build/src/cli/main.js'),
    ...['throttler', '-m', cluster.url, '-h', `embedded:${directory}`, '-k', 'demo_framework'],
    ...['-t', '43', '-f', '5', '-p', '3'],
  ])
  t.is(code, 0, stderr)
  // An executor that is about to end may be sent a task still, which is lost with it then: its queries are queued again.
  const [, tasks, requeued] =
    /^All queries are executed: 43 of 43 queries in (\d+) tasks, at most 3 at once, 0 failed, (\d+) queued again\n\d+ op\/s .* errors 0\n$/.exec(
      stdout,
    ) ?? t.fail(stdout)
  t.is(Number(tasks), 9 + Number(requeued))
  t.is(stderr.match(/Executed \d queries in \d+\.\d{3} sec\./g)?.length, 9)
  t.is(await rowsIn(directory), 43)
  await allReleased(cluster)
}

/** Rows of the original's table, each with a partition of its own. */
async function rowsIn(directory: string): Promise<number> {
  const store = await nodeEnvironment().tableStores.open({ type: 'embedded', directory })
  try {
    const table = await store.table<Row>({
      keyspace: 'demo_framework',
      name: 'test',
      columns: { pk: 'int', ck: 'uuid', rand: 'uuid' },
      partitionKey: ['pk'],
      clusteringKey: ['ck'],
    })
    let rows = 0
    for (let pk = 0; pk <= 50; pk++) {
      for await (const page of table.scan({ where: { pk } })) rows += page.length
    }
    return rows
  } finally {
    await store.close()
  }
}

test('defect 5: tasks of the throttler are packed into the offers of our cluster', async (t) => {
  await puts43Rows(t, await startTroupe(t, LARGE))
})

testWith(mesos)('the throttler puts every row by tasks of Mesos itself', async (t) => {
  await puts43Rows(t, await startMesos(t, mesos, LARGE))
})
