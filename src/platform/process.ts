/** How a process or a thread ended. */
export interface ProcessExit {
  readonly code: number | undefined
  readonly signal: string | undefined
}

export interface ProcessCommand {
  /** An executable, or a Node module with `node: true` (run with this process's own Node). */
  readonly command: string
  readonly args: readonly string[]
  readonly node?: boolean
  /** A program, with arguments, that is started in its place and is to become it: the command line is put behind. */
  readonly launcher?: readonly [string, ...string[]]
  /** Options for Node itself, such as `--max-old-space-size=512`; only with `node`. */
  readonly nodeArgs?: readonly string[]
  /** Added to this process's environment. */
  readonly environment?: Readonly<Record<string, string>>
  readonly directory?: string
  /** Its own session: it survives the end of this process. */
  readonly detached?: boolean
  /** Reads what this process would; nothing by default. */
  readonly stdin?: 'inherit'
  /** Files that get its output; inherited when `'inherit'`, dropped by default. */
  readonly stdout?: string | 'inherit'
  readonly stderr?: string | 'inherit'
  /**
   * A file that gets which process it is and how it ended (see `readStarted`, `readExit`), also when this process has ended before it. It is then run by a shell, which is what
   * has the number: that shell waits out SIGTERM and its like, and a command that can't be found ends with 127.
   */
  readonly exitFile?: string
  /**
   * Whether it ends with this process, however that ends: it is run by a shell whose group is killed then. As with `exitFile` that
   * shell waits out SIGTERM and its like, and a command that can't be found ends with 127. Needs `detached`.
   */
  readonly tethered?: boolean
  /** Whom it runs as, which needs root; this process's own user by default. Files of output are made first. */
  readonly user?: string
}

/** What a process and all in its session use, or have used as long as they live. */
export interface ProcessUsage {
  readonly processes: number
  readonly threads: number
  readonly userMs: number
  readonly systemMs: number
  readonly residentBytes: number
}

/** One process, and the memory that it has. */
export interface ProcessMemory {
  readonly pid: number
  /** Of its program, as the system has it. */
  readonly name: string
  readonly virtualBytes: number
  readonly residentBytes: number
}

/** How busy the machine is. */
export interface MachineLoad {
  readonly freeMemoryBytes: number
  /** Means over 1, 5 and 15 minutes of the processes that run or wait to; zeros where the system does not say. */
  readonly processes: readonly [number, number, number]
}

export interface ChildProcess {
  readonly pid: number
  /** A detached process gets it together with the processes it has started. */
  kill(signal: 'SIGTERM' | 'SIGKILL' | 'SIGSTOP' | 'SIGCONT'): void
  readonly exited: Promise<ProcessExit>
}

/** A command, what it reads, and where it runs. */
export interface PipedCommand {
  readonly command: string
  readonly args: readonly string[]
  /** Added to this process's environment. */
  readonly environment?: Readonly<Record<string, string>>
  readonly directory?: string
  readonly input: AsyncIterable<string>
}

export interface Processes {
  readonly pid: number
  /** Of the machine, or of the container. */
  readonly hostname: string
  /** `linux`, `darwin` … */
  readonly system: string
  /** Of Node, `v20.20.2`. */
  readonly nodeVersion: string
  /** 0 is root; undefined where there are no such numbers. */
  readonly userId: number | undefined
  readonly environment: Readonly<Record<string, string | undefined>>
  readonly args: readonly string[]
  readonly availableParallelism: number
  /** Of the machine. */
  readonly totalMemoryBytes: number
  /** Of the machine, as it is now. */
  load(): MachineLoad
  /** @throws TROUPE_PLATFORM_PROCESS_FAILED when it can't be started. */
  start(command: ProcessCommand): Promise<ChildProcess>
  /**
   * Runs a command, feeds it its input as fast as it reads, and gives what it writes; at the end, how it ended. It is killed when
   * the caller breaks off. A command that ends without reading all of its input is no failure.
   *
   * @throws what the input throws; an error whose `syscall` begins with `spawn` when the command can't be started
   */
  pipe(command: PipedCommand): AsyncGenerator<Uint8Array, ProcessExit, undefined>
  /** Sends a signal to a process that this one did not start; false when there is none. */
  kill(pid: number, signal: 'SIGTERM' | 'SIGKILL' | 'SIGSTOP' | 'SIGCONT'): boolean
  isAlive(pid: number): boolean
  /** Signals the process, and with it all of its group if it leads one (`detached`); false when there is none. SIGKILL by default. */
  killGroup(pid: number, signal?: 'SIGTERM' | 'SIGKILL'): boolean
  /** Of the session that the process leads (`detached`); undefined when there is none, or where the system does not say (it needs `/proc`). */
  usage(pid: number): ProcessUsage | undefined
  /** This process, then those that it has started, and they, that still run; none where the system does not say. */
  tree(): readonly ProcessMemory[]
  /**
   * What tells the process that runs under this number from all others that ever had it on this machine; undefined when none
   * runs. Where the system does not say (it needs `/proc`) it is the same for all.
   */
  startMark(pid: number): string | undefined
  /** Calls `fn` for SIGINT, SIGTERM or SIGHUP; returns the way to stop that. */
  onSignal(signal: 'SIGINT' | 'SIGTERM' | 'SIGHUP', fn: () => void): () => void
  /**
   * Ends the process, or inside a thread only that thread. What follows may still run in a
   * simulation.
   */
  exit(code: number): void
  readonly stdout: TextSink
  readonly stderr: TextSink
}

export interface TextSink {
  write(text: string): void
  readonly isTerminal: boolean
  readonly columns: number
}
