import { receive, setup, type AnyRef, type Behavior } from '../../actors/index.ts'
import { SparkError } from '../errors.ts'
import type { JobUpdate } from '../scheduler/index.ts'

/** Where the end of a job is told. */
export interface JobOutcome {
  readonly resolve: (results: ReadonlyMap<number, readonly Uint8Array[]>) => void
  readonly reject: (error: unknown) => void
  /** Told of each result as it comes. */
  readonly onResult?: ((partition: number, parts: readonly Uint8Array[]) => void) | undefined
}

/** Gathers the results of one job and settles with its end, also if the scheduler is gone before. */
export function jobWaiter(
  jobId: number,
  name: string,
  scheduler: AnyRef,
  outcome: JobOutcome,
): Behavior<JobUpdate> {
  return setup((ctx) => {
    const results = new Map<number, readonly Uint8Array[]>()
    let isSettled = false
    ctx.watch(scheduler)
    return receive<JobUpdate>(
      (update) => {
        switch (update.type) {
          case 'result':
            results.set(update.partition, update.parts)
            outcome.onResult?.(update.partition, update.parts)
            return
          case 'succeeded':
            isSettled = true
            outcome.resolve(results)
            ctx.stop()
            return
          case 'failed':
            isSettled = true
            outcome.reject(jobFailed(jobId, name, update.cause, update.reason))
            ctx.stop()
            return
        }
      },
      (signal) => {
        if (signal.type === 'PreRestart' || isSettled) return
        outcome.reject(jobFailed(jobId, name, undefined, 'the scheduler is gone'))
        if (signal.type === 'Terminated') ctx.stop()
      },
    )
  })
}

/** What an action fails with: the cause's own code when it says how a job ends, the general one otherwise. */
function jobFailed(jobId: number, name: string, cause: unknown, reason: string): unknown {
  const code = (cause as { readonly code?: unknown } | undefined)?.code
  if (code === 'TROUPE_SPARK_JOB_CANCELLED') return cause
  return new SparkError('TROUPE_SPARK_JOB_FAILED', `Job ${jobId} (${name}) failed: ${reason}`, {
    data: { jobId, reason },
    ...(cause === undefined ? {} : { cause }),
  })
}
