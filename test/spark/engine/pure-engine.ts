import { memoryEnvironment, type Clock, type Disk } from '../../../src/platform/index.ts'
import { SparkError, fetchFailureOf } from '../../../src/spark/errors.ts'
import type { DriverFiles } from '../../../src/spark/files/index.ts'
import {
  captureCallSite,
  describeLineage,
  parentsFirst,
  prepareLineage,
  type ActionSpec,
  type CallSite,
  type Caller,
  type JobOptions,
  type Partition,
  type RDD,
  type RddContext,
  type RddKeeper,
  type ShuffleDependency,
  type TaskPorts,
} from '../../../src/spark/rdd/index.ts'
import { inputPatterns } from '../../../src/spark/rdd/files/index.ts'
import { createOperator } from '../../../src/spark/rdd/operator-table.ts'
import { RddMakers } from '../../../src/spark/context/rdd-makers.ts'
import {
  dagTransition,
  emptyDagState,
  taskSetState,
  taskSetTransition,
  type DagEffect,
  type DagEvent,
  type TaskSetState,
} from '../../../src/spark/scheduler/index.ts'
import { boundlessMemory } from '../../../src/spark/memory/index.ts'
import { decodeParts, mapOutputPath, type BlockLocation } from '../../../src/spark/shuffle/index.ts'
import { blockRange } from '../../../src/spark/shuffle/map-output-file.ts'
import {
  rebuildStage,
  resultWork,
  runTask,
  shuffleMapWork,
  type StageWork,
  type TaskEnvironment,
} from '../../../src/spark/task/index.ts'
import { driverFiles, portsOf } from '../files/driver-files.ts'
import { codec } from './codec.ts'

/** A task that is about to run. */
export interface Launch {
  readonly stageId: number
  readonly stageAttempt: number
  readonly partition: number
  readonly attempt: number
  readonly executorId: string
  readonly isResult: boolean
}

interface Running {
  readonly set: TaskSetState
  readonly work: StageWork
  readonly splits: readonly Partition[]
}

/**
 * The whole engine without an actor: the pure schedulers, drained in a loop, and tasks run one after the other
 * on executors that are no more than a name and a directory in memory.
 */
export class PureEngine extends RddMakers implements RddContext {
  readonly defaultParallelism = 3
  readonly configuredParallelism = undefined
  readonly keeper: RddKeeper = {
    persist: () => {},
    unpersist: () => Promise.resolve(),
    cleanShuffle: () => Promise.resolve(),
    checkpointPath: () => '/checkpoints',
  }
  readonly #world = memoryEnvironment()
  readonly disk: Disk = this.#world.disk('main')
  readonly clock: Clock = this.#world.clock
  /** What rows are piped through; commands of the world in memory otherwise. */
  processes: TaskPorts['processes'] | undefined
  readonly launches: Launch[] = []
  readonly effects: DagEffect[] = []
  /** Called before each task; may throw in its place, or kill executors. */
  beforeTask: (launch: Launch) => void | Promise<void> = () => {}
  readonly #state = emptyDagState()
  readonly #executors = new Set<string>()
  #rdds = 0
  #shuffles = 0
  #jobs = 0
  #attempts = 0

  constructor(executors: readonly string[] = ['a', 'b']) {
    super()
    for (const executorId of executors) this.#executors.add(executorId)
  }

  get files(): DriverFiles {
    return driverFiles(this.#ports)
  }

  get #ports(): TaskPorts {
    const ports = portsOf(this.#world, this.disk)
    return { ...ports, processes: this.processes ?? ports.processes }
  }

  get cassandra(): TaskPorts['cassandra'] {
    return this.#ports.cassandra
  }

  getConf(): Record<string, never> {
    return {}
  }

  newRddId(): number {
    return this.#rdds++
  }

  callSite(method: string, above?: Caller): CallSite {
    return captureCallSite(method, above)
  }

  newShuffleId(): number {
    return this.#shuffles++
  }

  addResourceProfile(): void {}

  newSeed(): number {
    return this.#rdds * 7919
  }

  protected override rddContext(): RddContext {
    return this
  }

  textFile(path: string, blockSizeBytes: number, minPartitions = 1): RDD<string> {
    const inputs = inputPatterns(this.files, 'textFile', path)
    const access = this.files.accessTo(inputs.flatMap(({ paths }) => paths))
    const props = { name: path, inputs, isRecursive: false, access, minPartitions, blockSizeBytes }
    return createOperator('textFile', this, [], props)
  }

  /** Time goes by. */
  advance(ms: number): Promise<void> {
    return this.#world.advance(ms)
  }

  /** The executor and its map outputs are gone; the schedulers are not told. */
  kill(executorId: string): void {
    this.#executors.delete(executorId)
  }

  /** The executor is gone and the DAG scheduler hears of it. */
  lose(executorId: string): void {
    this.kill(executorId)
    this.#dag({ type: 'executor-lost', executorId, reason: 'killed' })
  }

  pathOf(shuffleId: number, mapPartition: number): string {
    const status = this.#state.outputs.status(shuffleId, mapPartition)
    return mapOutputPath(`/blocks/${status?.executorId}`, {
      shuffleId,
      mapPartition,
      attempt: status?.mapAttempt ?? -1,
    })
  }

  protected override async runAction(
    rdd: RDD<unknown>,
    action: ActionSpec,
    options: JobOptions,
  ): Promise<readonly unknown[]> {
    await prepareLineage(rdd)
    const all = (await rdd.partitions()).map(({ index }) => index)
    const partitions = options.partitions ?? all
    const jobId = this.#jobs++
    const lineage = describeLineage(rdd)
    const results = new Map<number, unknown>()
    const queue = [
      ...this.#dag({ type: 'job-submitted', jobId, lineage, finalRddId: rdd.id, partitions }),
    ]
    for (let effect = queue.shift(); effect !== undefined; effect = queue.shift()) {
      if (effect.type === 'job-failed') throw effect.cause
      if (effect.type === 'job-succeeded')
        return partitions.map((partition) => results.get(partition))
      if (effect.type === 'deliver-result') {
        const value = decodeParts(effect.parts, codec)
        results.set(effect.partition, value)
        options.onResult?.(effect.partition, value)
      }
      if (effect.type === 'schedule-resubmit') queue.push(...this.#dag({ type: 'resubmit' }))
      if (effect.type === 'submit-task-set')
        queue.push(...(await this.#runTaskSet(effect, rdd, action)))
    }
    throw new SparkError('TROUPE_SPARK_JOB_FAILED', 'the schedulers came to rest without a result')
  }

  #dag(event: DagEvent): readonly DagEffect[] {
    const [, effects] = dagTransition(this.#state, event)
    this.effects.push(...effects)
    return effects
  }

  async #runTaskSet(
    { plan, partitions, stageId, stageAttempt }: Extract<DagEffect, { type: 'submit-task-set' }>,
    rdd: RDD<unknown>,
    action: ActionSpec,
  ): Promise<readonly DagEffect[]> {
    const member = parentsFirst(rdd, () => true).find(({ id }) => id === plan.rddId) as RDD<unknown>
    const work =
      plan.shuffleId === undefined
        ? resultWork(member, action)
        : shuffleMapWork(dependencyOf(rdd, plan.shuffleId))
    const set = taskSetState({ stageId, stageAttempt, partitions })
    const running = { set, work, splits: await member.partitions() }
    const out: DagEffect[] = []
    while (set.done < set.tasks.length && !set.isZombie) {
      const slots = [...this.#executors].map((executorId) => ({
        executorId,
        host: executorId,
        free: 1,
      }))
      const [, launches] = taskSetTransition(set, {
        type: 'slots-offered',
        slots,
        alive: new Map(slots.map(({ executorId, host }) => [executorId, host])),
        nowMs: 0,
      })
      if (launches.length === 0)
        throw new SparkError('TROUPE_SPARK_NO_EXECUTORS', 'no slot is left')
      for (const launch of launches) {
        if (launch.type === 'launch') out.push(...(await this.#runOne(running, launch)))
      }
    }
    return out
  }

  async #runOne(
    { set, work, splits }: Running,
    launch: {
      readonly task: number
      readonly partition: number
      readonly attempt: number
      readonly executorId: string
    },
  ): Promise<readonly DagEffect[]> {
    const { stageId, stageAttempt } = set
    const { task, attempt, partition, executorId } = launch
    const key = { task, attempt, executorId }
    const base = { stageId, stageAttempt, partition }
    const isResult = work.end.type === 'result'
    this.launches.push({ ...base, attempt, executorId, isResult })
    try {
      await this.beforeTask({ ...base, attempt, executorId, isResult })
      if (!this.#executors.has(executorId))
        throw new SparkError('TROUPE_SPARK_EXECUTOR_LOST', executorId)
      const taskAttemptId = this.#attempts++
      const split = codec.encode(splits[partition])
      const description = {
        stageId,
        stageAttempt,
        partitionId: partition,
        numPartitions: splits.length,
        properties: {},
        attemptNumber: attempt,
        taskAttemptId,
        split,
      }
      const environment = await this.#environment(executorId)
      const { outcome } = await runTask(rebuildStage(work), description, environment, {
        isCancelled: false,
      })
      taskSetTransition(set, { type: 'task-succeeded', resultBytes: 0, nowMs: 0, ...key })
      const { parts, output } = { parts: undefined, output: undefined, ...outcome }
      return this.#dag({
        type: 'task-succeeded',
        ...base,
        executorId,
        outcome:
          output === undefined
            ? { type: 'result', parts: parts ?? [] }
            : { type: 'map-output', status: { ...output, executorId, mapAttempt: taskAttemptId } },
      })
    } catch (error) {
      const failure = fetchFailureOf(error)
      if (failure !== undefined) {
        taskSetTransition(set, { type: 'fetch-failed', failure, ...key })
        return this.#dag({ type: 'fetch-failed', ...base, failure })
      }
      const [, effects] = taskSetTransition(set, {
        type: 'task-failed',
        error,
        why: String(error),
        ...key,
      })
      return effects.flatMap((effect) =>
        effect.type === 'give-up'
          ? this.#dag({
              type: 'task-set-failed',
              stageId,
              stageAttempt,
              cause: error,
              reason: effect.reason,
            })
          : [],
      )
    }
  }

  async #environment(executorId: string): Promise<TaskEnvironment> {
    const directory = `/blocks/${executorId}`
    await this.disk.makeDirectory(directory)
    return {
      executorId,
      disk: this.disk,
      ports: this.#ports,
      directory,
      codec,
      locateBlocks: async (shuffleId, reducePartition) => {
        const answer = this.#state.outputs.blocks(shuffleId, reducePartition)
        if (answer.type === 'blocks') return answer.blocks
        throw new SparkError('TROUPE_SPARK_FETCH_FAILED', 'no output', {
          data: {
            kind: 'unregistered',
            shuffleId,
            mapPartition: answer.mapPartition,
            reducePartition,
            executorId: '',
          },
        })
      },
      fetchBlock: (block) => this.#fetch(block),
      mayCommit: () => Promise.resolve({ isAllowed: true, reason: 'one try at a time' }),
      memory: boundlessMemory,
      unrollBytes: 1 << 20,
    }
  }

  async *#fetch(block: BlockLocation): AsyncIterable<Uint8Array> {
    const { executorId, shuffleId, mapPartition, mapAttempt, reducePartition } = block
    if (!this.#executors.has(executorId))
      throw new SparkError('TROUPE_SPARK_EXECUTOR_LOST', executorId)
    const path = mapOutputPath(`/blocks/${executorId}`, {
      shuffleId,
      mapPartition,
      attempt: mapAttempt,
    })
    if ((await this.disk.stat(`${path}.data`)) === undefined) {
      throw new SparkError('TROUPE_SPARK_BLOCK_MISSING', `${path}.data`)
    }
    const range = blockRange(await this.disk.readFile(`${path}.index`), reducePartition)
    const data = await this.disk.readFile(`${path}.data`)
    for (let at = range.offset; at < range.offset + range.lengthBytes; at += 100) {
      yield data.subarray(at, Math.min(at + 100, range.offset + range.lengthBytes))
    }
  }
}

function dependencyOf(rdd: RDD<unknown>, shuffleId: number): ShuffleDependency {
  for (const member of parentsFirst(rdd, () => true)) {
    for (const dependency of member.getDependencies()) {
      if (dependency.type === 'shuffle' && dependency.shuffleId === shuffleId) return dependency
    }
  }
  throw new SparkError('TROUPE_SPARK_OPERATOR_UNKNOWN', `no shuffle ${shuffleId}`)
}
