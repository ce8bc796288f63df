import { NO_COLLECTIONS, type Collections, type Environment } from '../../../platform/index.ts'
import { emptyMetrics, type TaskMetrics } from '../../rdd/index.ts'

/** What one thread has of memory, in bytes, and what its collector has done. */
export interface ThreadMemory extends Collections {
  readonly heapBytes: number
  readonly externalBytes: number
  /** Of externalBytes. */
  readonly bufferBytes: number
}

/** A try that runs, and what it has counted so far. */
export interface RunningTry {
  readonly taskAttemptId: number
  readonly stageId: number
  readonly stageAttempt: number
  readonly metrics: TaskMetrics
}

const MEMORY = ['heapBytes', 'externalBytes', 'bufferBytes', ...keysOf(NO_COLLECTIONS)] as const
const METRICS = keysOf(emptyMetrics())
/** Behind a number that is odd while the rest is written: memory, the try's three numbers, its metrics. */
const FIRST = 1
const TRY = FIRST + MEMORY.length
const COUNTS = TRY + 3

/** How much shared memory a gauge takes. */
export const GAUGE_BYTES: number = (COUNTS + METRICS.length) * Float64Array.BYTES_PER_ELEMENT

/** What is read from this thread, at this moment. */
export function threadMemory({ heap, usage }: Pick<Environment, 'heap' | 'usage'>): ThreadMemory {
  return {
    heapBytes: heap.usedBytes(),
    externalBytes: heap.externalBytes(),
    bufferBytes: heap.bufferBytes(),
    ...usage.collections(),
  }
}

/** The figures of one thread in shared memory: one thread writes them, another reads them whenever it likes. */
export class ThreadGauge {
  readonly #figures: Float64Array
  readonly #sequence: Int32Array

  constructor(shared: SharedArrayBuffer) {
    this.#figures = new Float64Array(shared)
    this.#sequence = new Int32Array(shared, 0, 1)
  }

  write(memory: ThreadMemory, running: RunningTry | undefined): void {
    const figures = this.#figures
    Atomics.add(this.#sequence, 0, 1)
    MEMORY.forEach((name, i) => (figures[FIRST + i] = memory[name]))
    figures[TRY] = running?.taskAttemptId ?? -1
    if (running !== undefined) {
      const { stageId, stageAttempt, metrics } = running
      figures[TRY + 1] = stageId
      figures[TRY + 2] = stageAttempt
      METRICS.forEach((name, i) => (figures[COUNTS + i] = metrics[name]))
    }
    Atomics.add(this.#sequence, 0, 1)
  }

  /** Undefined before anything was written, and in the blink of an eye in which something is. */
  read(): { readonly memory: ThreadMemory; readonly running: RunningTry | undefined } | undefined {
    const before = Atomics.load(this.#sequence, 0)
    const figures = this.#figures.slice()
    const isWhole = before % 2 === 0 && Atomics.load(this.#sequence, 0) === before
    if (before === 0 || !isWhole) return undefined
    const at = (index: number): number => figures[index] ?? 0
    const memory = recordOf(MEMORY, (i) => at(FIRST + i))
    if (at(TRY) < 0) return { memory, running: undefined }
    const metrics = recordOf(METRICS, (i) => at(COUNTS + i))
    const [taskAttemptId, stageId, stageAttempt] = [at(TRY), at(TRY + 1), at(TRY + 2)]
    return { memory, running: { taskAttemptId, stageId, stageAttempt, metrics } }
  }
}

function recordOf<Name extends string>(
  names: readonly Name[],
  value: (index: number) => number,
): Record<Name, number> {
  return Object.fromEntries(names.map((name, i) => [name, value(i)])) as Record<Name, number>
}

function keysOf<T extends object>(of: T): (keyof T & string)[] {
  return Object.keys(of) as (keyof T & string)[]
}
