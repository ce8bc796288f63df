import { createKeyspaceCql, type Environment } from '../../platform/index.ts'
import type { EnsureSchema, RateShare, RunSpec, StartTask, TaskResult } from '../run/task-run.ts'
import { findWorkload, type Workload } from '../workloads/index.ts'
import { chooser } from './choice.ts'
import { contextOf } from './context.ts'
import { acquireStore, type OpenStore } from './stores.ts'
import { TaskLoad } from './task-load.ts'

/** Rows that are loaded at once before a run. */
const LOADING = 64

/** Runs a task on the store that its run has. What it is told before it has begun holds from its begin on. */
export const startTask: StartTask = (environment, spec, listener) => {
  let load: TaskLoad | undefined
  let rate: RateShare = spec.rate
  let isPaused = false
  let isStopped = false
  const run = async (): Promise<TaskResult> => {
    const { store, release } = await acquireStore(environment, spec.store)
    try {
      const workload = await findWorkload(environment, spec.workload.name)
      const prepared = await workload.prepare(await contextOf(spec, workload, store))
      const choose = chooser(spec, workload, prepared)
      const operations = Object.keys(prepared.operations)
      return await new Promise<TaskResult>((resolve) => {
        load = new TaskLoad(environment, { ...spec, rate }, listener, {
          operations,
          choose,
          resolve,
        })
        if (isPaused) load.pause()
        if (isStopped) load.stop()
        else load.start()
      })
    } finally {
      await release()
    }
  }
  return {
    result: run(),
    setRate(given) {
      rate = given
      load?.setRate(given)
    },
    pause() {
      isPaused = true
      load?.pause()
    },
    resume() {
      isPaused = false
      load?.resume()
    },
    stop() {
      isStopped = true
      load?.stop()
    },
  }
}

/** Makes the keyspace and the tables, and loads the rows that the workload's operations are to find. */
export const ensureSchema: EnsureSchema = async (environment: Environment, run: RunSpec) => {
  const { store, release } = await acquireStore(environment, run.store)
  try {
    const workload = await findWorkload(environment, run.workload.name)
    const context = await contextOf(run, workload, store)
    await ensureKeyspace(store, workload, run)
    await workload.schema(context)
    const { load, loadCount = 0 } = await workload.prepare(context)
    if (load === undefined) return
    let next = 1
    const lane = async (): Promise<void> => {
      while (next <= loadCount) {
        next += 1
        await load(next - 1)
      }
    }
    await Promise.all(Array.from({ length: LOADING }, lane))
  } finally {
    await release()
  }
}

/** Tables of rows make theirs themselves. */
async function ensureKeyspace(
  store: OpenStore,
  { stores }: Workload,
  { store: settings, keyspace }: RunSpec,
): Promise<void> {
  if (settings.type === 'embedded' || stores?.includes('embedded') === true) return
  const cql = createKeyspaceCql(keyspace, settings.replication ?? 1)
  await (await store.cql()).execute(cql, [], { prepare: false })
}
