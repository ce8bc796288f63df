import type { ActorRef } from '../../../actors/index.ts'
import type { Environment, Timer } from '../../../platform/index.ts'
import type { ExecutorMetrics } from '../../events/index.ts'
import type { MemoryManager } from '../../memory/index.ts'
import type { ExecutorHeartbeat, HeartbeatSettings } from '../protocol.ts'
import type { RunnerReport } from '../task-runner.ts'
import { executorReading } from './executor-reading.ts'
import type { ThreadMemory } from './thread-gauge.ts'
import { StagePeaks, type StageKey } from './stage-peaks.ts'

/** What {@link Heartbeats} work with. */
export interface HeartbeatProps {
  readonly executorId: string
  readonly driver: ActorRef<ExecutorHeartbeat>
  readonly environment: Pick<Environment, 'clock' | 'heap' | 'processes' | 'usage'>
  readonly memory: MemoryManager
  readonly report: () => RunnerReport
}

/**
 * Tells the driver at intervals what the tries of an executor have counted, and what was measured of its memory: at each of these
 * times, and when a try ends and nothing was measured in the last quarter of a second.
 */
export class Heartbeats {
  readonly #props: HeartbeatProps
  readonly #peaks = new StagePeaks()
  #settings: HeartbeatSettings | undefined
  #beat: Timer | undefined
  #poll: Timer | undefined

  constructor(props: HeartbeatProps) {
    this.#props = props
  }

  /** Begins; does nothing when it has begun. */
  begin(settings: HeartbeatSettings): void {
    if (this.#settings !== undefined) return
    this.#settings = settings
    this.#beatLater(settings)
    if (settings.pollingMs > 0) this.#pollLater(settings)
  }

  started(task: StageKey): void {
    this.#peaks.started(task)
  }

  /** A try has ended: what was measured meanwhile, as far as no other has told. */
  ended(task: StageKey): ExecutorMetrics | undefined {
    const nowMs = this.#props.environment.clock.now()
    if (this.#peaks.ended(task, nowMs)) this.#measure(this.#props.report().threads, task)
    return this.#peaks.tell(task)
  }

  stop(): void {
    this.#beat?.cancel()
    this.#poll?.cancel()
  }

  #beatLater(settings: HeartbeatSettings): void {
    const { clock } = this.#props.environment
    const beat = (): void => {
      const { executorId, driver, report } = this.#props
      const { tries, threads } = report()
      const reading = this.#measure(threads)
      const peaks = this.#peaks.take()
      const told = peaks.length === 0 ? StagePeaks.idle(reading) : peaks
      driver.tell({ type: 'executor-heartbeat', executorId, tries, peaks: told })
      this.#beatLater(settings)
    }
    this.#beat = clock.setTimer(settings.intervalMs, beat, { background: true })
  }

  #pollLater(settings: HeartbeatSettings): void {
    const { clock } = this.#props.environment
    const poll = (): void => {
      this.#measure(this.#props.report().threads)
      this.#pollLater(settings)
    }
    this.#poll = clock.setTimer(settings.pollingMs, poll, { background: true })
  }

  #measure(threads: readonly ThreadMemory[], ending?: StageKey): ExecutorMetrics {
    const { environment, memory } = this.#props
    const hasTree = this.#settings?.hasProcessTree ?? false
    const reading = executorReading({ ...environment, memory, hasTree }, threads)
    this.#peaks.measured(reading, environment.clock.now(), ending)
    return reading
  }
}
