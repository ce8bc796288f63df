import { ForeignError, PlatformError, systemReason } from './errors.ts'
import { isTroupeError, TroupeError } from './troupe-error.ts'
import type { ErrorData } from './troupe-error.ts'
import type { Clock } from './clock.ts'

/** An error as plain data, so that it keeps its code, its data and its causes across threads. */
interface ErrorRecord {
  readonly name: string
  readonly message: string
  readonly stack: string | undefined
  readonly code: string | undefined
  readonly data: ErrorData | undefined
  readonly cause: ErrorRecord | undefined
}

export type ControlReply =
  | { readonly type: 'returned'; readonly value: unknown }
  | { readonly type: 'threw'; readonly error: ErrorRecord }

export type ControlAnswer = (method: string, args: readonly unknown[]) => Promise<ControlReply>

/** Carries calls to the other thread; gives no promise that an answer ever comes. */
export interface ControlLine {
  invoke(method: string, args: readonly unknown[]): Promise<ControlReply>
  close(): void
}

/** The call that every started thread answers by itself, as soon as it has made its environment. */
export const PING = '(ping)'

/** Answers control calls out of an API that may be given later; calls wait for it, pings do not. */
export class ControlService {
  readonly #api: Promise<object>
  #give: (api: object) => void = () => undefined

  constructor() {
    this.#api = new Promise((resolve) => (this.#give = resolve))
  }

  expose(api: object): void {
    this.#give({ api })
  }

  readonly answer: ControlAnswer = async (method, args) => {
    if (method === PING) return { type: 'returned', value: undefined }
    const { api } = (await this.#api) as { api: Readonly<Record<string, unknown>> }
    try {
      const target = api[method]
      if (typeof target !== 'function') throw unknownMethod(method, api)
      return { type: 'returned', value: (await target.apply(api, args)) as unknown }
    } catch (error) {
      return { type: 'threw', error: recordOf(error, 0) }
    }
  }
}

/** Pending calls to one thread: each ends by its answer, its deadline or the thread's exit. */
export class ControlCalls {
  readonly #line: ControlLine
  readonly #clock: Clock
  readonly #thread: string
  /** How to fail each pending call → its method. */
  readonly #pending: Map<(error: PlatformError) => void, string> = new Map()
  #hasExited = false

  constructor(line: ControlLine, clock: Clock, thread: string) {
    this.#line = line
    this.#clock = clock
    this.#thread = thread
  }

  call(method: string, args: readonly unknown[], deadlineMs: number): Promise<unknown> {
    if (this.#hasExited) return Promise.reject(this.#exitedError(method))
    return new Promise((resolve, reject) => {
      const timer = this.#clock.setTimer(deadlineMs, () =>
        fail(this.#deadlineError(method, deadlineMs)),
      )
      const finish = (): void => {
        timer.cancel()
        this.#pending.delete(fail)
      }
      const fail = (error: PlatformError): void => {
        finish()
        reject(error)
      }
      this.#pending.set(fail, method)
      this.#line.invoke(method, args).then(
        (reply) => {
          finish()
          if (reply.type === 'returned') resolve(reply.value)
          else reject(this.#thrown(method, reply.error))
        },
        (cause: unknown) => fail(this.#brokenError(method, cause)),
      )
    })
  }

  /** Ends all pending calls, and each later one, with `TROUPE_PLATFORM_THREAD_EXITED`. */
  threadExited(): void {
    this.#hasExited = true
    for (const [fail, method] of [...this.#pending]) fail(this.#exitedError(method))
    this.#line.close()
  }

  #exitedError(method: string): PlatformError {
    return new PlatformError(
      'TROUPE_PLATFORM_THREAD_EXITED',
      `The thread ${this.#thread} has ended; its control call ${method} gets no answer: start another thread.`,
      { data: { thread: this.#thread, method } },
    )
  }

  #deadlineError(method: string, deadlineMs: number): PlatformError {
    return new PlatformError(
      'TROUPE_PLATFORM_THREAD_DEADLINE',
      `The thread ${this.#thread} did not answer ${method} within ${deadlineMs} ms: it is busy or blocked; wait longer, or terminate it.`,
      { data: { thread: this.#thread, method, deadlineMs } },
    )
  }

  #brokenError(method: string, cause: unknown): PlatformError {
    return new PlatformError(
      'TROUPE_PLATFORM_CONTROL_FAILED',
      `The control call ${method} to the thread ${this.#thread} failed (${systemReason(cause)}): arguments and results must be values that structured clone takes.`,
      { cause, data: { thread: this.#thread, method } },
    )
  }

  #thrown(method: string, record: ErrorRecord): Error {
    const error = errorOf(record)
    if (isTroupeError(error)) return error
    return new PlatformError(
      'TROUPE_PLATFORM_CONTROL_FAILED',
      `${method} threw in the thread ${this.#thread}: ${error.message}`,
      { cause: error, data: { thread: this.#thread, method } },
    )
  }
}

function unknownMethod(method: string, api: object): PlatformError {
  return new PlatformError(
    'TROUPE_PLATFORM_CONTROL_UNKNOWN',
    `The thread exposes no function ${method}; it has: ${Object.keys(api).join(', ')}.`,
    { data: { method } },
  )
}

const DEEPEST_CAUSE = 8

function recordOf(error: unknown, depth: number): ErrorRecord {
  if (!(error instanceof Error)) {
    const message = typeof error === 'string' ? error : systemReason(error)
    return {
      name: 'Error',
      message,
      stack: undefined,
      code: undefined,
      data: undefined,
      cause: undefined,
    }
  }
  const { code, data, cause } = error as { code?: unknown; data?: unknown; cause?: unknown }
  return {
    name: error.name,
    message: error.message,
    stack: error.stack,
    code: typeof code === 'string' ? code : undefined,
    data: isTroupeError(error) ? (data as ErrorData) : undefined,
    cause: cause === undefined || depth >= DEEPEST_CAUSE ? undefined : recordOf(cause, depth + 1),
  }
}

function errorOf(record: ErrorRecord): Error {
  const options = record.cause === undefined ? {} : { cause: errorOf(record.cause) }
  const error =
    record.data !== undefined && record.code !== undefined
      ? new TroupeError(record.code, record.message, { ...options, data: record.data })
      : // The class of a foreign error stays behind; its name, message and stack travel.
        new ForeignError(record.message, record.code, options)
  error.name = record.name
  if (record.stack !== undefined) error.stack = record.stack
  return error
}
