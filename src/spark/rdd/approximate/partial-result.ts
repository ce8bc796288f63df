import type { Clock } from '../../../platform/index.ts'
import { invalidArgument } from '../../errors.ts'
import type { Progress } from './estimates.ts'

/** What an approximate action answers in time, with the way to what it comes to in the end. */
export interface PartialResult<R> {
  /** What was known when the time was up, or the job was done. */
  readonly initialValue: R
  /** Whether the job was done by then. */
  readonly isInitialValueFinal: boolean
  /** What all partitions come to. Rejects as the job does. */
  readonly finalValue: Promise<R>
}

/** Puts the results of partitions together, and estimates from those that are there what all would be. */
export interface ApproximateEvaluator<U, R> {
  merge(partition: number, value: U): void
  current(progress: Progress): R
}

/**
 * Answers when `job` is done, or `timeoutMs` is over: whichever is first. The job goes on.
 *
 * @throws as the job does, when it fails in time
 */
export async function approximately<U, R>(
  clock: Clock,
  timeoutMs: number,
  evaluator: ApproximateEvaluator<U, R>,
  total: number,
  job: (onResult: (partition: number, value: unknown) => void) => Promise<unknown>,
): Promise<PartialResult<R>> {
  let done = 0
  const running = job((partition, value) => {
    done += 1
    evaluator.merge(partition, value as U)
  })
  const finalValue = running.then(() => evaluator.current({ done: total, total }))
  finalValue.catch(() => {}) // seen by whoever waits for it
  const isDone = await inTime(clock, timeoutMs, finalValue)
  if (isDone) return { initialValue: await finalValue, isInitialValueFinal: true, finalValue }
  return {
    initialValue: evaluator.current({ done, total }),
    isInitialValueFinal: false,
    finalValue,
  }
}

/** @throws TROUPE_SPARK_ARGUMENT_INVALID */
export function checkedTimeout(where: string, timeoutMs: number): void {
  if (timeoutMs >= 0) return
  throw invalidArgument(`${where}: timeoutMs`, timeoutMs, 'a number of milliseconds of 0 or more')
}

/** @throws TROUPE_SPARK_ARGUMENT_INVALID */
export function checkedApproximation(where: string, timeoutMs: number, confidence: number): void {
  checkedTimeout(where, timeoutMs)
  if (!(confidence > 0 && confidence < 1)) {
    throw invalidArgument(
      `${where}: confidence`,
      confidence,
      'a number between 0 and 1, such as 0.95',
    )
  }
}

/** Whether `promise` settles before the time is over. */
function inTime(clock: Clock, timeoutMs: number, promise: Promise<unknown>): Promise<boolean> {
  return new Promise((resolve) => {
    const timer = clock.setTimer(timeoutMs, () => {
      resolve(false)
    })
    const settle = (): void => {
      timer.cancel()
      resolve(true)
    }
    promise.then(settle, settle)
  })
}
