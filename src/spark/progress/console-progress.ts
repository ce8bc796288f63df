import type { Clock, StatusLine, Timer } from '../../platform/index.ts'
import type { SparkEvent, SparkStatusTracker } from '../events/index.ts'
import { progressBars } from './bar.ts'

/** A stage is shown once it has run so long, and after another has ended as long as that ago. */
const FIRST_DELAY_MS = 500

/** What stands still is written again so often, for a connection that would be closed without. */
const REPEAT_MS = 60_000

export interface ConsoleProgressProps {
  /** Fed before this one is. */
  readonly tracker: Pick<SparkStatusTracker, 'getActiveStageIds' | 'getStageInfo'>
  readonly clock: Clock
  readonly line: StatusLine
  readonly updateMs: number
}

/**
 * Shows the progress of running stages on the console as long as there are any. It looks at them at fixed intervals, so that
 * tasks cost nothing.
 *
 * @see ConsoleProgressBar.scala in Spark
 */
export class ConsoleProgress {
  readonly #props: ConsoleProgressProps
  #timer: Timer | undefined
  #shown = ''
  #shownAt = -Infinity
  #finishedAt = -Infinity

  constructor(props: ConsoleProgressProps) {
    this.#props = props
  }

  /** Bound: what the listener bus calls. */
  readonly listener = (event: SparkEvent): void => {
    if (event.type === 'SparkListenerStageSubmitted') this.#await()
    if (event.type === 'SparkListenerStageCompleted') this.#finish()
  }

  close(): void {
    this.#timer?.cancel()
    this.#timer = undefined
    this.#props.line.close()
  }

  #await(): void {
    const { clock, updateMs } = this.#props
    this.#timer ??= clock.setTimer(
      updateMs,
      () => {
        this.#timer = undefined
        this.#refresh()
      },
      { background: true },
    )
  }

  #refresh(): void {
    const { tracker, clock, line } = this.#props
    const active = tracker.getActiveStageIds()
    if (active.length === 0) return
    this.#await()
    if (clock.now() - this.#finishedAt < FIRST_DELAY_MS) return
    const stages = active.flatMap((stageId) => {
      const info = tracker.getStageInfo(stageId)
      const isLong = info !== undefined && clock.wallNow() - info.submissionTime > FIRST_DELAY_MS
      return isLong ? [info] : []
    })
    if (stages.length === 0) return
    const bars = progressBars(stages, line.columns)
    const isStill = line.isShown && bars === this.#shown
    if (isStill && clock.now() - this.#shownAt < REPEAT_MS) return
    if (!line.show(bars)) return
    this.#shown = bars
    this.#shownAt = clock.now()
  }

  #finish(): void {
    this.#props.line.clear()
    this.#shown = ''
    this.#finishedAt = this.#props.clock.now()
  }
}
