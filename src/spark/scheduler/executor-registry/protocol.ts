import type { ActorRef } from '../../../actors/index.ts'
import type {
  ExecutorCommand,
  ExecutorHeartbeat,
  RegisterExecutor,
  TaskReport,
  ThreadDump,
} from '../../executor/protocol.ts'
import type { ExecutorFailures } from './health.ts'
import type { StageResources } from '../../resources/index.ts'
import type { TaskDescription } from '../../task/index.ts'
import type { DescribeLoad, RetireExecutor } from '../allocation/index.ts'
import type { SlotOffer } from '../task-set/events.ts'
import type { LentSlots } from './slots.ts'

/** What the executor registry is told. */
export type ExecutorRegistryMessage =
  | RegisterExecutor
  | ExecutorHeartbeat
  /** What do the threads of an executor do? */
  | {
      readonly type: 'dump-threads'
      readonly executorId: string
      readonly replyTo: ActorRef<ThreadDump>
    }
  | LendingMessage
  | WantSlots
  | {
      readonly type: 'answer-offer'
      readonly taskSetId: string
      /** Tasks launched, by executor. */
      readonly used: readonly (readonly [executorId: string, tasks: number])[]
      readonly wanted: number
      /** Cores of each task; 1 if absent. */
      readonly cpus?: number | undefined
    }
  /** A task has ended. */
  | {
      readonly type: 'release-slot'
      readonly executorId: string
      readonly taskSetId: string
      readonly cpus?: number | undefined
    }
  | { readonly type: 'withdraw'; readonly taskSetId: string }
  | { readonly type: 'forget-stage'; readonly stageId: number }
  | DescribeLoad
  | RetireExecutor
  /** A task set has succeeded, in which tasks had failed on some executors. */
  | {
      readonly type: 'set-succeeded'
      readonly taskSetId: string
      readonly failures: readonly ExecutorFailures[]
    }
  /** A task of the set must not run on any executor that is there, or may again. */
  | { readonly type: 'unschedulable'; readonly taskSetId: string; readonly isSo: boolean }
  /** It is to end as soon as it runs nothing, which it does now, so that another comes in its place. */
  | { readonly type: 'replace-executor'; readonly executorId: string; readonly reason: string }
  /** What an executor has written can't be fetched; never again by the executor that has given it up. */
  | { readonly type: 'fetch-failed-from'; readonly executorId: string; readonly givenUpBy?: string }
  /** It is time to let in again what was excluded. */
  | { readonly type: 'look-at-health' }
  /** Its process, its node or its actor is gone. */
  | { readonly type: 'executor-gone'; readonly executorId: string; readonly reason: string }
  | { readonly type: 'shut-down'; readonly executorId?: string; readonly reason: string }

/** What a backend that has slots for single tasks, and no executors of its own, tells the registry. */
export type LendingMessage =
  /** Who lends; it is told when slots are wanted. */
  | { readonly type: 'serve-lender'; readonly lender: ActorRef<LenderMessage> }
  /** Slots of executors that need not run yet: their first tasks may start them. What is not used soon is not wanted. */
  | { readonly type: 'lend-slots'; readonly executors: readonly LentSlots[] }
  /** The task has reached its executor. */
  | { readonly type: 'task-arrived'; readonly executorId: string; readonly taskAttemptId: number }
  /** It was killed on its way there. */
  | { readonly type: 'task-gone'; readonly executorId: string; readonly taskAttemptId: number }

/** What the registry tells a backend that lends slots. */
export type LenderMessage =
  /** There are tasks without slots. */
  | { readonly type: 'slots-wanted' }
  /** Nobody wants more of what was lent: so many tasks of each executor have been, or will be, told to launch. */
  | {
      readonly type: 'slots-settled'
      readonly used: readonly (readonly [executorId: string, slots: number])[]
    }
  /** A task for a slot that was lent; its executor has the code of its stage, or is about to get it. */
  | { readonly type: 'launch-task'; readonly executorId: string; readonly task: TaskDescription }
  | { readonly type: 'kill-task'; readonly executorId: string; readonly taskAttemptId: number }
  /** The executor is to end, or has ended. */
  | { readonly type: 'executor-over'; readonly executorId: string; readonly reason: string }

/** A task set asks for slots, or says how many it wants now. */
export interface WantSlots {
  readonly type: 'want-slots'
  readonly taskSetId: string
  readonly jobId: number
  readonly stageId: number
  readonly pool: string
  readonly wanted: number
  /** It takes all that it wants at once, or none. */
  readonly isWhole: boolean
  /** What its tasks take, and of which executors; a core of any of the default profile if absent. */
  readonly resources?: StageResources | undefined
  readonly replyTo: ActorRef<SlotsOffered>
}

/** Slots for a task set; it has to answer with what it uses. */
export interface SlotsOffered {
  readonly type: 'slots-offered'
  readonly slots: readonly SlotOffer[]
  /** How many of them may be used. */
  readonly limit: number
  /** Executor → host, of all that are there, with or without a free slot. */
  readonly alive: ReadonlyMap<string, string>
  /** Of these, those that get nothing of the application, and why. */
  readonly excluded: ReadonlyMap<string, string>
  /** Of these, those that run nothing, and in whose place others would come. */
  readonly idle: readonly string[]
  readonly sessions: ReadonlyMap<string, ActorRef<SessionCommand>>
  /** Executor → `host:port` of its node, of those that have one of their own. */
  readonly addresses: ReadonlyMap<string, string>
  readonly reason: string
}

/** What the driver's side of an executor is told. */
export type SessionCommand =
  | {
      readonly type: 'launch'
      readonly binary: Uint8Array
      readonly task: TaskDescription
      readonly replyTo: ActorRef<TaskReport>
    }
  | { readonly type: 'cancel'; readonly taskAttemptId: number }
  | { readonly type: 'read-result'; readonly taskAttemptId: number; readonly offset: number }
  | { readonly type: 'forget-stage'; readonly stageId: number }
  | { readonly type: 'peer-lost'; readonly executorId: string }
  /** The executor has registered, whose slots were lent before. */
  | { readonly type: 'attached'; readonly executor: ActorRef<ExecutorCommand> }
  | { readonly type: 'arrived'; readonly taskAttemptId: number }
  | { readonly type: 'gone'; readonly taskAttemptId: number }
  | { readonly type: 'end'; readonly reason: string }

/** What the registry tells the DAG scheduler. */
export type ExecutorEvent =
  | {
      readonly type: 'executor-added'
      readonly executorId: string
      readonly host: string
      readonly slots: number
      /** The resource profile that it was started for; the default one if absent. */
      readonly profileId?: number | undefined
    }
  | { readonly type: 'executor-lost'; readonly executorId: string; readonly reason: string }
