import { AGENT_LINE_VARIABLE, type Label, type TaskInfo } from '../../mesos/index.ts'
import { executorVariables, type ExecutorSettings } from '../executor/index.ts'
import { withOverhead, type RefuseSeconds } from './coarse-offers.ts'
import type { Constraints } from './constraints.ts'
import type { DriverNodeOptions } from './driver-node.ts'
import { executorCommand, type MesosProgram } from './mesos-command.ts'
import type { MesosFrameworkOptions } from './mesos-framework.ts'
import type { BackendContext } from './scheduler-backend.ts'

/** How a Mesos backend is made. */
export interface MesosBackendOptions extends MesosWishes, MesosFrameworkOptions, DriverNodeOptions {
  readonly maxCores?: number | undefined
  readonly executorCores?: number | undefined
  readonly executorMemoryMb: number
  /** `spark.task.cpus`, where each task has its own cores; 1 if absent. */
  readonly taskCpus?: number
}

/** What an application wants of a Mesos cluster (`spark.mesos.*`). */
export interface MesosWishes {
  /** Whether an executor has its cores for good; otherwise each task has its own. */
  readonly isCoarse: boolean
  /** Of each executor besides those of its tasks, where it is not. */
  readonly mesosExecutorCores: number
  readonly failoverTimeoutSeconds: number
  readonly role: string | undefined
  readonly principal: string | undefined
  /** Proves, by HTTP, that it is that principal. */
  readonly mesosSecret: string | undefined
  /** What each task of the master carries. */
  readonly taskLabels: readonly Label[]
  readonly constraints: Constraints
  readonly refuseSeconds: RefuseSeconds
  /** What an executor needs besides its heap; by {@link withOverhead} otherwise. */
  readonly memoryOverheadMb: number | undefined
  readonly program: MesosProgram
}

/** What an executor needs of memory in MB: its heap, and what comes besides. */
export function memoryOfExecutor({
  executorMemoryMb,
  memoryOverheadMb,
}: Pick<MesosBackendOptions, 'executorMemoryMb' | 'memoryOverheadMb'>): number {
  return memoryOverheadMb === undefined
    ? withOverhead(executorMemoryMb)
    : executorMemoryMb + memoryOverheadMb
}

/** An executor as agents start it: by a command line, and an environment that tells it its settings. */
export function executorInfo(
  { line, program, executorMemoryMb }: MesosBackendOptions,
  { applicationId, appName }: BackendContext,
  settings: Omit<ExecutorSettings, 'applicationId'>,
): NonNullable<TaskInfo['executor']> {
  const { executorId } = settings
  const told = executorVariables({ ...settings, applicationId })
  // An agent of the house may be spoken to by HTTP, too.
  const variables = line === 'http' ? { ...told, [AGENT_LINE_VARIABLE]: '' } : told
  return {
    type: 'CUSTOM',
    executor_id: { value: `${applicationId}-${executorId}` },
    name: `executor ${executorId} of ${appName}`,
    command: executorCommand(program, executorMemoryMb, variables),
  }
}

/** The labels of a task, if there are to be any. */
export function labelsOf({ taskLabels }: MesosWishes): Pick<TaskInfo, 'labels'> {
  return taskLabels.length === 0 ? {} : { labels: { labels: taskLabels } }
}

/** What fails at once would be started again and again: how often in a row executors have failed on an agent before they ran. */
export class FailedStarts {
  /** agent → how often */
  readonly #inARow = new Map<string, number>()

  on(agentId: string): number {
    return this.#inARow.get(agentId) ?? 0
  }

  hasRun(agentId: string): void {
    this.#inARow.delete(agentId)
  }

  /** One more, and what is to be told of it. */
  add(
    agentId: string,
    executorId: string,
    why: string,
  ): { readonly inARow: number; readonly trouble: string } {
    const inARow = this.on(agentId) + 1
    this.#inARow.set(agentId, inARow)
    const what = `executor ${executorId} has failed to start on agent ${agentId} (${why})`
    return {
      inARow,
      trouble: `${what}; see stderr in its sandbox, below the agent's work directory`,
    }
  }
}
