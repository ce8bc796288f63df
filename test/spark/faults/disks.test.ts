import { readdir } from 'node:fs/promises'

import test, { type ExecutionContext } from 'ava'

import { disturbedCluster, type DisturbedCluster, type Rule } from './disturbance.ts'
import { TIGHT, checkpointed, kept, right, saved, shuffled, type Job } from './jobs.ts'

interface Case {
  readonly name: string
  readonly on: Rule['on']
  readonly path: string
  readonly inThread?: Rule['inThread']
  readonly job: Job
  /** What it comes to when that access fails for good; the right result by default. */
  readonly code?: string
}

const cases: readonly Case[] = [
  {
    name: 'map output',
    on: 'write',
    path: 'shuffle_.*\\.data\\.tmp$',
    job: shuffled,
    code: 'TROUPE_SPARK_JOB_FAILED',
  },
  {
    name: 'spill',
    on: 'write',
    path: 'temp_local_',
    job: shuffled,
    code: 'TROUPE_SPARK_JOB_FAILED',
  },
  {
    name: 'name of a map output',
    on: 'rename',
    path: 'shuffle_.*\\.data\\.tmp$',
    job: shuffled,
    code: 'TROUPE_SPARK_JOB_FAILED',
  },
  { name: 'DISK_ONLY', on: 'write', path: '/rdd_', job: kept('DISK_ONLY') },
  { name: 'MEMORY_AND_DISK', on: 'write', path: '/rdd_', job: kept('MEMORY_AND_DISK') },
  {
    name: 'checkpoint',
    on: 'write',
    path: '/checkpoints-.*part-',
    job: checkpointed,
    code: 'TROUPE_SPARK_CHECKPOINT_FAILED',
  },
  {
    name: 'output',
    on: 'write',
    path: '/out-.*part-',
    job: saved,
    code: 'TROUPE_SPARK_JOB_FAILED',
  },
  {
    name: 'output that is synced',
    on: 'sync',
    path: '/out-.*part-',
    job: saved,
    code: 'TROUPE_SPARK_JOB_FAILED',
  },
]

const reads: readonly Case[] = [
  {
    name: 'blocks that are served',
    on: 'read',
    path: '\\.data$',
    inThread: 'main',
    job: shuffled,
    code: 'TROUPE_SPARK_JOB_FAILED',
  },
  {
    name: 'spills that are merged',
    on: 'read',
    path: 'temp_local_',
    job: shuffled,
    code: 'TROUPE_SPARK_JOB_FAILED',
  },
  {
    // Each try keeps it anew, and reads it back.
    name: 'kept blocks',
    on: 'read',
    path: '/rdd_',
    job: kept('DISK_ONLY'),
    code: 'TROUPE_SPARK_JOB_FAILED',
  },
  {
    name: 'checkpoints',
    on: 'read',
    path: '/checkpoints-.*part-',
    job: checkpointed,
    code: 'TROUPE_SPARK_JOB_FAILED',
  },
  {
    name: 'inputs',
    on: 'read',
    path: '/out-.*part-',
    job: saved,
    code: 'TROUPE_SPARK_JOB_FAILED',
  },
]

/** Once: a task has to run again, or a block is not kept. For good: the job fails and says why, or does without. */
async function disturbed(
  t: ExecutionContext,
  cluster: DisturbedCluster,
  { name, job, code }: Case,
  reason: string,
): Promise<void> {
  const { directory } = cluster
  const once = await cluster.under([`${name} once`], () => job(cluster, `${name}-${reason}-once`))
  t.is(once.result, right, name)
  t.is(once.fired, 1, name)
  const always = await cluster.under([name], () =>
    job(cluster, `${name}-${reason}`).catch((error: unknown) => error),
  )
  t.true(always.fired > 0, name)
  if (code === undefined) return void t.is(always.result, right, name)
  const error = always.result as Error & { readonly code: string }
  t.is(error.code, code, name)
  t.regex(error.message, new RegExp(reason), name)
  // Where the action was called.
  t.regex(error.stack ?? '', /disks\.test\.[jt]s:\d+/, name)
  const left = (await readdir(directory)).filter((file) => file.endsWith(`${name}-${reason}`))
  for (const path of left) t.true(name === 'inputs' || /^check/.test(path), `${name}: ${path}`)
  // Of a checkpoint that has failed there is nothing, neither parts nor their folder; one that can't be read again is whole.
  if (name === 'checkpoint') {
    const parts = await readdir(`${directory}/checkpoints-${name}-${reason}`, { recursive: true })
    t.deepEqual(
      parts.filter((path) => /rdd-|part-/.test(path)),
      [],
    )
  }
}

for (const [then, chosen] of [
  ['ENOSPC', cases],
  ['EIO', [...cases, ...reads]],
] as const) {
  test.serial(`${then} in an executor process costs tries, or ends the job clearly`, async (t) => {
    const rules = chosen.flatMap(({ name, on, path, inThread }): Rule[] => {
      const rule = { on, path, then, ...(inThread && { inThread }) }
      return [
        { ...rule, name },
        { ...rule, name: `${name} once`, isOnce: true },
      ]
    })
    const cluster = await disturbedCluster(t, rules, { ...TIGHT, 'spark.task.maxFailures': 3 })
    for (const one of chosen) await disturbed(t, cluster, one, then)
    t.is(await shuffled(cluster, 'after'), right)
    await cluster.end()
  })
}
