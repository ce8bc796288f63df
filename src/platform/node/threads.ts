import {
  isMainThread,
  MessageChannel,
  receiveMessageOnPort,
  Worker,
  workerData,
} from 'node:worker_threads'
import type { MessagePort } from 'node:worker_threads'
import { ControlCalls, ControlService, PING } from '../control.ts'
import { PlatformError, systemReason } from '../errors.ts'
import type { Thread, ThreadControl, ThreadExit, ThreadOptions, Threads } from '../thread.ts'
import { nodeClock } from './clock.ts'
import { answerControlLine, controlLine } from './control-line.ts'
import { messageThreadPort } from './thread-port.ts'

const MEBIBYTE = 1024 * 1024

/** What a thread of ours finds in `workerData`. */
interface ThreadBoot {
  readonly troupeThread: 1
  readonly data: unknown
  readonly dataPort: MessagePort
  readonly controlPort: MessagePort
}

let threads: Threads | undefined

/** The threads of this one: one value a thread, since its parent's ports exist once. */
export function nodeThreads(): Threads {
  return (threads ??= isThreadBoot(workerData) ? startedThreads(workerData) : rootThreads())
}

function rootThreads(): Threads {
  return {
    isMain: isMainThread,
    startData: undefined,
    parentPort: undefined,
    expose: () => undefined,
    start: startThread,
  }
}

function startedThreads(boot: ThreadBoot): Threads {
  const service = new ControlService()
  answerControlLine(boot.controlPort, service.answer)
  // Only what a thread handles keeps it alive; that it could be asked does not.
  boot.controlPort.unref()
  return {
    isMain: false,
    startData: boot.data,
    parentPort: messageThreadPort(boot.dataPort),
    expose(api) {
      boot.controlPort.ref()
      service.expose(api)
    },
    start: startThread,
  }
}

function startThread(options: ThreadOptions): Thread {
  const data = new MessageChannel()
  const control = new MessageChannel()
  const boot: ThreadBoot = {
    troupeThread: 1,
    data: options.data,
    dataPort: data.port2,
    controlPort: control.port2,
  }
  const worker = startWorker(options, boot)
  const id = worker.threadId
  const calls = new ControlCalls(
    controlLine(control.port1),
    nodeClock,
    options.name ?? `${options.entry.pathname} (${id})`,
  )
  const exited = new Promise<ThreadExit>((resolve) => {
    let error: unknown
    worker.on('error', (raised) => (error = threadError(options, raised)))
    worker.on('exit', (code) => {
      // All that the thread ever posted is here by now: it is handled before the exit is told.
      drain(data.port1)
      drain(control.port1)
      setImmediate(() => {
        calls.threadExited()
        resolve({ code, error })
      })
    })
  })
  return {
    id,
    port: messageThreadPort(data.port1),
    exited,
    control: <Api extends object>() => ({ call: calls.call.bind(calls) }) as ThreadControl<Api>,
    async ping(deadlineMs) {
      await calls.call(PING, [], deadlineMs)
    },
    async terminate() {
      await worker.terminate()
      await exited
    },
  }
}

function startWorker(options: ThreadOptions, boot: ThreadBoot): Worker {
  try {
    return new Worker(options.entry, {
      workerData: boot,
      transferList: [boot.dataPort, boot.controlPort],
      ...(options.name === undefined ? {} : { name: options.name }),
      ...(options.maxHeapBytes === undefined
        ? {}
        : { resourceLimits: { maxOldGenerationSizeMb: options.maxHeapBytes / MEBIBYTE } }),
    })
  } catch (cause) {
    throw new PlatformError(
      'TROUPE_PLATFORM_THREAD_FAILED',
      `The thread ${options.entry.href} can't be started (${systemReason(cause)}): give a file: URL of compiled JavaScript, and data that structured clone takes.`,
      { cause, data: { entry: options.entry.href } },
    )
  }
}

function drain(port: MessagePort): void {
  if (port.listenerCount('message') === 0) return
  for (;;) {
    const received = receiveMessageOnPort(port) as { readonly message: unknown } | undefined
    if (received === undefined) return
    port.emit('message', received.message)
  }
}

function threadError(options: ThreadOptions, raised: unknown): unknown {
  if (systemReason(raised) !== 'ERR_WORKER_OUT_OF_MEMORY') return raised
  return new PlatformError(
    'TROUPE_PLATFORM_THREAD_OUT_OF_HEAP',
    `The thread ${options.name ?? options.entry.href} ran out of its heap of ${options.maxHeapBytes ?? 'default'} bytes: give it more (maxHeapBytes), or less work at a time.`,
    { cause: raised, data: { maxHeapBytes: options.maxHeapBytes } },
  )
}

function isThreadBoot(value: unknown): value is ThreadBoot {
  return typeof value === 'object' && value !== null && (value as ThreadBoot).troupeThread === 1
}
