import type { ProcessExit } from '../../platform/index.ts'
import type { ContainerLimitation } from '../containerizer/index.ts'
import type {
  CheckStatusInfo,
  ExecutorCall,
  ExecutorEvent,
  ExecutorId,
  FrameworkId,
  FrameworkInfo,
  KillPolicy,
  TaskInfo,
  TaskState,
} from '../protocol/index.ts'

/** What an agent tells its built-in executor: the events that any executor gets, and what becomes of its containers. */
export type BuiltInMessage = ExecutorEvent | ContainerNews | CheckNotice

/** What the checks of a task have found: each result that differs from the one before. */
export type CheckNotice =
  | {
      readonly type: 'task-health'
      readonly taskId: string
      readonly healthy: boolean
      /** It has failed too often in a row: the task is to be killed. */
      readonly kill: boolean
    }
  | {
      readonly type: 'task-checked'
      readonly taskId: string
      readonly check_status: CheckStatusInfo
    }

/** How it goes with the container of a task; a command executor knows its task by none but its own. */
export type ContainerNews =
  | { readonly type: 'container-running'; readonly taskId: string; readonly containerId: string }
  | ContainerOver

/** It has ended, or never begun. */
export interface ContainerOver {
  readonly type: 'container-over'
  readonly taskId: string
  /** Undefined where it can't be known. */
  readonly exit: ProcessExit | undefined
  /** Why it could not be started. */
  readonly failure?: string
  /** Set if it was ended for what it used. */
  readonly limitation?: ContainerLimitation
}

/** What the executor asks of its agent besides its calls. */
export type ContainerRequest =
  /** Starts the command of a task that it has been handed. */
  | { readonly type: 'launch'; readonly taskId: string }
  | {
      readonly type: 'signal'
      readonly taskId: string
      readonly signal: 'SIGTERM' | 'SIGKILL'
    }
  /** From now on its checks run, or run no longer. */
  | { readonly type: 'start-checks'; readonly taskId: string }
  | { readonly type: 'stop-checks'; readonly taskId: string }
  /** A task is to end, whoever comes after this agent. */
  | { readonly type: 'note-kill'; readonly taskId: string }

/** A task that was handed over before: by an agent before this one. */
export interface FoundTask {
  readonly info: TaskInfo
  /** Those that live and die with it, itself among them. */
  readonly group?: readonly string[]
  /** The one that its agent knows. */
  readonly state: TaskState
  /** An order to kill it. */
  readonly kill?: { readonly kill_policy?: KillPolicy }
  /** Undefined if it has none yet. */
  readonly container?: {
    readonly containerId: string
    /** How long its command has run; undefined if nobody has seen it run. */
    readonly ranMs?: number
  }
}

/** Settings of a built-in executor. */
export interface BuiltInOptions {
  readonly ids: { readonly framework_id: FrameworkId; readonly executor_id: ExecutorId }
  readonly framework: FrameworkInfo
  /** Its own container; of a command executor that of the command. */
  readonly containerId: string
  /** An absolute path. */
  readonly sandbox: string
  /** Where a link to it is to be. */
  readonly latest: string
  /** How long it may take to shut down. */
  readonly shutdownGraceMs: number
  readonly found: readonly FoundTask[]
  readonly onCall: (call: ExecutorCall) => void
  readonly onRequest: (request: ContainerRequest) => void
}
