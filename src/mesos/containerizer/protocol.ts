import type { ProcessExit } from '../../platform/index.ts'
import type { CommandInfo } from '../protocol/index.ts'

/** What is to run, and where. */
export interface ContainerSpec {
  readonly containerId: string
  readonly command: CommandInfo
  /** Set by the agent; the command's own variables come on top. */
  readonly environment: Readonly<Record<string, string>>
  /** An absolute path; made if missing. Working directory, and place of `stdout` and `stderr`. */
  readonly sandbox: string
  /** Where a link to the sandbox is to be, in place of the one before. */
  readonly latest?: string
  /** Whether the process goes on when the actor of the container ends without having been told to destroy it. */
  readonly outlivesAgent?: boolean
  /** The process that runs already, left by an agent before: found again instead of started. */
  readonly running?: { readonly pid: number; readonly mark: string }
}

/** What a container is told. */
export type ContainerMessage =
  /** Ends what runs in it at once. */
  { readonly type: 'destroy' }

/** What a container tells its owner: that it has started (or not), and that it has ended. */
export type ContainerNotice =
  | {
      readonly type: 'container-started'
      readonly containerId: string
      readonly pid: number
      /** See `Processes.startMark`. Without one, no agent can find it again. */
      readonly mark?: string | undefined
    }
  | { readonly type: 'container-failed'; readonly containerId: string; readonly reason: string }
  | {
      readonly type: 'container-exited'
      readonly containerId: string
      /** Undefined of one that an agent before has started: only its parent is told. */
      readonly exit: ProcessExit | undefined
    }
