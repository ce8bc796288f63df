import type { Environment } from '../environment.ts'
import { PlatformError } from '../errors.ts'
import type {
  ChildProcess,
  PipedCommand,
  ProcessCommand,
  Processes,
  ProcessExit,
  TextSink,
} from '../process.ts'
import type { MemoryNode } from './memory-node.ts'

/**
 * A program that a simulated process can start. It lives until it exits or is killed, or until what
 * it returned has settled and no timer, connection, listener, thread or child keeps it; a throw
 * ends it with code 1.
 */
export type MemoryProgram = (
  environment: Environment,
  args: readonly string[],
) => void | Promise<void>

/** A command that a simulated process can pipe lines through; its answers are what it writes. A throw ends it with code 1. */
export type MemoryFilter = (
  input: AsyncIterable<string>,
  args: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
) => AsyncIterable<string>

export type ProcessSignal = 'SIGTERM' | 'SIGKILL' | 'SIGSTOP' | 'SIGCONT'

/** What a simulated process needs of its world. */
export interface ProcessTable {
  find(pid: number): MemoryProcess | undefined
  start(parent: MemoryProcess, command: ProcessCommand, program: MemoryProgram): MemoryProcess
  program(command: ProcessCommand): MemoryProgram | undefined
  filter(command: PipedCommand): MemoryFilter | undefined
}

export interface MemoryProcessOptions {
  readonly node: MemoryNode
  readonly args: readonly string[]
  readonly environment: Readonly<Record<string, string | undefined>>
  readonly stdout: (text: string) => void
  readonly stderr: (text: string) => void
}

/** A simulated process: its node, its signals and its port to other processes. */
export class MemoryProcess {
  readonly node: MemoryNode
  readonly args: readonly string[]
  readonly environment: Readonly<Record<string, string | undefined>>
  readonly stdout: (text: string) => void
  readonly stderr: (text: string) => void
  readonly #signalHandlers: Map<string, Set<() => void>> = new Map()

  constructor(options: MemoryProcessOptions) {
    this.node = options.node
    this.args = options.args
    this.environment = options.environment
    this.stdout = options.stdout
    this.stderr = options.stderr
  }

  /** SIGTERM calls the handlers in a turn of the process, or ends it where there are none. */
  signal(signal: ProcessSignal | 'SIGINT'): void {
    switch (signal) {
      case 'SIGSTOP':
        return this.node.stop()
      case 'SIGCONT':
        return this.node.continue()
      case 'SIGKILL':
        return this.node.end({ code: undefined, signal })
      case 'SIGTERM':
      case 'SIGINT': {
        const handlers = [...(this.#signalHandlers.get(signal) ?? [])]
        if (handlers.length === 0) return this.node.end({ code: undefined, signal })
        for (const handler of handlers) this.node.macrotask(handler)
      }
    }
  }

  /**
   * The port of this process as `node` sees it: the main thread, or another whose exit ends only
   * itself.
   */
  port(node: MemoryNode, table: ProcessTable): Processes {
    return {
      pid: this.node.pid,
      hostname: this.node.machine,
      system: 'linux',
      userId: 1000,
      environment: this.environment,
      args: this.args,
      availableParallelism: 2,
      nodeVersion: 'v20.19.0',
      totalMemoryBytes: 8 * 1024 ** 3,
      // Nothing else runs on it.
      load: () => ({ freeMemoryBytes: 8 * 1024 ** 3, processes: [0, 0, 0] }),
      start: async (command) => this.#start(table, command),
      pipe: (command) => piped(command, table.filter(command), this.environment),
      kill: (pid, signal) => {
        const found = table.find(pid)
        found?.signal(signal)
        return found !== undefined
      },
      isAlive: (pid) => table.find(pid) !== undefined,
      killGroup: (pid, signal = 'SIGKILL') => {
        const found = table.find(pid)
        found?.signal(signal)
        return found !== undefined
      },
      // Nobody counts here what a program uses.
      usage: (pid) =>
        table.find(pid) && { processes: 1, threads: 1, userMs: 0, systemMs: 0, residentBytes: 0 },
      tree: () => [],
      // No number is given twice.
      startMark: (pid) => (table.find(pid) === undefined ? undefined : String(pid)),
      onSignal: (signal, fn) => {
        const handlers = this.#signalHandlers.get(signal) ?? new Set()
        this.#signalHandlers.set(signal, handlers.add(fn))
        return () => handlers.delete(fn)
      },
      exit: (code) => node.end({ code, signal: undefined }),
      stdout: sinkOf(this.stdout),
      stderr: sinkOf(this.stderr),
    }
  }

  #start(table: ProcessTable, command: ProcessCommand): ChildProcess {
    const program = table.program(command)
    if (program === undefined) throw unknownProgram(command)
    const child = table.start(this, command, program)
    const isHolding = command.detached !== true
    if (isHolding) this.node.holds += 1
    const exited = new Promise<ProcessExit>((resolve) => {
      child.node.atEnd((exit) => {
        if (isHolding) this.node.holds -= 1
        // The parent learns of it in a turn of its own, and never once it has ended itself.
        this.node.macrotask(() => resolve(exit))
      })
    })
    return { pid: child.node.pid, kill: (signal) => child.signal(signal), exited }
  }
}

async function* piped(
  { command, args, environment, input }: PipedCommand,
  filter: MemoryFilter | undefined,
  own: Readonly<Record<string, string | undefined>>,
): AsyncGenerator<Uint8Array, ProcessExit, undefined> {
  if (filter === undefined) {
    const reason = { code: 'ENOENT', syscall: `spawn ${command}` }
    throw Object.assign(unknownFilter(command), reason)
  }
  const encoder = new TextEncoder()
  const failed: { input?: { readonly error: unknown } } = {}
  const fed = (async function* (): AsyncIterable<string> {
    try {
      yield* input
    } catch (error) {
      failed.input = { error }
      throw error
    }
  })()
  try {
    for await (const text of filter(fed, args, { ...own, ...environment }))
      yield encoder.encode(text)
  } catch {
    if (failed.input !== undefined) throw failed.input.error
    return { code: 1, signal: undefined }
  }
  return { code: 0, signal: undefined }
}

function unknownFilter(command: string): PlatformError {
  return new PlatformError(
    'TROUPE_PLATFORM_PROCESS_FAILED',
    `Nothing can be piped through ${command} (no such command in this simulation): register it in memoryEnvironment({ filters }) under its name.`,
    { data: { command, reason: 'ENOENT' } },
  )
}

function sinkOf(write: (text: string) => void): TextSink {
  return { write, isTerminal: false, columns: 80 }
}

function unknownProgram(command: ProcessCommand): PlatformError {
  return new PlatformError(
    'TROUPE_PLATFORM_PROCESS_FAILED',
    `The process ${command.command} can't be started (no such program in this simulation): register it in memoryEnvironment({ programs }) under its command or its file's name.`,
    { data: { command: command.command, reason: 'ENOENT' } },
  )
}
