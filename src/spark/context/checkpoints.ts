import { SparkError } from '../errors.ts'
import { sealParts, type JobOptions, type RDD, type ActionSpec } from '../rdd/index.ts'
import type { FileSum } from '../storage/index.ts'
import type { DriverFiles } from '../files/index.ts'

/** What {@link Checkpoints} work with. */
export interface CheckpointsProps {
  readonly files: DriverFiles
  readonly runJob: (
    rdd: RDD<unknown>,
    action: ActionSpec,
    options: JobOptions,
  ) => Promise<readonly unknown[]>
  /** Whether a partition of an RDD is kept somewhere. */
  readonly isKept: (rddId: number, partition: number) => boolean
  /** A lineage was cut: stages that were packed before know nothing of it. With the path of a reliable checkpoint. */
  readonly done: (rdd: RDD<unknown>, path: string | undefined) => void
}

/** Writes the checkpoints of RDDs after jobs that have computed them, and cuts their lineage. */
export class Checkpoints {
  readonly #props: CheckpointsProps
  /** RDD → its checkpoint on the way, which jobs that end meanwhile wait for */
  readonly #underWay = new Map<number, Promise<void>>()
  #directory: string | undefined

  constructor(props: CheckpointsProps) {
    this.#props = props
  }

  get directory(): string | undefined {
    return this.#directory
  }

  setDirectory(path: string): void {
    this.#directory = path
  }

  /** @throws TROUPE_SPARK_CHECKPOINT_DIRECTORY */
  pathFor(rddId: number): string {
    if (this.#directory !== undefined) return `${this.#directory}/rdd-${rddId}`
    throw new SparkError(
      'TROUPE_SPARK_CHECKPOINT_DIRECTORY',
      `Checkpoint directory has not been set in the SparkContext: RDD ${rddId} can't be checkpointed; call sc.setCheckpointDir first`,
      { data: { rddId } },
    )
  }

  /**
   * Checkpoints what is marked behind `rdd`: the nearest on each way, since these cut off what lies behind them.
   *
   * @throws TROUPE_SPARK_CHECKPOINT_FAILED
   */
  async afterJob(rdd: RDD<unknown>): Promise<void> {
    const open = [rdd]
    const seen = new Set<number>()
    for (let member = open.pop(); member !== undefined; member = open.pop()) {
      if (seen.has(member.id)) continue
      seen.add(member.id)
      const { type } = member.checkpointState
      if (type === 'marked' || type === 'marked-local') await this.#once(member)
      else for (const dependency of member.getDependencies()) open.push(dependency.rdd)
    }
  }

  #once(rdd: RDD<unknown>): Promise<void> {
    let writing = this.#underWay.get(rdd.id)
    if (writing === undefined) {
      writing = this.#checkpoint(rdd).finally(() => this.#underWay.delete(rdd.id))
      this.#underWay.set(rdd.id, writing)
    }
    return writing
  }

  async #checkpoint(rdd: RDD<unknown>): Promise<void> {
    const state = rdd.checkpointState
    if (state.type === 'marked') await this.#write(rdd, state.path)
    else await this.#keepAll(rdd)
    await rdd.cutLineage()
    this.#props.done(rdd, rdd.getCheckpointFile())
  }

  async #write(rdd: RDD<unknown>, path: string): Promise<void> {
    const { files, runJob } = this.#props
    const system = files.at(path)
    try {
      await system.remove(path)
      await system.makeDirectory(path)
      const action = { kind: 'saveCheckpoint', props: { path, access: files.accessTo([path]) } }
      const sums = (await runJob(rdd, action, { name: 'checkpoint' })) as readonly FileSum[]
      await sealParts(system, path, sums)
    } catch (cause) {
      // What is half written is never read; that it can't be removed changes nothing.
      await system.remove(path).catch(() => undefined)
      throw new SparkError(
        'TROUPE_SPARK_CHECKPOINT_FAILED',
        `The checkpoint of RDD ${rdd.id} can't be written to ${path}: ${cause instanceof Error ? cause.message : String(cause)}`,
        { data: { rddId: rdd.id, path }, cause },
      )
    }
  }

  /** Partitions that the job has not computed, or that were lost since, are computed and kept. */
  async #keepAll(rdd: RDD<unknown>): Promise<void> {
    const { isKept, runJob } = this.#props
    const all = (await rdd.partitions()).map(({ index }) => index)
    const partitions = all.filter((partition) => !isKept(rdd.id, partition))
    if (partitions.length === 0) return
    await runJob(rdd, { kind: 'count', props: {} }, { partitions, name: 'local checkpoint' })
  }
}
