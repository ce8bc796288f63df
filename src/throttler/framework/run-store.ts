import type { Environment, Store, StoreChange } from '../../platform/index.ts'
import { countOf, union, without } from '../run/index.ts'
import { ThrottlerError } from '../errors.ts'
import type { RunPlan } from './plan.ts'
import {
  initialRun,
  type EndedTask,
  type LiveTask,
  type RunRecord,
  type RunState,
} from './state.ts'

type RunOfRecord = Extract<RunRecord, { readonly type: 'run' }>
type TaskOfRecord = Extract<RunRecord, { readonly type: 'task' }>['task']
type EndedOfRecord = Extract<RunRecord, { readonly type: 'ended' }>

const RUN = 'run'
const FRAMEWORK = 'framework'
const TASK = 'task/'
const ENDED = 'ended/'
const EXECUTOR = 'executor/'

/** What is kept of one run in a directory, by which another scheduler goes on with it. */
export class RunStore {
  readonly #directory: string
  readonly #store: Store

  private constructor(directory: string, store: Store) {
    this.#directory = directory
    this.#store = store
  }

  /** @throws TROUPE_PLATFORM_STORE_FAILED */
  static async open(environment: Environment, directory: string): Promise<RunStore> {
    return new RunStore(directory, await environment.stores.open(directory))
  }

  /**
   * The run that is kept, as far as it was; undefined if none is.
   * @throws TROUPE_THROTTLER_RUN_DIFFERS when `plan` is not that run's
   */
  async resumed(plan: RunPlan): Promise<RunState | undefined> {
    const entries = new Map(
      [...(await this.#store.entries())].map(([key, bytes]) => [key, parsed(bytes)]),
    )
    const run = entries.get(RUN) as RunOfRecord | undefined
    if (run === undefined) return undefined
    const differing = differences(run.plan, plan)
    if (differing !== undefined) throw differs(this.#directory, differing)
    return restored(run, entries)
  }

  async keep(records: readonly RunRecord[]): Promise<void> {
    if (records.length > 0) await this.#store.write(records.flatMap(changesOf))
  }

  /** The run is over: the next one in the directory begins anew. */
  async forget(): Promise<void> {
    const keys = [...(await this.#store.entries()).keys()]
    await this.#store.write(keys.map((key) => [key, undefined]))
  }

  close(): Promise<void> {
    return this.#store.close()
  }
}

function changesOf(record: RunRecord): readonly StoreChange[] {
  switch (record.type) {
    case 'run':
      return [[RUN, bytesOf(record)]]
    case 'framework':
      return [[FRAMEWORK, bytesOf(record)]]
    case 'task':
      return [
        [TASK + record.task.id, bytesOf(record.task)],
        [EXECUTOR + record.task.agentId, bytesOf(record.task.executor)],
      ]
    case 'ended':
      return [
        [TASK + record.ended.id, undefined],
        [ENDED + record.ended.id, bytesOf(record)],
      ]
  }
}

function restored(run: RunOfRecord, entries: ReadonlyMap<string, unknown>): RunState {
  const below = <T>(prefix: string): readonly (readonly [string, T])[] =>
    [...entries]
      .filter(([key]) => key.startsWith(prefix))
      .map(([key, value]) => [key.slice(prefix.length), value as T])
  const tasks = below<TaskOfRecord>(TASK).map(([id, task]): readonly [string, LiveTask] => [
    id,
    { ...task, hasRun: false, seen: 0, isUnheard: true },
  ])
  const records = below<EndedOfRecord>(ENDED).map(([, record]) => record)
  const ended = records.map(({ ended: one }): EndedTask => one)
  const initial = initialRun(run.plan, run.runId, run.startedMs)
  const taken = [
    ...ended.map(({ done }) => done),
    ...tasks.map(([, { operations }]) => operations),
  ].reduce(union, [])
  return {
    ...initial,
    frameworkId: (entries.get(FRAMEWORK) as { readonly id: string } | undefined)?.id,
    queue: without(initial.queue, taken),
    tasks: new Map(tasks),
    ended,
    done: ended.reduce((sum, { done }) => sum + countOf(done), 0),
    errors: records.filter(({ isError }) => isError).length,
    requeued: records.filter(({ isRequeued }) => isRequeued).length,
    launched: tasks.length + ended.length,
    most: tasks.length,
    executors: new Map(below(EXECUTOR)),
  }
}

/** The first part of the plan in which two differ; the seed is drawn, and the run's own. */
function differences(kept: RunPlan, asked: RunPlan): string | undefined {
  const parts = (plan: RunPlan): readonly (readonly [string, unknown])[] =>
    Object.entries({ ...plan, ...plan.run, run: undefined, seed: undefined })
  const others = new Map(parts(asked))
  const differing = parts(kept).find(
    ([name, value]) => JSON.stringify(value) !== JSON.stringify(others.get(name)),
  )
  return differing?.[0]
}

function differs(directory: string, part: string): ThrottlerError {
  return new ThrottlerError(
    'TROUPE_THROTTLER_RUN_DIFFERS',
    `In ${directory} there is a run that has not ended, and it was started with another ${part}: go on with it by the same options, or remove the directory.`,
    { data: { directory, part } },
  )
}

function bytesOf(value: unknown): Uint8Array {
  return new TextEncoder().encode(JSON.stringify(value))
}

function parsed(bytes: Uint8Array): unknown {
  return JSON.parse(new TextDecoder().decode(bytes))
}
