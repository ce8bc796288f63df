import type { ActorRef } from '../../actors/index.ts'
import type { ProcessExit } from '../../platform/index.ts'
import type {
  CommandInfo,
  ContainerInfo,
  EnvironmentVariable,
  Resource,
  ResourceStatistics,
  TaskStatusReason,
} from '../protocol/index.ts'

/** What a container may use; what is absent is without a bound. */
export interface ContainerResources {
  /** Its share of the processors, and with `--cgroups_enable_cfs` a bound. */
  readonly cpus?: number
  readonly memBytes?: number
  /** A bound of what is in its sandbox, with `--enforce_container_disk_quota`. */
  readonly diskBytes?: number
  /** Bounds in place of the amounts above, which are then only what it is sure to have (`TaskInfo.limits`); may be infinite. */
  readonly limits?: { readonly cpus?: number; readonly memBytes?: number }
}

/** What is to run, where, and within which bounds. */
export interface ContainerSpec {
  readonly containerId: string
  readonly command: CommandInfo
  /** Set by the agent; the command's own variables come on top. */
  readonly environment: Readonly<Record<string, string>>
  /** An absolute path; made if missing. Working directory, and place of `stdout` and `stderr`. */
  readonly sandbox: string
  /** Where a link to the sandbox is to be, in place of the one before. */
  readonly latest?: string
  /** Persistent volumes: absolute paths in the sandbox that are to lead to directories, which are made if missing. */
  readonly links?: readonly { readonly path: string; readonly target: string }[]
  /** What its executor and tasks were given; without it nothing is bounded. */
  readonly resources?: ContainerResources
  /** The container of all that share these resources: they are bounded together, as is what is in its sandbox. */
  readonly pod?: { readonly containerId: string; readonly sandbox: string }
  /** Image, volumes, network. Its type decides which containerizer takes it: MESOS, as without any, or DOCKER. */
  readonly container?: ContainerInfo
  /** Whom it runs as, and whose sandbox it is; the agent's own user by default. `command.user` goes before it. */
  readonly user?: string
  /** Whether the process goes on when the actor of the container ends without having been told to destroy it. */
  readonly outlivesAgent?: boolean
  /** Whether its process ends with that of the agent, however that ends; one with an `exitFile` does not. */
  readonly tethered?: boolean
  /**
   * An absolute path beside the sandbox: a file that gets which process it is, and how the command ended even if the agent does not live to see it.
   * Whoever names it removes it. The `pid` of such a container is that of a shell around the command.
   */
  readonly exitFile?: string
  /** The process that runs already, left by an agent before: found again instead of started. */
  readonly running?: { readonly pid: number; readonly mark: string }
}

/** What a container is told. */
export type ContainerMessage =
  /** Ends what runs in it at once. */
  | { readonly type: 'destroy' }
  /** To all processes in it. */
  | { readonly type: 'signal'; readonly signal: 'SIGTERM' | 'SIGKILL' }
  /** From now on these are its bounds: a task came, or went. */
  | { readonly type: 'update'; readonly resources: ContainerResources }
  | { readonly type: 'statistics'; readonly replyTo: ActorRef<ContainerStatistics> }
  /** Runs one more command in it, with its environment; what that writes goes to the container's `stdout` and `stderr`. */
  | {
      readonly type: 'exec'
      readonly command: CommandInfo
      readonly environment?: readonly EnvironmentVariable[]
      /** Longer, and it is killed. */
      readonly timeoutMs: number
      readonly replyTo: ActorRef<ExecAnswer>
    }

/** Undefined where nothing can be said: it has not started, or has ended. */
export interface ContainerStatistics {
  readonly type: 'container-statistics'
  readonly containerId: string
  readonly statistics: ResourceStatistics | undefined
}

/** How a further command ended. */
export type ExecAnswer =
  | { readonly type: 'exec-ended'; readonly exit: ProcessExit }
  | { readonly type: 'exec-timed-out' }
  /** It could not be started. */
  | { readonly type: 'exec-failed'; readonly reason: string }

/** Why the containerizer itself has ended a container: it has used more than it may. In the words of Mesos. */
export interface ContainerLimitation {
  readonly reason: Extract<
    TaskStatusReason,
    | 'REASON_CONTAINER_LIMITATION'
    | 'REASON_CONTAINER_LIMITATION_DISK'
    | 'REASON_CONTAINER_LIMITATION_MEMORY'
  >
  readonly message: string
  /** Of memory how much was used, of disk how much may be. */
  readonly resources?: readonly Resource[]
}

/** What a container tells its owner: that it has started (or not), and that it has ended. */
export type ContainerNotice =
  | {
      readonly type: 'container-started'
      readonly containerId: string
      readonly pid: number
      /** See `Processes.startMark`. Without one, no agent can find it again. */
      readonly mark?: string | undefined
      /** Of its own, where it does not share that of the agent's host. */
      readonly ipAddress?: string
    }
  | {
      readonly type: 'container-failed'
      readonly containerId: string
      readonly reason: string
      /** Not even its sandbox could be made. */
      readonly hasNoSandbox?: true
    }
  | {
      readonly type: 'container-exited'
      readonly containerId: string
      /** Undefined of one that an agent before has started and that has left no word of its end. */
      readonly exit: ProcessExit | undefined
      /** Set if it was ended for what it used. */
      readonly limitation?: ContainerLimitation
    }
