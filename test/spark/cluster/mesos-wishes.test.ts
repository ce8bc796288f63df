import { fileURLToPath } from 'node:url'

import test, { type ExecutionContext } from 'ava'

import { startAgentNode, startMasterNode } from '../../../src/mesos/index.ts'
import { SparkContext, type SparkConf } from '../../../src/spark/index.ts'
import { runsFromArchive } from './fetched-package.ts'
import { environment } from './house.ts'

/** A master and two agents in this process, one in rack a, which has something reserved for a role, one in rack b. */
async function cluster(t: ExecutionContext): Promise<{
  readonly directory: string
  readonly run: (conf: SparkConf) => Promise<SparkContext>
}> {
  t.timeout(120_000)
  const directory = await environment.disk.makeTemporaryDirectory('troupe-test-')
  const master = await startMasterNode({ environment })
  const agents = await Promise.all(
    [
      ['a', 'cpus:1;mem:1024;cpus(engine):2;mem(engine):1024'],
      ['b', 'cpus:1;mem:1024'],
    ].map(([rack = '', resources = '']) =>
      startAgentNode({
        environment,
        master: master.address,
        hostname: rack,
        attributes: `rack:${rack}`,
        resources,
        workDir: `${directory}/${rack}`,
      }),
    ),
  )
  t.teardown(async () => {
    for (const { system } of agents) await system.terminate()
    await master.system.terminate()
    await environment.disk.remove(directory)
  })
  const run = async (conf: SparkConf): Promise<SparkContext> => {
    const sc = await SparkContext.create({
      master: `mesos://${master.address}`,
      appName: 'wishes',
      conf: {
        'spark.executor.memory': '256m',
        'spark.testing.reservedMemory': 0,
        'spark.scheduler.maxRegisteredResourcesWaitingTime': '20s',
        ...conf,
      },
    })
    t.teardown(() => sc.stop())
    return sc
  }
  return { directory, run }
}

/** The folder that an executor of the application runs in: its sandbox. */
const place = (sc: SparkContext): Promise<readonly string[]> =>
  sc
    .parallelize([1], 1)
    .map(() => process.cwd())
    .collect()

test.serial(
  'with a role an application gets what is reserved for it, and with constraints only agents that meet them',
  async (t) => {
    const { directory, run } = await cluster(t)
    const reserved = await run({
      'spark.mesos.role': 'engine',
      'spark.mesos.constraints': 'rack:a',
    })
    const [sandbox = ''] = await place(reserved)
    t.true(sandbox.startsWith(`${directory}/a/`), sandbox)
    t.is(await reserved.parallelize([1, 2, 3], 3).count(), 3)
    await reserved.stop()
    const other = await run({ 'spark.mesos.constraints': 'rack:b' })
    t.true((await place(other))[0]?.startsWith(`${directory}/b/`))
    await other.stop()
    const none = run({
      'spark.mesos.constraints': 'rack:c',
      'spark.scheduler.maxRegisteredResourcesWaitingTime': '3s',
    })
    await t.throwsAsync(none, { code: 'TROUPE_SPARK_NO_EXECUTORS' })
  },
)

test.serial(
  'an executor comes out of an archive that its agent has fetched, and has the files that are wanted',
  async (t) => {
    const { directory, run } = await cluster(t)
    const home = fileURLToPath(new URL('../../../..', import.meta.url))
    const archive = `${directory}/troupe-1.0.tgz`
    const made = await environment.processes.start({
      command: 'tar',
      args: [
        '-czf',
        archive,
        '-C',
        home,
        '--transform',
        's,^,troupe/,',
        'package.json',
        'build/src',
      ],
    })
    t.like(await made.exited, { code: 0 })
    // What the package needs lies where Node looks for it above the sandbox.
    const modules = await environment.processes.start({
      command: 'ln',
      args: ['-s', `${home}/node_modules`, `${directory}/node_modules`],
    })
    await modules.exited
    await environment.disk.writeFile(`${directory}/words.txt`, new TextEncoder().encode('one two'))
    const sc = await run({
      'spark.executor.uri': archive,
      'spark.mesos.uris': `${directory}/words.txt`,
    })
    await runsFromArchive(t, sc)
  },
)
