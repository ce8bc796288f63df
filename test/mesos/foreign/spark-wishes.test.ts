import { mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { spawnSync } from 'node:child_process'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import test, { type ExecutionContext } from 'ava'

import { SparkContext, type SparkConf, type SparkEvent } from '../../../src/spark/index.ts'
import { runsFromArchive } from '../../spark/cluster/fetched-package.ts'
import { startMesos, type Running } from './clusters.ts'
import { foreign, inProject, testWith } from './programs.ts'

const mesos = await foreign('real-mesos')
const onMesos = testWith(mesos) === test.skip ? test.serial.skip : test.serial

/** An application of a cluster, and what it has seen. */
interface Application {
  readonly sc: SparkContext
  readonly events: readonly SparkEvent[]
}

async function application(
  t: ExecutionContext,
  { url }: Running,
  conf: SparkConf,
): Promise<Application> {
  const events: SparkEvent[] = []
  const sc = await SparkContext.create({
    master: `mesos://${url}`,
    appName: 'wishes',
    conf: {
      'spark.executor.memory': '256m',
      'spark.testing.reservedMemory': 0,
      'spark.scheduler.maxRegisteredResourcesWaitingTime': '15s',
      ...conf,
    },
    listener: (event) => events.push(event),
  })
  t.teardown(() => sc.stop())
  return { sc, events }
}

async function temporary(t: ExecutionContext): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'troupe-test-'))
  t.teardown(() => rm(directory, { recursive: true }))
  return directory
}

/** What Mesos says of the tasks of an application that runs. */
interface Told {
  readonly frameworks: readonly {
    readonly role: string
    readonly principal?: string
    readonly tasks: readonly {
      readonly labels?: readonly { readonly key: string; readonly value: string }[]
      readonly resources: Readonly<Record<string, number | string>>
    }[]
    readonly executors?: readonly unknown[]
  }[]
}

const told = async ({ state }: Running): Promise<Told> => (await state()) as unknown as Told

const metrics = async ({ url }: Running): Promise<Readonly<Record<string, number>>> =>
  (await (await fetch(`${url}/metrics/snapshot`)).json()) as Readonly<Record<string, number>>

onMesos(
  'Mesos itself gives a role what is reserved for it, within the bounds that are set',
  async (t) => {
    t.timeout(120_000)
    const cluster = await startMesos(t, mesos, {
      resources: 'cpus:1;mem:2048;cpus(engine):3;mem(engine):2048',
      flags: ['--attributes=rack:a;level:3'],
    })
    const { sc } = await application(t, cluster, {
      'spark.mesos.role': 'engine',
      'spark.mesos.constraints': 'rack:a,b;level:2',
      'spark.mesos.task.labels': 'team:web,shift:night\\:early',
      'spark.mesos.executor.memoryOverhead': 100,
      'spark.mesos.rejectOfferDuration': '1s',
      'spark.cores.max': 2,
    })
    t.is(await sc.parallelize([1, 2, 3], 3).count(), 3)
    const [framework] = (await told(cluster)).frameworks
    t.is(framework?.role, 'engine')
    const [task] = framework?.tasks ?? []
    t.deepEqual(task?.labels, [
      { key: 'team', value: 'web' },
      { key: 'shift', value: 'night:early' },
    ])
    t.like(task?.resources, { cpus: 2, mem: 356 })
  },
)

onMesos('an application of Mesos itself takes no agent that lacks what it wants', async (t) => {
  t.timeout(120_000)
  const cluster = await startMesos(t, mesos, { flags: ['--attributes=rack:a'] })
  await t.throwsAsync(
    application(t, cluster, {
      'spark.mesos.constraints': 'rack:b',
      'spark.scheduler.maxRegisteredResourcesWaitingTime': '4s',
    }),
    { code: 'TROUPE_SPARK_NO_EXECUTORS' },
  )
})

onMesos(
  'Mesos itself keeps an offer that was refused for as long as spark.mesos.rejectOfferDuration says',
  async (t) => {
    t.timeout(120_000)
    const refusals: number[] = []
    for (const duration of ['500ms', '120s']) {
      const cluster = await startMesos(t, mesos, { flags: ['--attributes=rack:a'] })
      const waiting = application(t, cluster, {
        'spark.mesos.constraints': 'rack:b',
        'spark.mesos.rejectOfferDuration': duration,
        'spark.scheduler.maxRegisteredResourcesWaitingTime': '6s',
      })
      await t.throwsAsync(waiting, { code: 'TROUPE_SPARK_NO_EXECUTORS' })
      refusals.push((await metrics(cluster))['master/messages_decline_offers'] ?? 0)
    }
    const [often = 0, once] = refusals
    t.true(often >= 4, `${often} refusals`)
    t.is(once, 1)
  },
)

onMesos('an application proves to Mesos itself who it is, coarse- and fine-grained', async (t) => {
  t.timeout(120_000)
  const directory = await temporary(t)
  const file = join(directory, 'credentials')
  await writeFile(file, JSON.stringify({ credentials: [{ principal: 'me', secret: 'mine' }] }))
  const cluster = await startMesos(t, mesos, {
    flags: [
      '--authenticate_http_frameworks=true',
      '--http_framework_authenticators=basic',
      `--credentials=${file}`,
    ],
  })
  for (const mode of [true, false]) {
    const { sc } = await application(t, cluster, {
      'spark.mesos.coarse': mode,
      'spark.mesos.principal': 'me',
      'spark.mesos.secret': 'mine',
      'spark.mesos.task.labels': 'a:b',
    })
    t.is(await sc.parallelize([1, 2, 3], 3).count(), 3)
    t.is((await told(cluster)).frameworks[0]?.principal, 'me')
    await sc.stop()
  }
  const wrong = { 'spark.mesos.principal': 'me', 'spark.mesos.secret': 'yours' }
  await t.throwsAsync(application(t, cluster, wrong), { message: /401/ })
})

onMesos(
  'an executor of Mesos itself comes out of an archive, with the files that are wanted; so does one from a folder that is named',
  async (t) => {
    t.timeout(120_000)
    const directory = await temporary(t)
    const home = inProject('').replace(/\/$/, '')
    const archive = join(directory, 'troupe-1.0.tgz')
    // What the package needs is in it as a link, which is not to be renamed.
    await symlink(join(home, 'node_modules'), join(directory, 'node_modules'))
    const renamed = ['--transform', 's,^,troupe/,S', 'package.json', 'build/src']
    const all = ['-czf', archive, '-C', home, ...renamed, '-C', directory, 'node_modules']
    t.is(spawnSync('tar', all).status, 0)
    await writeFile(join(directory, 'words.txt'), 'one two')
    const cluster = await startMesos(t, mesos)
    const { sc } = await application(t, cluster, {
      'spark.executor.uri': archive,
      'spark.mesos.uris': join(directory, 'words.txt'),
      'spark.mesos.fetcherCache.enable': true,
    })
    await runsFromArchive(t, sc)
    t.true(((await metrics(cluster))['containerizer/fetcher/cache_size_used_bytes'] ?? 0) > 0)
    await sc.stop()
    const other = await application(t, cluster, { 'spark.mesos.executor.home': home })
    t.is(await other.sc.parallelize([1, 2], 2).count(), 2)
    await other.sc.stop()
    const nowhere = application(t, cluster, { 'spark.mesos.executor.home': '/nowhere' })
    await t.throwsAsync(nowhere, {
      code: 'TROUPE_SPARK_NO_EXECUTORS',
      message: /has failed to start/,
    })
  },
)
