import { ControlCalls, ControlService, PING } from '../control.ts'
import type { ControlLine, ControlReply } from '../control.ts'
import type { Environment } from '../environment.ts'
import { PlatformError } from '../errors.ts'
import type {
  Thread,
  ThreadControl,
  ThreadExit,
  ThreadOptions,
  ThreadPort,
  Threads,
} from '../thread.ts'
import type { MemoryNode } from './memory-node.ts'

/**
 * What a thread's entry module does, given the environment that it would make itself in a real
 * thread.
 */
export type MemoryThreadEntry = (environment: Environment) => void | Promise<void>

/** What simulated threads need of their world. */
export interface ThreadTable {
  nextId(): number
  entry(options: ThreadOptions): MemoryThreadEntry | undefined
  /** A node of the same process; it ends with its parent. */
  spawnNode(parent: MemoryNode): MemoryNode
  /**
   * Runs an entry in the environment of its node; its end by itself or by a throw is the node's
   * end.
   */
  run(node: MemoryNode, threads: Threads, entry: MemoryThreadEntry): void
  /** Stops a node and lets it go on after so long. */
  block(node: MemoryNode, forMs: number): void
  /** What ended a node by throwing, if that did. */
  uncaught(node: MemoryNode): unknown
}

/** The threads of a simulated process's main thread. */
export function mainThreads(node: MemoryNode, table: ThreadTable): Threads {
  return {
    isMain: true,
    startData: undefined,
    parentPort: undefined,
    expose: () => undefined,
    start: (options) => startThread(node, options, table),
    stacks: () => Promise.resolve([]),
    block: (forMs) => table.block(node, forMs),
  }
}

function startThread(parent: MemoryNode, options: ThreadOptions, table: ThreadTable): Thread {
  const entry = table.entry(options)
  if (entry === undefined) throw unknownEntry(options)
  const node = table.spawnNode(parent)
  const [outer, inner] = portPair(parent, node)
  const service = new ControlService()
  const id = table.nextId()
  const calls = new ControlCalls(
    memoryControlLine(parent, node, service),
    { now: () => 0, wallNow: () => 0, setTimer: (ms, fn) => parent.setTimer(ms, fn) },
    options.name ?? options.entry.href,
  )
  parent.holds += 1
  const exited = new Promise<ThreadExit>((resolve) => {
    node.atEnd((exit) => {
      parent.holds -= 1
      parent.macrotask(() => {
        calls.threadExited()
        resolve({ code: exit.code ?? 1, error: table.uncaught(node) })
      })
    })
  })
  const threads: Threads = {
    isMain: false,
    startData: structuredClone(options.data),
    parentPort: inner,
    expose(api) {
      node.holds += 1
      service.expose(api)
    },
    start: (further) => startThread(node, further, table),
    stacks: () => Promise.resolve([]),
    block: (forMs) => table.block(node, forMs),
  }
  node.macrotask(() => table.run(node, threads, entry))
  return {
    id,
    port: outer,
    exited,
    control: <Api extends object>() => ({ call: calls.call.bind(calls) }) as ThreadControl<Api>,
    ping: async (deadlineMs) => void (await calls.call(PING, [], deadlineMs)),
    async terminate() {
      node.end({ code: 1, signal: undefined })
      await exited
    },
  }
}

/** Two entangled ports; each message is cloned and arrives in a macrotask of the other side. */
function portPair(a: MemoryNode, b: MemoryNode): [ThreadPort, ThreadPort] {
  const left = new MemoryPort(a)
  const right = new MemoryPort(b)
  left.join(right)
  right.join(left)
  return [left, right]
}

class MemoryPort implements ThreadPort {
  readonly #node: MemoryNode
  #other: MemoryPort | undefined
  #handler: ((value: unknown) => void) | undefined
  #arrived: unknown[] = []
  #isClosed = false

  constructor(node: MemoryNode) {
    this.#node = node
  }

  join(other: MemoryPort): void {
    this.#other = other
  }

  post(bytes: Uint8Array): void {
    const { buffer } = bytes
    const isWhole = buffer instanceof ArrayBuffer && bytes.byteLength === buffer.byteLength
    this.#send(isWhole ? structuredClone(bytes, { transfer: [buffer] }) : new Uint8Array(bytes))
  }

  postValue(value: unknown, transfer: readonly unknown[] = []): void {
    this.#send(structuredClone(value, { transfer: [...transfer] as ArrayBuffer[] }))
  }

  handle(handler: (value: unknown) => void): void {
    if (this.#handler === undefined) this.#node.holds += 1
    this.#handler = handler
    const arrived = this.#arrived
    this.#arrived = []
    for (const value of arrived) this.#node.macrotask(() => this.#deliver(value))
  }

  close(): void {
    if (this.#isClosed) return
    this.#isClosed = true
    if (this.#handler !== undefined) this.#node.holds -= 1
    this.#other?.close()
  }

  #send(value: unknown): void {
    const other = this.#other
    if (this.#isClosed || other === undefined) return
    other.#node.macrotask(() => other.#deliver(value))
  }

  #deliver(value: unknown): void {
    if (this.#isClosed) return
    if (this.#handler === undefined) this.#arrived.push(value)
    else this.#handler(value)
  }
}

function memoryControlLine(
  parent: MemoryNode,
  thread: MemoryNode,
  service: ControlService,
): ControlLine {
  return {
    async invoke(method, args) {
      const cloned = structuredClone(args)
      return new Promise<ControlReply>((resolve, reject) => {
        thread.macrotask(() => {
          void service.answer(method, cloned).then((reply) => {
            // The copy is made in the turn that answers; a value that can't be copied fails the call.
            Promise.resolve(reply)
              .then(structuredClone<ControlReply>)
              .then((copy) => parent.macrotask(() => resolve(copy)), reject)
          })
        })
      })
    },
    close: () => undefined,
  }
}

function unknownEntry(options: ThreadOptions): PlatformError {
  return new PlatformError(
    'TROUPE_PLATFORM_THREAD_FAILED',
    `The thread ${options.entry.href} can't be started (no such entry in this simulation): register it in memoryEnvironment({ threads }) under its URL or its file's name.`,
    { data: { entry: options.entry.href } },
  )
}
