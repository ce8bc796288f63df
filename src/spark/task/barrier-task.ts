import { SparkError } from '../errors.ts'
import type { TaskMemory } from '../memory/index.ts'
import type { BarrierTaskContext, BarrierTaskInfo, ShuffleSource } from '../rdd/index.ts'
import type { SyncRequest } from '../scheduler/barrier/sync-book.ts'
import type { Cancellation, TaskDescription } from './run-task.ts'
import { RunningTask, type Place } from './running-task.ts'

/** The property by which the tasks of a barrier stage learn where all of them run: addresses by partition, with commas. */
export const BARRIER_ADDRESSES = 'troupe.barrier.addresses'

/** Whether a task belongs to a barrier stage. */
export function isBarrierTask({ properties }: TaskDescription): boolean {
  return properties[BARRIER_ADDRESSES] !== undefined
}

/** One try of one task of a barrier stage, as long as it runs. */
export class BarrierTask extends RunningTask implements BarrierTaskContext {
  readonly #infos: readonly BarrierTaskInfo[]
  readonly #sync: Place['sync']
  /** Syncs that it has passed. */
  #epoch = 0

  constructor(
    task: TaskDescription,
    place: Place,
    cancellation: Cancellation,
    memory: TaskMemory,
    readShuffle: (context: RunningTask) => ShuffleSource,
  ) {
    super(task, place, cancellation, memory, readShuffle)
    const addresses = task.properties[BARRIER_ADDRESSES] ?? ''
    this.#infos = addresses.split(',').map((address) => ({ address }))
    this.#sync = place.sync
  }

  async barrier(): Promise<void> {
    await this.#synced('barrier', '')
  }

  allGather(message: string): Promise<readonly string[]> {
    return this.#synced('allGather', message)
  }

  getTaskInfos(): readonly BarrierTaskInfo[] {
    return this.#infos
  }

  async #synced(method: SyncRequest['method'], message: string): Promise<readonly string[]> {
    this.throwIfCancelled()
    const { stageId, stageAttemptNumber: stageAttempt, taskAttemptId, partitionId } = this
    const numTasks = this.#infos.length
    const place = { stageId, stageAttempt, taskAttemptId, partition: partitionId, numTasks }
    const epoch = this.#epoch
    const answer = await this.#sync?.({ ...place, epoch, method, message })
    this.throwIfCancelled()
    if (answer?.type === 'synced') {
      this.#epoch += 1
      return answer.messages
    }
    const reason = answer?.reason ?? 'there is no driver to ask'
    throw new SparkError('TROUPE_SPARK_BARRIER_FAILED', reason, { data: { ...place, epoch } })
  }
}
