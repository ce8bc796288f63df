import type { Environment } from '../../platform/index.ts'
import type { TaskMetrics } from '../rdd/index.ts'

/** What times and processor time are read from, in the thread that runs the task. */
export interface TaskMeter {
  readonly nowMs: () => number
  readonly cpuNs: () => number
  readonly collectionMs: () => number
}

/** The meter of a thread. */
export function meterOf({ clock, usage }: Pick<Environment, 'clock' | 'usage'>): TaskMeter {
  return {
    nowMs: () => clock.now(),
    cpuNs: () => usage.cpuNs(),
    collectionMs: () => usage.collectionMs(),
  }
}

/** Measures one try of a task, phase by phase: what it needs is loaded, its rows are computed, its result is encoded. */
export class TaskMeasure {
  readonly #meter: TaskMeter | undefined
  readonly #collectionMs: number
  #ms: number
  #cpuNs: number

  /** Begins at once. Without a meter all is 0. */
  constructor(meter: TaskMeter | undefined) {
    this.#meter = meter
    this.#ms = meter?.nowMs() ?? 0
    this.#cpuNs = meter?.cpuNs() ?? 0
    this.#collectionMs = meter?.collectionMs() ?? 0
  }

  loaded(metrics: TaskMetrics): void {
    const [ms, cpuNs] = this.#lap()
    metrics.executorDeserializeTime = ms
    metrics.executorDeserializeCpuTime = cpuNs
  }

  computed(metrics: TaskMetrics): void {
    const [ms, cpuNs] = this.#lap()
    metrics.executorRunTime = ms
    metrics.executorCpuTime = cpuNs
  }

  ended(metrics: TaskMetrics): void {
    if (this.#meter === undefined) return
    metrics.resultSerializationTime = this.#meter.nowMs() - this.#ms
    metrics.jvmGCTime = this.#meter.collectionMs() - this.#collectionMs
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
