import type { SparkEvent } from '../../events/index.ts'

/** Which try wants to commit the output of which partition. */
export interface CommitRequest {
  readonly stageId: number
  readonly partition: number
  readonly taskAttemptId: number
}

/** Whether it may, and why. */
export interface CommitAnswer {
  readonly isAllowed: boolean
  readonly reason: string
}

/**
 * Which try may commit the output of which partition: the first that asks, for as long as it does not fail. Learns of
 * stages and tries from the application's events.
 *
 * @see OutputCommitCoordinator.scala in Spark
 */
export class CommitBook {
  /** stage under way → partition → the try that may */
  readonly #stages = new Map<number, Map<number, number>>()
  readonly #stagesOfJob = new Map<number, readonly number[]>()
  /** Tries that have ended badly: they come too late, should they still ask. */
  readonly #failed = new Set<number>()

  answer({ stageId, partition, taskAttemptId }: CommitRequest): CommitAnswer {
    const holders = this.#stages.get(stageId)
    if (holders === undefined) return denied(`stage ${stageId} is over`)
    if (this.#failed.has(taskAttemptId)) return denied(`task ${taskAttemptId} has ended already`)
    const holder = holders.get(partition)
    if (holder !== undefined && holder !== taskAttemptId)
      return denied(`task ${holder} may commit partition ${partition} of stage ${stageId}`)
    holders.set(partition, taskAttemptId)
    return { isAllowed: true, reason: 'it is the first that asks' }
  }

  /** Bound: hears what becomes of stages and tries. */
  readonly listener = (event: SparkEvent): void => {
    switch (event.type) {
      case 'SparkListenerJobStart':
        this.#stagesOfJob.set(
          event.jobId,
          event.stageInfos.map(({ stageId }) => stageId),
        )
        return
      case 'SparkListenerStageSubmitted': {
        const { stageId } = event.stageInfo
        if (!this.#stages.has(stageId)) this.#stages.set(stageId, new Map())
        return
      }
      case 'SparkListenerStageCompleted':
        // One that has failed may go on with another attempt.
        if (event.stageInfo.failureReason === undefined)
          this.#stages.delete(event.stageInfo.stageId)
        return
      case 'SparkListenerTaskEnd': {
        const { partitionId, taskId } = event.taskInfo
        const holders = this.#stages.get(event.stageId)
        if (event.reason.reason === 'Success' || holders === undefined) return
        this.#failed.add(taskId)
        if (holders.get(partitionId) === taskId) holders.delete(partitionId)
        return
      }
      case 'SparkListenerJobEnd':
        for (const stageId of this.#stagesOfJob.get(event.jobId) ?? []) this.#stages.delete(stageId)
        this.#stagesOfJob.delete(event.jobId)
        if (this.#stages.size === 0) this.#failed.clear()
        return
      default:
    }
  }
}

function denied(reason: string): CommitAnswer {
  return { isAllowed: false, reason }
}
