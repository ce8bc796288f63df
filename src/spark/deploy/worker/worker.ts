import {
  receive,
  setup,
  type ActorContext,
  type ActorRef,
  type Behavior,
} from '../../../actors/index.ts'
import {
  sessionClient,
  type OpenSession,
  type SessionClientMessage,
  type SessionNotice,
} from '../../../mesos/index.ts'
import {
  isExecutorOver,
  isWorkerEvent,
  type HeldExecutor,
  type WorkerCall,
  type WorkerEvent,
} from '../protocol/index.ts'
import { driverRunner, driverSupervision } from './driver-runner.ts'
import { executorRunner } from './executor-runner.ts'
import type { KillProcess, RunnerNotice, WorkerPlace } from './protocol.ts'

export interface WorkerProps {
  /** Of this process; never used again. */
  readonly workerId: string
  readonly place: WorkerPlace
  /** Finds the master, afresh at each attempt. */
  readonly openMaster: OpenSession<WorkerCall, WorkerEvent>
  /** `host:port` of the masters that there are, as one of them says. */
  readonly onMasters: (masters: readonly string[]) => void
}

type Message = RunnerNotice | SessionNotice<WorkerEvent> | { readonly type: 'heartbeat-due' }

/** Ends of drivers that are told again to a master that comes back. */
const MAX_ENDS = 200

interface Running extends HeldExecutor {
  readonly runner: ActorRef<KillProcess>
}

/**
 * A worker of a standalone cluster: runs executors and drivers, a process each, as its master says. What it runs outlives the
 * master: it looks for the next one, and tells that what it has. It does not outlive the worker.
 */
export function sparkWorker(props: WorkerProps): Behavior<never> {
  return setup<Message>((ctx) => {
    const run = new WorkerRun(props, ctx)
    return receive<Message>((message) => {
      run.handle(message)
    })
  })
}

class WorkerRun {
  readonly #props: WorkerProps
  readonly #ctx: ActorContext<Message>
  readonly #master: ActorRef<SessionClientMessage<WorkerCall>>
  /** `application/executor` → what runs */
  readonly #executors = new Map<string, Running>()
  readonly #drivers = new Map<string, ActorRef<KillProcess>>()
  /** How drivers have ended; the master may not have heard it. */
  readonly #ends = new Map<string, Extract<WorkerCall, { type: 'driver-changed' }>>()
  #isTroubled = false

  constructor(props: WorkerProps, ctx: ActorContext<Message>) {
    this.#props = props
    this.#ctx = ctx
    const { openMaster: open } = props
    this.#master = ctx.spawn(
      sessionClient<WorkerCall, WorkerEvent>({ open, isEvent: isWorkerEvent }, ctx.self),
      'master',
    )
  }

  handle(message: Message): void {
    const { log, timers } = this.#ctx
    switch (message.type) {
      case 'session-opened':
        this.#register()
        return
      case 'session-failed':
        if (message.isFirst) log.write('warn', `no master is to be had: ${message.reason}`)
        this.#isTroubled = true
        return
      case 'session-closed':
        timers.cancel('heartbeat')
        log.write('warn', `the master is lost: ${message.reason}; what runs goes on`)
        this.#isTroubled = true
        return
      case 'session-event':
        this.#told(message.event)
        return
      case 'heartbeat-due':
        this.#say({ type: 'heartbeat' })
        return
      case 'executor-state':
        this.#executorState(message)
        return
      case 'driver-over':
        this.#driverOver(message)
    }
  }

  #say(call: WorkerCall): void {
    this.#master.tell({ type: 'call', call })
  }

  #register(): void {
    const { workerId, place } = this.#props
    const { host, port, cores, memoryMb } = place
    this.#say({
      type: 'register-worker',
      worker: { workerId, host, port, cores, memoryMb },
      executors: [...this.#executors.values()].map(({ runner: _, ...held }) => held),
      drivers: [...this.#drivers.keys(), ...this.#ends.keys()],
    })
    for (const end of this.#ends.values()) this.#say(end)
  }

  #told(event: WorkerEvent): void {
    switch (event.type) {
      case 'worker-registered':
        if (this.#isTroubled) this.#ctx.log.write('info', 'the master is there again')
        this.#isTroubled = false
        this.#master.tell({ type: 'set-lease', leaseMs: event.leaseMs })
        this.#ctx.timers.startPeriodic('heartbeat', { type: 'heartbeat-due' }, event.heartbeatMs)
        return
      case 'masters-changed':
        this.#props.onMasters(event.masters)
        return
      case 'launch-executor': {
        const { applicationId, executorId, cores, memoryMb, executor } = event
        const profileId = executor.resourceProfileId
        const name = `executor-${applicationId}-${executorId}`
        const behavior = executorRunner(this.#props.place, event, this.#ctx.self)
        const runner = this.#ctx.spawn(behavior, name, { restart: 'temporary' })
        const held = { applicationId, executorId, cores, memoryMb, profileId, isRunning: false }
        this.#executors.set(`${applicationId}/${executorId}`, { ...held, runner })
        return
      }
      case 'kill-executor': {
        const { applicationId, executorId, reason } = event
        const running = this.#executors.get(`${applicationId}/${executorId}`)
        running?.runner.tell({ type: 'kill-process', reason })
        return
      }
      case 'launch-driver': {
        const runner = this.#ctx.spawn(
          driverRunner(this.#props.place, event, this.#ctx.self),
          event.driverId,
          {
            restart: 'temporary',
            supervision: driverSupervision(event),
            shutdownMs: this.#props.place.driverTerminateMs + 5_000,
          },
        )
        this.#drivers.set(event.driverId, runner)
        return
      }
      case 'kill-driver': {
        // The master says so also of one that it knows to be over.
        this.#ends.delete(event.driverId)
        const reason = 'its end was asked for'
        this.#drivers.get(event.driverId)?.tell({ type: 'kill-process', reason })
      }
    }
  }

  #executorState(notice: Extract<RunnerNotice, { type: 'executor-state' }>): void {
    const { applicationId, executorId, state, message, exitStatus } = notice
    const key = `${applicationId}/${executorId}`
    const running = this.#executors.get(key)
    if (running === undefined) return
    if (isExecutorOver(state)) this.#executors.delete(key)
    else this.#executors.set(key, { ...running, isRunning: true })
    this.#ctx.log.write('info', `executor ${executorId} of ${applicationId}: ${state}, ${message}`)
    this.#say({
      type: 'executor-changed',
      applicationId,
      executorId,
      state,
      message,
      exitStatus,
    })
  }

  #driverOver({ driverId, state, message }: Extract<RunnerNotice, { type: 'driver-over' }>): void {
    this.#drivers.delete(driverId)
    const end = { type: 'driver-changed', driverId, state, message } as const
    this.#ends.set(driverId, end)
    const [oldest] = this.#ends.keys()
    if (this.#ends.size > MAX_ENDS && oldest !== undefined) this.#ends.delete(oldest)
    this.#ctx.log.write('info', `driver ${driverId}: ${state}${message ? `, ${message}` : ''}`)
    this.#say(end)
  }
}
