import { batchesOf, type Batches, type Rows } from '../batches/index.ts'
import type { Partitioner } from '../shuffle/index.ts'
import { SparkError, invalidArgument } from '../errors.ts'
import { ResourceProfile } from '../resources/index.ts'
import {
  StorageLevel,
  checkedLevel,
  describeLevel,
  isStored,
  sameLevel,
  type StorageLevelName,
} from '../storage/index.ts'
import type { CallSite } from './call-site.ts'
import { readParts, type CheckpointState } from './checkpoint/index.ts'
import type { Dependency } from './dependency.ts'
import { DeterministicLevel, levelOfDependencies } from './determinism.ts'
import type { Partition } from './partition.ts'
import type { RddContext } from './rdd-context.ts'
import type { RDD } from './rdd.ts'
import type { TaskContext } from './task-context.ts'

/** How one RDD travels: the kind of its operator and the props to make it again. */
export interface OperatorSpec {
  readonly kind: string
  readonly props: unknown
}

/** The kind of RDDs whose class is the user's own; see `travel/`. */
export const USER_RDD_KIND = 'user'

/**
 * The five properties of an RDD, and no more.
 *
 * - a list of partitions;
 * - a list of dependencies on other RDDs;
 * - a function to compute each partition from those of its parents;
 * - optionally, where each partition is best computed;
 * - optionally, how its keys are spread over its partitions.
 *
 * The fields are ordinary ones, since an RDD of the user's own class is made on executors from its class and
 * its fields, without its constructor: keep what `compute` needs in public or protected fields.
 *
 * @see Zaharia et al., Resilient Distributed Datasets, NSDI 2012, section 4
 */
export abstract class BaseRDD<T> {
  readonly context: RddContext
  /** Unique in the application. */
  readonly id: number
  /** How the keys of a pair RDD are spread, if that is known; over how many partitions may be known with these only. */
  readonly partitioner: Partitioner | undefined
  /** For people; the class's name otherwise. */
  name: string | undefined
  /** Where the program has made it; undefined on executors. */
  readonly creationSite: CallSite | undefined
  private dependencies: readonly Dependency[]
  private prepared: readonly Partition[] | undefined
  private level: StorageLevel
  private checkpointed: CheckpointState | undefined
  private determinism: DeterministicLevel | undefined
  private resources: ResourceProfile | undefined

  constructor(context: RddContext, dependencies: readonly Dependency[]) {
    this.context = context
    this.id = context.newRddId()
    this.creationSite = context.callSite(new.target.name, new.target)
    this.dependencies = dependencies
    this.partitioner = undefined
    this.name = undefined
    this.prepared = undefined
    this.level = StorageLevel.NONE
    this.checkpointed = undefined
    this.determinism = undefined
    this.resources = undefined
  }

  /** The partitions, in order of index; asked for once, on the driver, before the first job. */
  abstract getPartitions(): readonly Partition[] | Promise<readonly Partition[]>

  /** The rows of one partition: batches, or any iterable or async iterable of rows. */
  abstract compute(split: Partition, context: TaskContext): Rows<T>

  /** The same for the life of the RDD; none once it is checkpointed. */
  getDependencies(): readonly Dependency[] {
    return this.dependencies
  }

  /** Hosts on which the partition is best computed; any when empty. */
  getPreferredLocations(_split: Partition): readonly string[] {
    return []
  }

  /**
   * How sure it is that a partition has the same rows when it is computed again; the least of its parents'. Override it where
   * `compute` is less sure, or surer, than they are. Asked once, on the driver.
   */
  protected getOutputDeterministicLevel(): DeterministicLevel {
    return levelOfDependencies(this.dependencies)
  }

  /** {@link BaseRDD.getOutputDeterministicLevel}, remembered; of what is checkpointed reliably, DETERMINATE. */
  get outputDeterministicLevel(): DeterministicLevel {
    if (this.checkpointState.type === 'reliable') return DeterministicLevel.DETERMINATE
    return (this.determinism ??= this.getOutputDeterministicLevel())
  }

  /** Whether its tasks run all at once, and may wait for each other. */
  get isFromBarrier(): boolean {
    return false
  }

  /** How it travels; operators answer by their kind. */
  toSpec(): OperatorSpec {
    return { kind: USER_RDD_KIND, props: undefined }
  }

  /** The partitions, remembered after the first time. */
  async partitions(): Promise<readonly Partition[]> {
    if (this.prepared !== undefined) return this.prepared
    await Promise.resolve() // not on the stack of who asks: a lineage may be long, and each RDD asks its parents
    const partitions = await this.getPartitions()
    return (this.prepared ??= partitions)
  }

  /**
   * What is known only with the partitions: how keys are spread, and in place of what was given to the constructor the
   * dependencies, on the same RDDs.
   */
  protected settle(
    partitioner: Partitioner | undefined,
    dependencies: readonly Dependency[] = this.dependencies,
  ): void {
    ;(this as { partitioner: Partitioner | undefined }).partitioner = partitioner
    this.dependencies = dependencies
    this.determinism = undefined
  }

  /** The partitions if they were asked for already. */
  get preparedPartitions(): readonly Partition[] | undefined {
    return this.prepared
  }

  /** Has the partitions of an RDD of the same source, if it was asked for them: they are not asked for again. */
  sharePartitions({ prepared }: BaseRDD<T>): void {
    this.prepared ??= prepared
  }

  /**
   * Keeps the partitions from the first time they are computed, by name of the level or as {@link StorageLevel} has it.
   *
   * @throws TROUPE_SPARK_ARGUMENT_INVALID; TROUPE_SPARK_LEVEL_ASSIGNED when it has another level already
   */
  persist(level: StorageLevel | StorageLevelName = StorageLevel.MEMORY_ONLY): this {
    const wanted = checkedLevel('persist', level)
    if (isStored(this.level) && !sameLevel(this.level, wanted)) {
      throw new SparkError(
        'TROUPE_SPARK_LEVEL_ASSIGNED',
        `Cannot change storage level of an RDD after it was already assigned a level: RDD ${this.id} has ` +
          `${describeLevel(this.level)}, and was given ${describeLevel(wanted)}; unpersist it first`,
        { data: { rddId: this.id } },
      )
    }
    this.level = wanted
    this.context.keeper.persist(this as unknown as RDD<unknown>, wanted)
    return this
  }

  /** {@link BaseRDD.persist} at `MEMORY_ONLY`. */
  cache(): this {
    return this.persist(StorageLevel.MEMORY_ONLY)
  }

  /** Lets go of what is kept; `blocking`: resolves when every executor has done so. */
  unpersist(blocking = false): Promise<void> {
    this.level = StorageLevel.NONE
    return this.context.keeper.unpersist(this as unknown as RDD<unknown>, blocking)
  }

  /**
   * Removes the map outputs of the shuffles that it is made of, back to what is kept. Who computes it afterwards computes these
   * again: checkpoint it before, or be done with it. `blocking`: resolves when every executor has removed them.
   */
  async cleanShuffleDependencies(blocking = false): Promise<void> {
    const shuffles = new Set<number>()
    const seen = new Set<number>([this.id])
    const open: BaseRDD<unknown>[] = [this]
    for (let rdd = open.pop(); rdd !== undefined; rdd = open.pop()) {
      for (const dependency of rdd.dependencies) {
        if (dependency.type === 'shuffle') shuffles.add(dependency.shuffleId)
        const { rdd: parent } = dependency
        if (seen.has(parent.id) || isStored(parent.getStorageLevel())) continue
        seen.add(parent.id)
        open.push(parent)
      }
    }
    const { keeper } = this.context
    await Promise.all([...shuffles].map((shuffleId) => keeper.cleanShuffle(shuffleId, blocking)))
  }

  /**
   * Has the stages that compute it run with the executors and the task resources of a profile. RDDs made of it in the same stage take part;
   * what lies behind a shuffle does not.
   *
   * @throws TROUPE_SPARK_PROFILE_UNSUPPORTED when the master can't give what the profile asks for; TROUPE_SPARK_ARGUMENT_INVALID
   */
  withResources(profile: ResourceProfile): this {
    if (!(profile instanceof ResourceProfile)) {
      throw invalidArgument('withResources', profile, 'what ResourceProfileBuilder.build answers')
    }
    this.context.addResourceProfile(profile)
    this.resources = profile
    return this
  }

  /** The profile of {@link BaseRDD.withResources}; undefined when there is none. */
  getResourceProfile(): ResourceProfile | undefined {
    return this.resources
  }

  /** The context that it belongs to. */
  get sparkContext(): RddContext {
    return this.context
  }

  /** How its partitions are kept; `NONE` unless {@link BaseRDD.persist} was called. */
  getStorageLevel(): StorageLevel {
    return this.level
  }

  /**
   * Has its rows written to the directory of `SparkContext.setCheckpointDir`, by a job of its own after the next one that
   * computes it, and its lineage cut then. Persist it as well, or it is computed twice.
   *
   * @throws TROUPE_SPARK_CHECKPOINT_DIRECTORY
   */
  checkpoint(): void {
    const path = this.context.keeper.checkpointPath(this.id)
    if (this.checkpointState.type === 'none') this.checkpointed = { type: 'marked', path }
  }

  /**
   * Cuts its lineage after the next job that computes it: from then on it is what executors keep, in memory and on disk,
   * and is lost with them.
   */
  localCheckpoint(): this {
    if (this.checkpointState.type !== 'none') return this
    const { level } = this
    const kept = isStored(level) ? { ...level, useDisk: true } : StorageLevel.MEMORY_AND_DISK
    this.level = kept
    this.context.keeper.persist(this as unknown as RDD<unknown>, kept)
    this.checkpointed = { type: 'marked-local' }
    return this
  }

  /** Whether its lineage was cut. */
  isCheckpointed(): boolean {
    const { type } = this.checkpointState
    return type === 'reliable' || type === 'local'
  }

  /** Where its reliable checkpoint is; undefined when there is none. */
  getCheckpointFile(): string | undefined {
    const state = this.checkpointState
    return state.type === 'reliable' ? state.path : undefined
  }

  /** How far its checkpoint has come. */
  get checkpointState(): CheckpointState {
    return this.checkpointed ?? { type: 'none' }
  }

  /** Its checkpoint is there: it is computed from that, and from nothing else. */
  async cutLineage(): Promise<void> {
    const state = this.checkpointState
    if (state.type === 'marked') {
      this.prepared = await readParts(this.context.files.at(state.path), state.path)
      this.checkpointed = { type: 'reliable', path: state.path }
    } else if (state.type === 'marked-local') {
      this.prepared = (await this.partitions()).map(({ index }) => ({ index }))
      this.checkpointed = { type: 'local' }
    } else return
    this.determinism = undefined
    this.dependencies = []
  }

  /** What travels in its place once it is checkpointed. */
  checkpointSpec(): OperatorSpec | undefined {
    const state = this.checkpointState
    if (state.type === 'reliable') {
      const { path } = state
      return { kind: 'checkpoint', props: { path, access: this.context.files.accessTo([path]) } }
    }
    if (state.type === 'local') return { kind: 'localCheckpoint', props: { rddId: this.id } }
    return undefined
  }

  /** On an executor, where it is made again: the level that it has on the driver. */
  restoreLevel(level: StorageLevel): void {
    this.level = level
  }

  /** The rows of one partition in batches: kept ones, or computed. */
  iterator(split: Partition, context: TaskContext): Batches<T> {
    context.throwIfCancelled()
    const { id: rddId, level } = this
    if (!isStored(level)) return batchesOf(this.compute(split, context))
    return context.blocks.getOrCompute({
      rddId,
      partition: split.index,
      taskAttemptId: context.taskAttemptId,
      level,
      keepsColumns: context.recognises,
      compute: () => batchesOf(this.compute(split, context)),
      throwIfCancelled: () => {
        context.throwIfCancelled()
      },
    })
  }

  /** Sets {@link BaseRDD.name}. */
  setName(name: string): this {
    this.name = name
    return this
  }
}
