import type { Environment, ProcessExit } from '../../platform/index.ts'
import type { CommandInfo, EnvironmentVariable, ResourceStatistics } from '../protocol/index.ts'
import type {
  ContainerLimitation,
  ContainerResources,
  ContainerSpec,
  ExecAnswer,
} from './protocol.ts'

/** What runs in a container, started here or found. */
export interface Contained {
  readonly pid: number
  /** Tells its process from others that get the same number; undefined if it has ended already. */
  readonly mark: string | undefined
  readonly ipAddress?: string
  /** Resolves once, when nothing of it is left. */
  readonly ended: Promise<Ended>
  /** To all processes in it. */
  signal(signal: 'SIGTERM' | 'SIGKILL'): void
  /** Ends all that runs in it; resolves when the system was told. */
  destroy(): Promise<void>
  update(resources: ContainerResources): Promise<void>
  statistics(): Promise<Omit<ResourceStatistics, 'timestamp'> | undefined>
  exec(command: FurtherCommand): Promise<ExecAnswer>
  /** It goes on, but nobody here looks after it any more. */
  release(): void
}

/** How a container ended. */
export interface Ended {
  /** Undefined where that can't be known. */
  readonly exit: ProcessExit | undefined
  readonly limitation?: ContainerLimitation
}

/** One more command that is to run in a container. */
export interface FurtherCommand {
  readonly command: CommandInfo
  readonly environment?: readonly EnvironmentVariable[]
  readonly timeoutMs: number
}

/** Starts what a spec says, or finds it again. @throws whatever kept it from starting */
export type Launch = (environment: Environment, spec: ContainerSpec) => Promise<Contained>
