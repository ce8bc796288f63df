import { Worker, isMainThread, parentPort } from 'node:worker_threads'
import type { Transferable } from 'node:worker_threads'

/** Whether this is a worker of a pool: the program's own file, started once more. */
export const isWorker: boolean = !isMainThread

export interface Answer<Value> {
  readonly value: Value
  readonly transfer?: readonly Transferable[]
}

interface Waiting<Value> {
  readonly resolve: (value: Value) => void
  readonly reject: (error: Error) => void
}

/** Threads that run the program's own file; each answers its jobs in order. */
export class Pool<Job, Value> {
  readonly #workers: readonly Worker[]
  readonly #waiting: readonly Waiting<Value>[][]

  constructor(url: string, threads: number) {
    // A worker does not inherit the arguments.
    const start = (): Worker => new Worker(new URL(url), { argv: process.argv.slice(2) })
    this.#workers = Array.from({ length: threads }, start)
    this.#waiting = this.#workers.map(() => [])
    this.#workers.forEach((worker, thread) => {
      const next = (): Waiting<Value> | undefined => this.#waiting[thread]?.shift()
      worker.on('message', (value: Value) => next()?.resolve(value))
      worker.on('error', (error) => next()?.reject(error))
    })
  }

  get threads(): number {
    return this.#workers.length
  }

  run(thread: number, job: Job, transfer: readonly Transferable[] = []): Promise<Value> {
    return new Promise((resolve, reject) => {
      this.#waiting[thread]?.push({ resolve, reject })
      this.#workers[thread]?.postMessage(job, transfer)
    })
  }

  /** A job for each thread. */
  all(jobOf: (thread: number) => Job): Promise<Value[]> {
    return Promise.all(this.#workers.map((_, thread) => this.run(thread, jobOf(thread))))
  }

  async close(): Promise<void> {
    await Promise.all(this.#workers.map((worker) => worker.terminate()))
  }
}

/** In a worker: answers jobs. */
export function serve<Job, Value>(handle: (job: Job) => Answer<Value>): void {
  parentPort?.on('message', (job: Job) => {
    const { value, transfer = [] } = handle(job)
    parentPort?.postMessage(value, transfer)
  })
}
