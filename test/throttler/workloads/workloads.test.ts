import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import test, { type ExecutionContext } from 'ava'

import { nodeEnvironment, type TableStoreSettings } from '../../../src/platform/index.ts'
import { ensureSchema, startTask } from '../../../src/throttler/load/index.ts'
import type { RunSpec, TaskResult } from '../../../src/throttler/run/task-run.ts'
import { builtInWorkloads } from '../../../src/throttler/workloads/index.ts'
import { needService, ownName, service } from '../../services/service.ts'

const environment = nodeEnvironment()

const runOf = (name: string, keyspace: string, store: TableStoreSettings): RunSpec => ({
  workload: { name, params: {} },
  seed: 42,
  totalOperations: 400,
  keyspace,
  store,
  concurrency: 8,
  onError: 'fail',
  intervalMs: 1000,
  isValidating: true,
})

async function run(spec: RunSpec): Promise<TaskResult> {
  await ensureSchema(environment, spec)
  const task = {
    ...spec,
    id: 'one',
    operations: [{ first: 1, count: spec.totalOperations }],
    rate: { schedule: { type: 'closed' }, ratio: 1, elapsedMs: 0 },
  } as const
  return startTask(environment, task, { onProgress: () => undefined }).result
}

async function folder(t: ExecutionContext): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'troupe-workloads-'))
  t.teardown(() => rm(directory, { recursive: true }))
  return directory
}

const doneOf = ({ snapshot }: TaskResult): number =>
  Object.values(snapshot.figures).reduce((sum, { done }) => sum + done, 0)

const small: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'key-value': { rows: '50' },
  'range-scan': { rows: '200', ranges: '16' },
  collections: { rows: '50' },
  lwt: { rows: '20' },
  mixed: { rows: '50' },
}

for (const [name, { stores = ['cassandra'] }] of Object.entries(builtInWorkloads)) {
  if (stores.includes('embedded')) {
    test(`${name} runs on the embedded store, and finds what it wrote`, async (t) => {
      const spec = runOf(name, 'ks', { type: 'embedded', directory: await folder(t) })
      const result = await run({ ...spec, workload: { name, params: small[name] ?? {} } })
      t.is(result.error, undefined)
      t.is(result.end, 'finished')
      t.is(doneOf(result), 400)
    })
  } else {
    test(`${name} refuses the embedded store, and says that it needs Cassandra`, async (t) => {
      const spec = runOf(name, 'ks', { type: 'embedded', directory: await folder(t) })
      await t.throwsAsync(run(spec), {
        code: 'TROUPE_THROTTLER_STORE_UNSUITABLE',
        message: new RegExp(`${name} needs Cassandra`),
      })
    })
  }

  test(`${name} runs on Cassandra, and finds what it wrote`, async (t) => {
    t.timeout(300_000)
    const contactPoints = needService(t, await service('cassandra'))
    const store = { type: 'cassandra', contactPoints, localDataCenter: 'datacenter1' } as const
    const keyspace = ownName('load')
    const spec = runOf(name, keyspace, store)
    const session = await environment.cassandra.connect(store)
    t.teardown(async () => {
      await session.execute(`DROP KEYSPACE IF EXISTS "${keyspace}"`, [], {
        prepare: false,
        timeoutMs: 60_000,
      })
      await session.close()
    })
    const result = await run({ ...spec, workload: { name, params: small[name] ?? {} } })
    t.is(result.error, undefined)
    t.is(doneOf(result), 400)
    if (name !== 'insert') return
    const { rows } = await session.execute(`SELECT pk, ck, rand FROM "${keyspace}".test`)
    t.is(rows.length, 400)
    t.deepEqual(
      rows.map(({ pk }) => Number(pk)).sort((a, b) => a - b),
      Array.from({ length: 400 }, (_, at) => at + 1),
    )
  })
}

test('rows of another seed are found by validation', async (t) => {
  const store = { type: 'embedded', directory: await folder(t) } as const
  const spec = {
    ...runOf('key-value', 'ks', store),
    workload: { name: 'key-value', params: { rows: '20' } },
  }
  await ensureSchema(environment, spec)
  const task = {
    ...spec,
    seed: 43,
    id: 'one',
    operations: [{ first: 1, count: 10 }],
    workload: { ...spec.workload, weights: { read: 1 } },
    rate: { schedule: { type: 'closed' }, ratio: 1, elapsedMs: 0 },
  } as const
  const { end, error } = await startTask(environment, task, { onProgress: () => undefined }).result
  t.is(end, 'failed')
  t.is(error?.code, 'TROUPE_THROTTLER_VALIDATION_FAILED')
})

test("a user's own module runs, TypeScript as it is", async (t) => {
  const directory = await folder(t)
  const path = join(directory, 'own.ts')
  await writeFile(
    path,
    `export const stores = ['embedded'] as const
export const params = { rows: '3' }
export async function schema(): Promise<void> {}
export async function prepare(context: { count(name: string): number }) {
  const rows: number = context.count('rows')
  return { operations: { touch: async (index: number) => index % rows } }
}
`,
  )
  const spec = runOf(path, 'ks', { type: 'embedded', directory: join(directory, 'store') })
  t.is(doneOf(await run(spec)), 400)
})

test('workloads, parameters and weights that are none are refused', async (t) => {
  const store = { type: 'embedded', directory: await folder(t) } as const
  const refused = (workload: RunSpec['workload'], code: string): Promise<unknown> =>
    t.throwsAsync(run({ ...runOf('insert', 'ks', store), workload }), { code })
  await refused({ name: 'nonsense', params: {} }, 'TROUPE_THROTTLER_WORKLOAD_INVALID')
  await refused({ name: './missing.ts', params: {} }, 'TROUPE_THROTTLER_WORKLOAD_INVALID')
  await refused({ name: 'insert', params: { rows: '1' } }, 'TROUPE_THROTTLER_PARAMETER_INVALID')
  await refused(
    { name: 'key-value', params: { rows: 'many' } },
    'TROUPE_THROTTLER_PARAMETER_INVALID',
  )
  await refused(
    { name: 'key-value', params: { keys: 'odd(1..2)' } },
    'TROUPE_THROTTLER_DISTRIBUTION_INVALID',
  )
  await refused(
    { name: 'key-value', params: { rows: '5' }, weights: { fly: 1 } },
    'TROUPE_THROTTLER_WORKLOAD_INVALID',
  )
  await refused(
    { name: 'key-value', params: { rows: '5' }, weights: { read: 0 } },
    'TROUPE_THROTTLER_WORKLOAD_INVALID',
  )
})
