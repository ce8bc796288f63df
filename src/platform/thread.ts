/** One end of a pair of entangled ports between two threads. Messages keep their order. */
export interface ThreadPort {
  /**
   * Sends bytes and hands their buffer over where it can: `bytes`, and whatever else lies in its
   * buffer, must not be used afterwards. Bytes posted to a thread that has ended vanish: count what
   * is in flight.
   */
  post(bytes: Uint8Array): void
  /** Sends any structured-cloneable value; buffers in `transfer` are handed over. */
  postValue(value: unknown, transfer?: readonly unknown[]): void
  handle(handler: (value: unknown) => void): void
  close(): void
}

export interface ThreadOptions {
  /** URL of the module the thread runs. */
  readonly entry: URL
  /** Given to the thread as `Threads.startData`; structured clone. */
  readonly data: unknown
  readonly name?: string
  readonly maxHeapBytes?: number
  /**
   * Whether V8 may make objects where the old ones are from the start, if those that the same place in the code has made before outlived
   * a collection; true by default. False where all that a place makes lives for a while and then dies. V8 has one such
   * setting: false holds for the whole process from then on.
   */
  readonly pretenuring?: boolean
  /**
   * Of that, what new objects may take, three semi-spaces; what the engine has by default if it is left out, or where the process is
   * started with a bound of its own. Buffers of two thirds of it are made before it is looked which of them are garbage.
   */
  readonly maxYoungBytes?: number
  /**
   * What carries the data line: messages (`port`, the default), or a ring in shared memory, which
   * is faster for small frames sent one at a time. The order and the contract are the same.
   */
  readonly line?: 'port' | 'ring'
  /** Size of each of the two rings; 1 MiB by default, rounded up to a power of two. */
  readonly ringBytes?: number
  /**
   * How long both sides of a ring look for more before they ask to be woken, in milliseconds,
   * fractions allowed; 0 by default. It takes that much of a core after each burst: 0.02 to 0.05
   * where there are cores to spare.
   */
  readonly spinMs?: number
}

export interface ThreadExit {
  readonly code: number
  readonly error: unknown
}

export interface Thread {
  readonly id: number
  /** The data line: this side's port. */
  readonly port: ThreadPort
  /** Calls a function that the thread exposes on its control line (comlink). */
  control<Api extends object>(): ThreadControl<Api>
  /**
   * Resolves when the thread's event loop has turned once. A thread answers as soon as it has made
   * its environment, whatever it exposes.
   * @throws TROUPE_PLATFORM_THREAD_EXITED, TROUPE_PLATFORM_THREAD_DEADLINE
   */
  ping(deadlineMs: number): Promise<void>
  /** Ends it at once, even inside a synchronous loop. */
  terminate(): Promise<void>
  /** Resolves after all that the thread had sent was handled. */
  readonly exited: Promise<ThreadExit>
}

/** Calls over the control line; each is raced against `deadlineMs` and the thread's exit. */
export interface ThreadControl<Api extends object> {
  /** @throws TROUPE_PLATFORM_THREAD_EXITED, TROUPE_PLATFORM_THREAD_DEADLINE */
  call<K extends keyof Api & string>(
    method: K,
    args: Api[K] extends (...args: infer A) => unknown ? A : never,
    deadlineMs: number,
  ): Promise<Api[K] extends (...args: never[]) => infer R ? Awaited<R> : never>
}

/** What a thread does at one moment. */
export interface ThreadStack {
  readonly id: number
  readonly name: string
  /** Whether it was running; a thread that waits for messages has no frames. */
  readonly isRunning: boolean
  /** `name (file:///module.js:line:column)`, innermost first. */
  readonly frames: readonly string[]
}

export interface Threads {
  readonly isMain: boolean
  /** Inside a started thread: what `ThreadOptions.data` was, and this side's ports. */
  readonly startData: unknown
  readonly parentPort: ThreadPort | undefined
  /** Inside a started thread: answers the parent's control calls. */
  expose(api: object): void
  start(options: ThreadOptions): Thread
  /** What the threads of this process, apart from its main one, do now: each is stopped for some ms. One that is still being started may be missing. @throws the engine's own error */
  stacks(): Promise<readonly ThreadStack[]>
  /** Holds this thread's event loop still for so long, as a synchronous computation would. */
  block(forMs: number): void
}
