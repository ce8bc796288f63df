import type { AgentInfo } from './agent-info.ts'
import type { ExecutorInfo } from './executor-info.ts'
import type { FrameworkInfo } from './framework.ts'
import type { ContainerId, ExecutorId, FrameworkId, TaskId } from './ids.ts'
import type { KillPolicy, TaskInfo, TaskStatus } from './task.ts'

interface ExecutorCallBase {
  readonly executor_id: ExecutorId
  readonly framework_id: FrameworkId
}

/** What an executor says to its agent: the v1 executor calls. */
export type ExecutorCall =
  | (ExecutorCallBase & {
      readonly type: 'SUBSCRIBE'
      /** After a reconnect: what the agent may not know yet. */
      readonly subscribe: {
        readonly unacknowledged_tasks: readonly TaskInfo[]
        readonly unacknowledged_updates: readonly { readonly status: TaskStatus }[]
        /** Which of the processes of its name it is, where it knows: an agent that was killed may have left another. */
        readonly container_id?: ContainerId
      }
    })
  | (ExecutorCallBase & {
      readonly type: 'UPDATE'
      /** With `uuid`; repeated on reconnect until ACKNOWLEDGED. */
      readonly update: { readonly status: TaskStatus }
    })
  | (ExecutorCallBase & {
      readonly type: 'MESSAGE'
      readonly message: { readonly data: Uint8Array }
    })
  | (ExecutorCallBase & { readonly type: 'HEARTBEAT' })

/** What an agent says to an executor: the v1 executor events. */
export type ExecutorEvent =
  | {
      readonly type: 'SUBSCRIBED'
      readonly subscribed: {
        readonly executor_info: ExecutorInfo
        readonly framework_info: FrameworkInfo
        readonly agent_info: AgentInfo
        readonly container_id?: ContainerId
      }
    }
  | { readonly type: 'LAUNCH'; readonly launch: { readonly task: TaskInfo } }
  /** Tasks that live and die together. */
  | {
      readonly type: 'LAUNCH_GROUP'
      readonly launch_group: { readonly task_group: { readonly tasks: readonly TaskInfo[] } }
    }
  | {
      readonly type: 'KILL'
      readonly kill: { readonly task_id: TaskId; readonly kill_policy?: KillPolicy }
    }
  | {
      readonly type: 'ACKNOWLEDGED'
      readonly acknowledged: { readonly task_id: TaskId; readonly uuid: Uint8Array }
    }
  | { readonly type: 'MESSAGE'; readonly message: { readonly data: Uint8Array } }
  | { readonly type: 'ERROR'; readonly error: { readonly message: string } }
  | { readonly type: 'SHUTDOWN' }
  | { readonly type: 'HEARTBEAT' }
