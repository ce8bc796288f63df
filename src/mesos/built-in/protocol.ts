import type { ProcessExit } from '../../platform/index.ts'
import type {
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
export type BuiltInMessage = ExecutorEvent | ContainerOver

/** A container of the executor has ended. */
export interface ContainerOver {
  readonly type: 'container-over'
  readonly containerId: string
  /** Undefined where it can't be known. */
  readonly exit: ProcessExit | undefined
}

/** What the executor asks of its agent besides its calls. */
export interface ContainerRequest {
  readonly type: 'signal'
  readonly containerId: string
  readonly signal: 'SIGTERM' | 'SIGKILL'
}

/** A task that was handed over before: by an agent before this one. */
export interface FoundTask {
  readonly info: TaskInfo
  /** The one that its agent knows. */
  readonly state: TaskState
  /** An order to kill it. */
  readonly kill?: { readonly kill_policy?: KillPolicy }
  /** How long its command has run. */
  readonly ranMs: number
}

/** Settings of a built-in executor. */
export interface BuiltInOptions {
  readonly ids: { readonly framework_id: FrameworkId; readonly executor_id: ExecutorId }
  readonly framework: FrameworkInfo
  /** The container of its command. */
  readonly containerId: string
  /** How long it may take to shut down. */
  readonly shutdownGraceMs: number
  readonly found: readonly FoundTask[]
  readonly onCall: (call: ExecutorCall) => void
  readonly onRequest: (request: ContainerRequest) => void
}
