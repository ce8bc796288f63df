import { receive, setup, type ActorRef, type Behavior } from '../../actors/index.ts'
import type { SchedulerDriverEvent, SchedulerDriverMessage } from '../../mesos/index.ts'
import { countOf } from '../run/index.ts'
import type { NumberedInterval } from '../protocol/index.ts'
import type { RunStore } from './run-store.ts'
import { elapsedMs, type EndedTask, type LiveTask, type RunEffect, type RunState } from './state.ts'
import { stepRun, type RunEvent } from './step.ts'

/** Who follows a run: live, and at its end. */
export interface RunListener {
  readonly onSay: (text: string) => void
  readonly onMeasured: (
    task: Pick<LiveTask, 'id' | 'agentId' | 'host'>,
    intervals: readonly NumberedInterval[],
  ) => void
  readonly onTaskEnded: (ended: EndedTask) => void
  /** Exactly once. */
  readonly onEnd: (outcome: RunOutcome) => void
}

/** How a run has ended. */
export interface RunOutcome {
  /** 0, or 1 when the total was not reached. */
  readonly code: number
  readonly why: string
  readonly state: RunState
}

/** How a run stands, for whoever asks. */
export interface RunStatus {
  readonly runId: string
  readonly frameworkId?: string
  readonly phase: RunState['phase']
  readonly isConnected: boolean
  readonly isPaused: boolean
  readonly elapsedMs: number
  readonly totalQueries: number
  /** Those of tasks that have ended, and what the others have reported. */
  readonly doneQueries: number
  readonly queuedQueries: number
  readonly schedule: RunState['schedule']
  readonly tasks: readonly {
    readonly id: string
    readonly host: string
    readonly queries: number
    readonly done: number
    readonly isRunning: boolean
  }[]
  readonly launchedTasks: number
  readonly endedTasks: number
  readonly requeuedTasks: number
  readonly taskErrors: number
  readonly mostTasksAtOnce: number
}

export type SchedulerMessage =
  | RunEvent
  | { readonly type: 'get-status'; readonly replyTo: ActorRef<RunStatus> }
  | { readonly type: 'kept'; readonly effects: readonly RunEffect[]; readonly error?: unknown }

/** Settings of the actor that a run is decided by. */
export interface SchedulerSettings {
  readonly initial: RunState
  /** Starts the driver, which tells its events to the actor. */
  readonly openDriver: (handler: ActorRef<SchedulerDriverEvent>) => Behavior<SchedulerDriverMessage>
  /** Keeps the run, if it is to outlive its scheduler. */
  readonly store?: RunStore
  readonly listener: RunListener
}

/**
 * Carries out what {@link stepRun} decides. What is to be kept is kept before anything that follows from it is done: a launch
 * before its task runs, an end before the master hears that it is known. A run that can't be kept ends.
 */
export function throttleScheduler(settings: SchedulerSettings): Behavior<SchedulerMessage> {
  const { listener, store } = settings
  return setup<SchedulerMessage>((ctx) => {
    const { clock } = ctx.environment
    const driver = ctx.spawn(settings.openDriver(ctx.self), 'driver')
    let state = settings.initial
    /** What waits for something to be kept, or for what waits before it. */
    let waiting: (readonly RunEffect[])[] = []
    let isKeeping = false

    const carryOut = (effect: RunEffect): void => {
      switch (effect.type) {
        case 'call':
          driver.tell(effect.call)
          return
        case 'say':
          listener.onSay(effect.text)
          return
        case 'measured':
          listener.onMeasured(effect.task, effect.intervals)
          return
        case 'task-ended':
          listener.onTaskEnded(effect.ended)
          return
        case 'start-timer': {
          const { timer, ms } = effect
          ctx.timers.startSingle(timer, { type: 'timer', timer }, ms)
          return
        }
        case 'end':
          driver.tell({ type: 'stop' })
          listener.onEnd({ code: effect.code, why: effect.why, state })
          return
        case 'keep':
      }
    }

    const perform = (effects: readonly RunEffect[]): void => {
      if (isKeeping) {
        waiting.push(effects)
        return
      }
      const records = effects.flatMap((one) => (one.type === 'keep' ? [one.record] : []))
      if (store === undefined || records.length === 0) {
        effects.forEach(carryOut)
        return
      }
      isKeeping = true
      ctx.pipeToSelf(store.keep(records), (_, error) => ({
        type: 'kept',
        effects,
        ...(error !== undefined && { error }),
      }))
    }

    /** What can't be kept is not done; another scheduler may go on with what was kept before. */
    const unkept = (error: unknown): void => {
      driver.tell({ type: 'stop', failover: true })
      const reason = error instanceof Error ? error.message : String(error)
      state = { ...state, phase: 'over' }
      listener.onEnd({ code: 1, why: `The run can't be kept: ${reason}`, state })
    }

    return receive<SchedulerMessage>((message) => {
      switch (message.type) {
        case 'get-status':
          message.replyTo.tell(statusOf(state, clock.wallNow()))
          return
        case 'kept': {
          if (message.error !== undefined) {
            unkept(message.error)
            return
          }
          isKeeping = false
          message.effects.forEach(carryOut)
          const next = waiting
          waiting = []
          next.forEach(perform)
          return
        }
        default: {
          const [next, effects] = stepRun(state, message, clock.wallNow())
          state = next
          perform(effects)
        }
      }
    })
  })
}

export function statusOf(state: RunState, nowMs: number): RunStatus {
  const { tasks, plan, queue } = state
  const reported = [...tasks.values()].map(({ report }) => countOf(report?.done ?? []))
  return {
    runId: state.runId,
    ...(state.frameworkId !== undefined && { frameworkId: state.frameworkId }),
    phase: state.phase,
    isConnected: state.isConnected,
    isPaused: state.isPaused,
    elapsedMs: elapsedMs(state, nowMs),
    totalQueries: plan.run.totalOperations,
    doneQueries: state.done + reported.reduce((sum, one) => sum + one, 0),
    queuedQueries: countOf(queue),
    schedule: state.schedule,
    tasks: [...tasks.values()].map(({ id, host, operations, report, hasRun }) => ({
      id,
      host,
      queries: countOf(operations),
      done: countOf(report?.done ?? []),
      isRunning: hasRun,
    })),
    launchedTasks: state.launched,
    endedTasks: state.ended.length,
    requeuedTasks: state.requeued,
    taskErrors: state.errors,
    mostTasksAtOnce: state.most,
  }
}
