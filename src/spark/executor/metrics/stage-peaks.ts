import { NO_EXECUTOR_METRICS, peaksOf, type ExecutorMetrics } from '../../events/index.ts'
import type { StageReading } from '../protocol.ts'

/** An attempt of a stage. */
export interface StageKey {
  readonly stageId: number
  readonly stageAttempt: number
}

interface Stage extends StageKey {
  running: number
  peaks: ExecutorMetrics
  /** Nothing was measured while its tries ran. */
  isUnread: boolean
  /** The most since a try that ended has told. */
  untold: ExecutorMetrics | undefined
}

/** In the place of a stage where none runs. */
const IDLE = -1
/** A reading that is older is taken anew when a try ends. */
const FRESH_MS = 250

/** What was measured of an executor since it has told of it last, for each stage that has tries here. */
export class StagePeaks {
  readonly #stages = new Map<string, Stage>()
  #readMs = Number.NEGATIVE_INFINITY
  #last: ExecutorMetrics | undefined

  started(key: StageKey): void {
    this.#of(key).running += 1
  }

  /** A try has ended; whether it is time for a reading. One that is not old counts for a stage that has had none, too. */
  ended(key: StageKey, nowMs: number): boolean {
    const stage = this.#of(key)
    stage.running -= 1
    if (this.#last === undefined || nowMs - this.#readMs >= FRESH_MS) return true
    if (stage.isUnread) this.#raise(stage, this.#last)
    return false
  }

  /** What the try that has just ended is to tell; undefined when nothing was measured since another has told. */
  tell(key: StageKey): ExecutorMetrics | undefined {
    const stage = this.#of(key)
    const { untold } = stage
    stage.untold = undefined
    return untold
  }

  /** Something was measured; it counts for the stages that have tries here, and for `ending`, whose try has just ended. */
  measured(reading: ExecutorMetrics, nowMs: number, ending?: StageKey): void {
    this.#readMs = nowMs
    this.#last = reading
    if (ending !== undefined) this.#raise(this.#of(ending), reading)
    for (const stage of this.#stages.values()) if (stage.running > 0) this.#raise(stage, reading)
  }

  /** What to tell; forgotten afterwards, as are stages without tries. */
  take(): readonly StageReading[] {
    const told = [...this.#stages.values()]
      .filter(({ isUnread }) => !isUnread)
      .map(({ stageId, stageAttempt, peaks }) => ({ stageId, stageAttempt, peaks }))
    for (const [name, stage] of this.#stages) {
      if (stage.running <= 0) this.#stages.delete(name)
      stage.peaks = NO_EXECUTOR_METRICS
    }
    return told
  }

  /** What is told when no stage has tries here. */
  static idle(peaks: ExecutorMetrics): readonly StageReading[] {
    return [{ stageId: IDLE, stageAttempt: IDLE, peaks }]
  }

  #raise(stage: Stage, reading: ExecutorMetrics): void {
    stage.peaks = peaksOf(stage.peaks, reading)
    stage.untold = stage.untold === undefined ? reading : peaksOf(stage.untold, reading)
    stage.isUnread = false
  }

  #of({ stageId, stageAttempt }: StageKey): Stage {
    const name = `${stageId}.${stageAttempt}`
    let stage = this.#stages.get(name)
    if (stage === undefined) {
      stage = {
        stageId,
        stageAttempt,
        running: 0,
        peaks: NO_EXECUTOR_METRICS,
        isUnread: true,
        untold: undefined,
      }
      this.#stages.set(name, stage)
    }
    return stage
  }
}
