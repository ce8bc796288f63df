import { peaksOf, type ExecutorMetrics, type SparkEvent } from '../events/index.ts'

/** What stands for the stages of the driver, which are all. */
const ALL = -1

interface Stage {
  readonly stageId: number
  readonly attempt: number
  readonly peaks: Map<string, ExecutorMetrics>
}

/** What executors had of memory at most while a stage ran, for a log that tells of it when the stage is over. */
export class LoggedStagePeaks {
  readonly #stages = new Map<string, Stage>()

  /** @returns what the log is to tell before `event` */
  heard(event: SparkEvent): readonly SparkEvent[] {
    switch (event.type) {
      case 'SparkListenerStageSubmitted': {
        const { stageId, attemptNumber: attempt } = event.stageInfo
        this.#stages.set(`${stageId}.${attempt}`, { stageId, attempt, peaks: new Map() })
        return []
      }
      case 'SparkListenerTaskEnd': {
        const { stageId, stageAttemptId, taskInfo, taskExecutorMetrics } = event
        if (taskExecutorMetrics !== undefined)
          this.#raise(stageId, stageAttemptId, taskInfo.executorId, taskExecutorMetrics)
        return []
      }
      case 'SparkListenerExecutorMetricsUpdate':
        for (const [stageId, attempt, peaks] of event.executorUpdates)
          this.#raise(stageId, attempt, event.execId, peaks)
        return []
      case 'SparkListenerStageCompleted':
        return this.#completed(event.stageInfo.stageId, event.stageInfo.attemptNumber)
      default:
        return []
    }
  }

  #raise(stageId: number, attempt: number, executorId: string, reading: ExecutorMetrics): void {
    for (const stage of this.#stages.values()) {
      if (stageId !== ALL && (stage.stageId !== stageId || stage.attempt !== attempt)) continue
      const before = stage.peaks.get(executorId)
      stage.peaks.set(executorId, before === undefined ? reading : peaksOf(before, reading))
    }
  }

  #completed(stageId: number, attempt: number): SparkEvent[] {
    const stage = this.#stages.get(`${stageId}.${attempt}`)
    for (let earlier = 0; earlier <= attempt; earlier += 1)
      this.#stages.delete(`${stageId}.${earlier}`)
    return [...(stage?.peaks ?? [])].map(([execId, executorMetrics]) => ({
      type: 'SparkListenerStageExecutorMetrics',
      execId,
      stageId,
      stageAttemptId: attempt,
      executorMetrics,
    }))
  }
}
