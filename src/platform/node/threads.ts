import { setFlagsFromString } from 'node:v8'
import { isMainThread, MessageChannel, Worker, workerData } from 'node:worker_threads'
import type { MessagePort, ResourceLimits } from 'node:worker_threads'
import { ControlCalls, ControlService, PING } from '../control.ts'
import { PlatformError, systemReason } from '../errors.ts'
import type { Thread, ThreadControl, ThreadExit, ThreadOptions, Threads } from '../thread.ts'
import { nodeClock } from './clock.ts'
import { answerControlLine, controlLine } from './control-line.ts'
import { RingPort } from './ring-port.ts'
import { SharedRing } from './shared-ring.ts'
import { drainMessages, messageThreadPort } from './thread-port.ts'
import type { NodeThreadPort } from './thread-port.ts'
import { threadStacks } from './thread-stacks.ts'
import { wakefulness } from './wakefulness.ts'

const MEBIBYTE = 1024 * 1024

/** What a thread of ours finds in `workerData`. */
interface ThreadBoot {
  readonly troupeThread: 1
  readonly data: unknown
  readonly dataPort: MessagePort
  readonly controlPort: MessagePort
  readonly rings: RingPair | undefined
  /** As in the thread that starts it. */
  readonly awakeMs: number
}

/** The shared memory of a data line over rings. */
interface RingPair {
  readonly toThread: SharedArrayBuffer
  readonly toParent: SharedArrayBuffer
  readonly spinMs: number
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
    stacks: threadStacks,
    block,
  }
}

function startedThreads(boot: ThreadBoot): Threads {
  wakefulness.awakeMs = boot.awakeMs
  const service = new ControlService()
  answerControlLine(boot.controlPort, service.answer)
  // Only what a thread handles keeps it alive; that it could be asked does not.
  boot.controlPort.unref()
  return {
    isMain: false,
    startData: boot.data,
    parentPort: dataLine(boot.dataPort, boot.rings, 'thread'),
    expose(api) {
      boot.controlPort.ref()
      service.expose(api)
    },
    start: startThread,
    stacks: threadStacks,
    block,
  }
}

function block(forMs: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, forMs)
}

function startThread(options: ThreadOptions): Thread {
  if (options.pretenuring === false) setFlagsFromString('--no-allocation-site-pretenuring')
  const data = new MessageChannel()
  const control = new MessageChannel()
  const rings = options.line === 'ring' ? newRings(options) : undefined
  const boot: ThreadBoot = {
    troupeThread: 1,
    data: options.data,
    dataPort: data.port2,
    controlPort: control.port2,
    rings,
    awakeMs: wakefulness.awakeMs,
  }
  const worker = startWorker(options, boot)
  const port = dataLine(data.port1, rings, 'parent')
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
      port.drainAtEnd()
      drainMessages(control.port1)
      setImmediate(() => {
        calls.threadExited()
        resolve({ code, error })
      })
    })
  })
  return {
    id,
    port,
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

function newRings(options: ThreadOptions): RingPair {
  const sizeBytes = 2 ** Math.ceil(Math.log2(Math.max(options.ringBytes ?? MEBIBYTE, 64)))
  return {
    toThread: SharedRing.allocate(sizeBytes),
    toParent: SharedRing.allocate(sizeBytes),
    spinMs: options.spinMs ?? 0,
  }
}

function dataLine(
  channel: MessagePort,
  rings: RingPair | undefined,
  side: 'parent' | 'thread',
): NodeThreadPort {
  if (rings === undefined) return messageThreadPort(channel)
  const toThread = new SharedRing(rings.toThread)
  const toParent = new SharedRing(rings.toParent)
  const [outgoing, incoming] = side === 'parent' ? [toThread, toParent] : [toParent, toThread]
  return new RingPort({ channel, outgoing, incoming, spinMs: rings.spinMs })
}

function startWorker(options: ThreadOptions, boot: ThreadBoot): Worker {
  try {
    return new Worker(options.entry, {
      workerData: boot,
      transferList: [boot.dataPort, boot.controlPort],
      ...(options.name === undefined ? {} : { name: options.name }),
      resourceLimits: limitsOf(options),
    })
  } catch (cause) {
    throw new PlatformError(
      'TROUPE_PLATFORM_THREAD_FAILED',
      `The thread ${options.entry.href} can't be started (${systemReason(cause)}): give a file: URL of compiled JavaScript, and data that structured clone takes.`,
      { cause, data: { entry: options.entry.href } },
    )
  }
}

function limitsOf({ maxHeapBytes, maxYoungBytes }: ThreadOptions): ResourceLimits {
  return {
    ...(maxHeapBytes !== undefined && { maxOldGenerationSizeMb: maxHeapBytes / MEBIBYTE }),
    ...(maxYoungBytes !== undefined && { maxYoungGenerationSizeMb: maxYoungBytes / MEBIBYTE }),
  }
}

function threadError(options: ThreadOptions, raised: unknown): unknown {
  if (systemReason(raised) !== 'ERR_WORKER_OUT_OF_MEMORY') return raised
  return new PlatformError(
    'TROUPE_PLATFORM_THREAD_OUT_OF_HEAP',
    `The thread ${options.name ?? options.entry.href} ran out of its heap${options.maxHeapBytes === undefined ? '' : ` of ${options.maxHeapBytes} bytes`}: give it more, or less work at a time.`,
    { cause: raised, data: { maxHeapBytes: options.maxHeapBytes } },
  )
}

function isThreadBoot(value: unknown): value is ThreadBoot {
  return typeof value === 'object' && value !== null && (value as ThreadBoot).troupeThread === 1
}
