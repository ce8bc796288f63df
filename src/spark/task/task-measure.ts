import type { Environment } from '../../platform/index.ts'
import type { TaskMetrics } from '../rdd/index.ts'

/** What times and processor time are read from, in the thread that runs the task. */
export interface TaskMeter {
  readonly nowMs: () => number
  readonly cpuNs: () => number
  readonly collectionMs: () => number
  /** Resolves in another turn of the event loop, by which V8 has told of its collections. */
  readonly turn: () => Promise<void>
}

/** The meter of a thread. */
export function meterOf({
  clock,
  usage,
  turns,
}: Pick<Environment, 'clock' | 'turns' | 'usage'>): TaskMeter {
  return {
    nowMs: () => clock.now(),
    cpuNs: () => usage.cpuNs(),
    collectionMs: () => usage.collectionMs(),
    turn: () =>
      new Promise((resolve) => {
        turns.macrotask(resolve)
      }),
  }
}

/** A try that has run as long as this may have made the collector run. */
const TELLING_MS = 5

/** Measures one try of a task, phase by phase: what it needs is loaded, its rows are computed, its result is encoded. */
export class TaskMeasure {
  readonly #meter: TaskMeter | undefined
  readonly #collectionMs: number
  readonly #beganMs: number
  #phase: 'loading' | 'computing' | 'ending' = 'loading'
  #ms: number
  #cpuNs: number
  #metrics: TaskMetrics | undefined
  #peakBytes: () => number = () => 0

  /** Begins at once. Without a meter all is 0. */
  constructor(meter: TaskMeter | undefined) {
    this.#meter = meter
    this.#beganMs = meter?.nowMs() ?? 0
    this.#ms = this.#beganMs
    this.#cpuNs = meter?.cpuNs() ?? 0
    this.#collectionMs = meter?.collectionMs() ?? 0
  }

  /** What the try counts itself, from now on. */
  counting(metrics: TaskMetrics, peakBytes: () => number): void {
    this.#metrics = metrics
    this.#peakBytes = peakBytes
  }

  loaded(metrics: TaskMetrics): void {
    const [ms, cpuNs] = this.#lap()
    metrics.executorDeserializeTime = ms
    metrics.executorDeserializeCpuTime = cpuNs
    this.#phase = 'computing'
  }

  computed(metrics: TaskMetrics): void {
    const [ms, cpuNs] = this.#lap()
    metrics.executorRunTime = ms
    metrics.executorCpuTime = cpuNs
    this.#phase = 'ending'
  }

  async ended(metrics: TaskMetrics): Promise<void> {
    const meter = this.#meter
    if (meter === undefined) return
    const nowMs = meter.nowMs()
    metrics.resultSerializationTime = nowMs - this.#ms
    if (nowMs - this.#beganMs >= TELLING_MS) await meter.turn()
    metrics.jvmGCTime = meter.collectionMs() - this.#collectionMs
  }

  /** What the try has counted so far; undefined as long as it has not begun to. */
  soFar(): TaskMetrics | undefined {
    if (this.#metrics === undefined) return undefined
    const now = { ...this.#metrics, peakExecutionMemory: this.#peakBytes() }
    if (this.#meter === undefined) return now
    now.jvmGCTime = this.#meter.collectionMs() - this.#collectionMs
    const ms = this.#meter.nowMs() - this.#ms
    if (this.#phase === 'loading') now.executorDeserializeTime = ms
    if (this.#phase !== 'computing') return now
    now.executorRunTime = ms
    now.executorCpuTime = this.#meter.cpuNs() - this.#cpuNs
    return now
  }

  /** Since the last phase began. */
  #lap(): readonly [ms: number, cpuNs: number] {
    if (this.#meter === undefined) return [0, 0]
    const ms = this.#meter.nowMs()
    const cpuNs = this.#meter.cpuNs()
    const lap = [ms - this.#ms, cpuNs - this.#cpuNs] as const
    this.#ms = ms
    this.#cpuNs = cpuNs
    return lap
  }
}
