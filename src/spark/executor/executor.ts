import { isExecutorCommand } from './shapes.ts'
import {
  accepting,
  receive,
  setup,
  type ActorContext,
  type ActorRef,
  type Behavior,
} from '../../actors/index.ts'
import type { Disk } from '../../platform/index.ts'
import { asError, taskCancelled } from '../errors.ts'
import { MemoryManager, memoryRegions } from '../memory/index.ts'
import type { BatchCodec } from '../shuffle/index.ts'
import { PieceReader } from '../broadcast/index.ts'
import {
  BlockManager,
  BlockMasterClient,
  blockActor,
  type BlockCommand,
  type StorageSettings,
} from '../storage/index.ts'
import {
  meterOf,
  metricsOf,
  type TaskDescription,
  type TaskEnvironment,
  type TaskResult,
} from '../task/index.ts'
import { BlockClient } from './block-client.ts'
import { Heartbeats } from './metrics/index.ts'
import type {
  ExecutorCommand,
  LoadStage,
  ExecutorHeartbeat,
  RegisterExecutor,
  RegistrationReply,
  TaskReport,
  ThreadDump,
} from './protocol.ts'
import { BlockFiles, shuffleBlocks } from './shuffle-blocks.ts'
import { ShuffleRemover } from './shuffle-remover.ts'
import { LaunchedTasks, type ReadyTask } from './launched-tasks.ts'
import type { RunnerReport, TaskRunner } from './task-runner.ts'
import { WaitingResults, maxDirectResultBytes } from './waiting-results.ts'
import type { ReadRemoteChunk } from './task-threads/index.ts'

/** What an executor is made of. */
export interface ExecutorProps {
  /** Unique in the application; never used again. */
  readonly executorId: string
  readonly host: string
  /** The driver's executor registry. */
  readonly driver: ActorRef<ExecutorHeartbeat | RegisterExecutor>
  /** The application's token. */
  readonly token: Uint8Array
  /** Its folder for map outputs: made when it starts, removed when it ends. */
  readonly directory: string
  readonly codec: BatchCodec
  readonly disk: Disk
  readonly fetchTimeoutMs: number
  readonly storage: StorageSettings
  /** The resource profile that it was started for; the default one if absent. */
  readonly resourceProfileId?: number | undefined
  /** Makes the runner that runs its tasks; `readRemote` reads blocks of other executors. */
  readonly runner: (environment: TaskEnvironment, readRemote: ReadRemoteChunk) => TaskRunner
  /** Called when a task has ended that the cluster manager has launched. */
  readonly onLaunchedEnd?: (taskAttemptId: number, error: unknown) => void
  /** Called once, when it has ended, with the reason. */
  readonly onEnd?: (reason: string) => void
}

/** How long an executor waits for the answer to its registration. */
const REGISTER_AGAIN_MS = 5_000

type PrivateMessage =
  | RegistrationReply
  | { readonly type: 'register-again' }
  | {
      readonly type: 'task-ended'
      readonly task: TaskDescription
      readonly replyTo: ActorRef<TaskReport>
      /** A longer result waits until it is asked for. */
      readonly maxDirectBytes: number
      readonly result: TaskResult | undefined
      readonly error: unknown
    }

/**
 * One executor: registers with its driver, takes the code of stages from it and from nobody else, runs tasks in
 * its runner, and serves the map outputs they write by a shuffle-block actor, its child. It ends when the driver
 * says so, refuses it, or is gone.
 */
export function executor(props: ExecutorProps): Behavior<ExecutorCommand> {
  const behavior = setup<ExecutorCommand | PrivateMessage>(async (ctx) => {
    await props.disk.makeDirectory(props.directory)
    const run = new ExecutorRun(props, ctx)
    return receive<ExecutorCommand | PrivateMessage>(
      (message) => {
        run.handle(message)
      },
      async (signal) => {
        if (signal.type === 'Terminated') run.end('the driver is gone')
        if (signal.type === 'PostStop') await run.cleanUp()
      },
    )
  })
  return accepting(isExecutorCommand, behavior)
}

class ExecutorRun {
  readonly #props: ExecutorProps
  readonly #ctx: ActorContext<ExecutorCommand | PrivateMessage>
  readonly #client: BlockClient
  readonly #registration: RegisterExecutor
  readonly #runner: TaskRunner
  readonly #blockMaster: BlockMasterClient
  readonly #blockActor: ActorRef<BlockCommand>
  /** Task attempts under way. */
  readonly #running = new Set<number>()
  readonly #results = new WaitingResults()
  readonly #heartbeats: Heartbeats
  readonly #launched = new LaunchedTasks()
  #reason = 'it was stopped'

  constructor(props: ExecutorProps, ctx: ActorContext<ExecutorCommand | PrivateMessage>) {
    const { executorId, disk, directory, codec, host, driver, fetchTimeoutMs } = props
    this.#props = props
    this.#ctx = ctx
    this.#client = new BlockClient(executorId, new BlockFiles(disk, directory), fetchTimeoutMs)
    const regions = memoryRegions(props.storage.memory, 'executor')
    const memory = new MemoryManager(regions)
    const { clock } = ctx.environment
    this.#blockMaster = new BlockMasterClient(
      {
        executorId,
        host,
        maxOnHeapBytes: regions.sparkBytes,
        maxOffHeapBytes: regions.offHeapBytes,
      },
      clock,
      fetchTimeoutMs,
    )
    const network = this.#blockMaster
    const { maxBytesInMemory } = props.storage
    const { log } = ctx.environment
    const manager = new BlockManager({ directory, disk, memory, network, log, maxBytesInMemory })
    const pieces = new PieceReader(manager, ctx.environment.random)
    const shuffles = new ShuffleRemover(disk, directory)
    this.#blockActor = ctx.spawn(
      blockActor({
        manager,
        forgetBroadcast: (broadcastId) => {
          pieces.forget(broadcastId)
        },
        removeShuffle: (shuffleId) => shuffles.remove(shuffleId),
        timeoutMs: fetchTimeoutMs,
      }),
      'block-manager',
      { lane: 'bulk' },
    )
    const { http, objectStores, processes, cassandra } = ctx.environment
    const tasks: TaskEnvironment = {
      executorId,
      disk,
      ports: { disk, http, objectStores, processes, cassandra, clock },
      directory,
      codec,
      locateBlocks: (shuffleId, reducePartition) => this.#client.locate(shuffleId, reducePartition),
      fetchBlock: (block) => this.#client.fetch(block),
      mayCommit: (request) => this.#client.mayCommit(request),
      sync: (request) => this.#client.sync(request),
      meter: meterOf(ctx.environment),
      memory,
      storage: manager,
      readBroadcast: pieces.read,
      unrollBytes: props.storage.unrollBytes,
    }
    this.#runner = props.runner(tasks, (block, offset, lengthBytes) =>
      this.#client.readChunk(block, offset, lengthBytes),
    )
    const { environment } = ctx
    const report = (): RunnerReport => this.#runner.report()
    this.#heartbeats = new Heartbeats({ executorId, driver, environment, memory, report })
    const blocks = ctx.spawn(shuffleBlocks(disk, directory), 'shuffle-blocks', { lane: 'bulk' })
    ctx.watch(driver)
    this.#registration = {
      type: 'register-executor',
      executorId,
      host,
      pid: ctx.environment.processes.pid,
      slots: this.#runner.slots,
      ...(props.resourceProfileId !== undefined && { resourceProfileId: props.resourceProfileId }),
      executor: ctx.self,
      blocks,
      replyTo: ctx.self,
    }
    this.#register()
  }

  /** Says so again until it is answered: a message may be lost with its connection. */
  #register(): void {
    this.#props.driver.tell(this.#registration)
    this.#ctx.timers.startSingle('register', { type: 'register-again' }, REGISTER_AGAIN_MS)
  }

  handle(message: ExecutorCommand | PrivateMessage): void {
    switch (message.type) {
      case 'register-again':
        this.#register()
        return
      case 'registered':
        this.#ctx.timers.cancel('register')
        this.#client.setDriver(message)
        this.#heartbeats.begin(message.heartbeats)
        void this.#blockMaster.connect(message.storage, this.#blockActor)
        return
      case 'refused':
        this.end(`the driver refused it: ${message.reason}`)
        return
      case 'load-stage':
        this.#load(message)
        return
      case 'run-task':
        this.#run(message)
        return
      case 'run-launched':
        // While it waits it is not under way: whoever asks sees that its stage was lost on the way.
        this.#runReady(this.#launched.add(message.task))
        return
      case 'report-to':
        this.#runReady(this.#launched.reportTo(message.replyTo))
        return
      case 'task-ended':
        this.#report(message)
        return
      case 'which-tasks':
        this.#results.announce()
        message.replyTo.tell({ type: 'running-tasks', taskAttemptIds: [...this.#running] })
        return
      case 'cancel-task':
        this.#cancel(message.taskAttemptId)
        return
      case 'read-result':
        if (this.#results.read(message)) this.#running.delete(message.taskAttemptId)
        return
      case 'forget-stage':
        this.#runner.forget(message.stageId)
        this.#launched.forget(message.stageId)
        return
      case 'peer-lost':
        this.#client.loseServer(message.executorId)
        return
      case 'dump-threads':
        void this.#dump(message.replyTo)
        return
      case 'shut-down':
        this.end(message.reason)
        return
    }
  }

  end(reason: string): void {
    this.#reason = reason
    this.#ctx.stop()
  }

  async #dump(replyTo: ActorRef<ThreadDump>): Promise<void> {
    const { threads, log } = this.#ctx.environment
    try {
      // What else runs in the process is none of the executor's.
      const found = new Map((await threads.stacks()).map((thread) => [thread.id, thread]))
      const { names } = this.#runner.report()
      // One that is still being started is unknown to the engine, and does nothing yet.
      const told = [...names].map(([id, name]) => ({
        id,
        name,
        isRunning: found.get(id)?.isRunning ?? false,
        frames: found.get(id)?.frames ?? [],
      }))
      replyTo.tell({ type: 'thread-dump', threads: told.length === 0 ? undefined : told })
    } catch (error) {
      log.write('warn', 'the stacks of task threads can not be told', { error: String(error) })
      replyTo.tell({ type: 'thread-dump', threads: undefined })
    }
  }

  async cleanUp(): Promise<void> {
    this.#heartbeats.stop()
    this.#blockMaster.close()
    await this.#runner.stop()
    await this.#props.disk.remove(this.#props.directory)
    this.#props.onEnd?.(this.#reason)
  }

  #load({ stageId, binary, proof }: LoadStage): void {
    const { crypto } = this.#ctx.environment
    if (crypto.equal(crypto.hmacSha256(this.#props.token, binary), proof)) {
      this.#runner.load(stageId, binary)
      this.#runReady(this.#launched.loaded(stageId))
      return
    }
    const { executorId } = this.#props
    this.#ctx.log.write(
      'warn',
      `executor ${executorId} refused code without the application's proof`,
      {
        stageId,
        bytes: binary.byteLength,
      },
    )
  }

  #cancel(taskAttemptId: number): void {
    if (this.#launched.cancel(taskAttemptId)) {
      const error = taskCancelled(taskAttemptId)
      this.#launched.replyTo?.tell({ type: 'task-failed', taskAttemptId, error })
      this.#props.onLaunchedEnd?.(taskAttemptId, error)
      return
    }
    this.#runner.cancel(taskAttemptId)
    if (this.#results.forget(taskAttemptId)) this.#running.delete(taskAttemptId)
  }

  #runReady(ready: readonly ReadyTask[]): void {
    for (const one of ready) this.#run(one)
  }

  #run({ task, replyTo }: ReadyTask): void {
    const { taskAttemptId } = task
    if (this.#running.has(taskAttemptId)) return // it is told twice
    const maxDirectBytes = maxDirectResultBytes(task.properties)
    this.#running.add(taskAttemptId)
    this.#heartbeats.started(task)
    this.#ctx.pipeToSelf(this.#runner.run(task), (result, error) => {
      return { type: 'task-ended', task, replyTo, maxDirectBytes, result, error }
    })
  }

  #report(message: Extract<PrivateMessage, { type: 'task-ended' }>): void {
    const { task, replyTo, maxDirectBytes, error } = message
    const { taskAttemptId } = task
    const executorMetrics = this.#heartbeats.ended(task)
    const result =
      message.result === undefined || executorMetrics === undefined
        ? message.result
        : { ...message.result, executorMetrics }
    this.#props.onLaunchedEnd?.(taskAttemptId, error)
    if (
      result?.outcome.type === 'result' &&
      this.#results.keep(result, taskAttemptId, maxDirectBytes, replyTo)
    ) {
      return // it is under way until it was taken
    }
    this.#running.delete(taskAttemptId)
    if (result === undefined) {
      const metrics = metricsOf(error)
      const failed = { type: 'task-failed', taskAttemptId, error: asError(error) } as const
      replyTo.tell(metrics === undefined ? failed : { ...failed, metrics })
      return
    }
    replyTo.tell({ type: 'task-succeeded', taskAttemptId, result })
  }
}
