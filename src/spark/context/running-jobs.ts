import type { ActorRef, ActorSystem } from '../../actors/index.ts'
import { jobCancelled, type SparkError } from '../errors.ts'
import type { JobOptions } from '../rdd/index.ts'
import type { DagSchedulerMessage, JobUpdate } from '../scheduler/index.ts'
import { decodeParts } from '../shuffle/index.ts'
import { rowCodec } from '../task/index.ts'
import { jobWaiter, type JobOutcome } from './job-waiter.ts'

type Scheduler = ActorRef<DagSchedulerMessage>

/** The jobs of a context that have not ended, each with an actor that waits for its results. */
export class RunningJobs {
  readonly #system: ActorSystem
  readonly #applicationId: string
  readonly #running = new Set<number>()

  constructor(system: ActorSystem, applicationId: string) {
    this.#system = system
    this.#applicationId = applicationId
  }

  /** The encoded results of the job that `submit` asks for, by partition. */
  wait(
    jobId: number,
    callSite: string,
    scheduler: Scheduler,
    { signal, onResult }: JobOptions,
    submit: (replyTo: ActorRef<JobUpdate>) => void,
  ): Promise<ReadonlyMap<number, readonly Uint8Array[]>> {
    const abort = (): void => {
      cancel(scheduler, jobId, jobCancelled(jobId, 'its AbortSignal fired'))
    }
    const waiting = new Promise<ReadonlyMap<number, readonly Uint8Array[]>>((resolve, reject) => {
      const outcome: JobOutcome = {
        resolve,
        reject,
        onResult:
          onResult && ((partition, parts) => onResult(partition, decodeParts(parts, rowCodec))),
      }
      const name = `${this.#applicationId}-job-${jobId}`
      const waiter = jobWaiter(jobId, callSite, scheduler, outcome)
      const replyTo = this.#system.spawn(waiter, name, { restart: 'temporary' })
      this.#running.add(jobId)
      submit(replyTo)
      if (signal?.aborted === true) abort()
      else signal?.addEventListener('abort', abort, { once: true })
    })
    return waiting.finally(() => {
      this.#running.delete(jobId)
      signal?.removeEventListener('abort', abort)
    })
  }

  cancelAll(scheduler: Scheduler, causeOf: (jobId: number) => SparkError): void {
    for (const jobId of this.#running) cancel(scheduler, jobId, causeOf(jobId))
  }
}

function cancel(scheduler: Scheduler, jobId: number, cause: SparkError): void {
  scheduler.tell({ type: 'cancel-job', jobId, cause, reason: cause.message })
}
