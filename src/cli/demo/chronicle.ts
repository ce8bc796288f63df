import { isTroupeError, type Progress, type ProgressBar } from '../../platform/index.ts'
import type { SparkEvent } from '../../spark/index.ts'
import { amount } from '../report/ledger.ts'

/** Of a label of progress. */
const LABEL_COLUMNS = 26

/** A failure and what it was answered with. */
export interface Answered {
  readonly what: string
  readonly error: string
  readonly directive: string
  readonly reason: string
  times: number
}

/** A loss is told by whoever saw it; the tasks that fell to it need not repeat the story. */
function sayError(error: unknown): string {
  if (isTroupeError(error, 'TROUPE_SPARK_EXECUTOR_LOST')) return 'its executor is lost'
  return error instanceof Error ? error.message : String(error)
}

/** Reasons end with the error, which is printed already. */
function withoutError(reason: string, error: unknown): string {
  const at = error instanceof Error ? reason.indexOf(error.message) : -1
  return at < 0 ? reason : reason.slice(0, at).replace(/(: \w*)?: $/, '')
}

/** Writes down what happens in an application, for the report at its end, and shows progress as it goes. */
export class Chronicle {
  readonly failures: Map<string, Answered> = new Map()
  /** Stage, by the name it had first → partitions whose task ended well more than once, in whichever job. */
  readonly recomputed: Map<string, Set<number>> = new Map()
  readonly lost: string[] = []
  readonly removed: string[] = []
  tasks = 0
  shuffleBytes = 0
  /** What a stage writes → partitions that were computed. The stage of a shuffle has another id in the next job. */
  readonly #done: Map<string, Set<number>> = new Map()
  /** What a stage writes → what it was called first. */
  readonly #firstNames: Map<string, string> = new Map()
  readonly #names: Map<number, string> = new Map()
  /** Stage → what it writes: a shuffle, or its own results. */
  readonly #writes: Map<number, string> = new Map()
  /** Job → what it is called. */
  readonly #jobs: Map<number, string> = new Map()
  /** Tasks of the present attempt that ended well, by stage. */
  readonly #doneNow: Map<number, number> = new Map()
  readonly #bars: Map<number, ProgressBar> = new Map()
  readonly #progress: Progress
  #isClosed = false

  constructor(progress: Progress) {
    this.#progress = progress
  }

  readonly listener = (event: SparkEvent): void => {
    if (this.#isClosed) return
    switch (event.type) {
      case 'job-start':
        this.#jobs.set(event.jobId, event.name)
        return
      case 'stage-submitted': {
        const kind = event.kind === 'shuffle-map' ? 'map' : 'result'
        const name = `${kind} stage ${event.stageId}`
        const written =
          event.shuffleId === undefined ? `stage ${event.stageId}` : `shuffle ${event.shuffleId}`
        this.#names.set(event.stageId, name)
        this.#writes.set(event.stageId, written)
        if (!this.#firstNames.has(written)) this.#firstNames.set(written, name)
        const again = event.stageAttempt > 0 ? ' again' : ''
        const job = this.#jobs.get(event.jobId) ?? `job ${event.jobId}`
        const label = `${job}: ${kind}${again}`.padEnd(LABEL_COLUMNS)
        this.#bars.get(event.stageId)?.finish()
        this.#bars.set(event.stageId, this.#progress.start(label, event.numTasks))
        this.#doneNow.set(event.stageId, 0)
        return
      }
      case 'task-end':
        this.#ended(event.stageId, event.partition)
        this.shuffleBytes += event.metrics.shuffleWriteBytes
        return
      case 'task-failed':
        this.#failed(event)
        return
      case 'stage-completed':
        this.#bars.get(event.stageId)?.finish()
        this.#bars.delete(event.stageId)
        return
      case 'executor-removed':
        this.removed.push(`executor ${event.executorId} is lost: ${event.reason}`)
        return
      case 'outputs-lost':
        this.lost.push(
          `${amount(event.outputs.length, 'map output')} of executor ${event.executorId} went with it`,
        )
        return
      default:
        return
    }
  }

  #ended(stageId: number, partition: number): void {
    this.tasks++
    const written = this.#writes.get(stageId) ?? `stage ${stageId}`
    const done = this.#done.get(written) ?? new Set<number>()
    this.#done.set(written, done)
    if (done.has(partition)) {
      const name = this.#firstNames.get(written) ?? written
      const again = this.recomputed.get(name) ?? new Set<number>()
      this.recomputed.set(name, again.add(partition))
    }
    done.add(partition)
    const doneNow = (this.#doneNow.get(stageId) ?? 0) + 1
    this.#doneNow.set(stageId, doneNow)
    this.#bars.get(stageId)?.update(doneNow)
  }

  #failed(event: Extract<SparkEvent, { readonly type: 'task-failed' }>): void {
    const what = `${this.#names.get(event.stageId) ?? `stage ${event.stageId}`}, partition ${event.partition}`
    const error = sayError(event.error)
    const key = `${event.stageId}/${event.directive}/${event.reason}`
    const known = this.failures.get(key)
    if (known !== undefined) known.times++
    else {
      const { directive } = event
      const reason = withoutError(event.reason, event.error)
      this.failures.set(key, { what, error, directive, reason, times: 1 })
    }
  }

  /** The work is done; what comes now is only the end of the application. */
  close(): void {
    this.#isClosed = true
    for (const bar of this.#bars.values()) bar.finish()
    this.#bars.clear()
  }
}
