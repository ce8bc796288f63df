import type { ContainerInfo } from './container-info.ts'
import type { ExecutorId, FrameworkId } from './ids.ts'
import type { Labels, Resource } from './resource.ts'

export interface EnvironmentVariable {
  readonly name: string
  /** VALUE by default. */
  readonly type?: 'UNKNOWN' | 'VALUE' | 'SECRET'
  readonly value?: string
  readonly secret?: object
}

/** Added to the environment that the agent sets. */
export interface ProcessEnvironment {
  readonly variables: readonly EnvironmentVariable[]
}

/**
 * How to start a process. With `shell` (the default) `value` is handed to `/bin/sh -c` and `arguments` are
 * ignored; without it `value` is an executable and `arguments` are its argv, whose first is the name it
 * sees itself by.
 */
export interface CommandInfo {
  readonly value?: string
  readonly shell?: boolean
  readonly arguments?: readonly string[]
  readonly environment?: ProcessEnvironment
  readonly user?: string
  /** Files to have in the sandbox before the start. */
  readonly uris?: readonly CommandUri[]
}

export interface CommandUri {
  readonly value: string
  readonly executable?: boolean
  readonly extract?: boolean
  readonly cache?: boolean
  readonly output_file?: string
}

/** A process that runs tasks of one framework on one agent. The same id must always mean the same info. */
export interface ExecutorInfo {
  /** DEFAULT is in the agent itself: it runs groups of tasks with commands of their own. */
  readonly type?: 'UNKNOWN' | 'DEFAULT' | 'CUSTOM'
  readonly executor_id: ExecutorId
  readonly framework_id?: FrameworkId
  readonly command?: CommandInfo
  readonly container?: ContainerInfo
  /** What the executor itself takes, besides its tasks. */
  readonly resources?: readonly Resource[]
  readonly name?: string
  readonly source?: string
  readonly data?: Uint8Array
  readonly labels?: Labels
  readonly shutdown_grace_period?: { readonly nanoseconds: number }
}
