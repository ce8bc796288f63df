import type { ResourceProfile as ListenedProfile } from '../events/index.ts'
import {
  CORES,
  MEMORY,
  OFF_HEAP,
  OVERHEAD,
  type ExecutorResourceRequest,
} from './executor-requests.ts'
import type { ExecutorProfile } from './stage-resources.ts'
import { CPUS, type TaskResourceRequest } from './task-requests.ts'

/** Of what `spark.executor.*` and `spark.task.cpus` say. */
export const DEFAULT_PROFILE_ID = 0

const KNOWN: readonly string[] = [CORES, MEMORY, OFF_HEAP, OVERHEAD, CPUS]

/** The id of the next profile that a program makes: unique in its process, as in Spark. */
let nextId = DEFAULT_PROFILE_ID + 1

/**
 * What the executors and the tasks of some stages are to have; what it does not say of cores and memory is as for all others.
 * Made by {@link ResourceProfileBuilder}; never changes.
 *
 * @see ResourceProfile.scala in Spark
 */
export class ResourceProfile {
  /** 1 or more; unique in the process. */
  readonly id: number
  readonly executorResources: ReadonlyMap<string, ExecutorResourceRequest>
  readonly taskResources: ReadonlyMap<string, TaskResourceRequest>

  constructor(
    executorResources: ReadonlyMap<string, ExecutorResourceRequest>,
    taskResources: ReadonlyMap<string, TaskResourceRequest>,
  ) {
    this.id = nextId++
    this.executorResources = new Map(executorResources)
    this.taskResources = new Map(taskResources)
  }

  /** Cores that each task takes, if it says so. */
  get taskCpus(): number | undefined {
    return this.taskResources.get(CPUS)?.amount
  }

  /** What it says of executors that a master can give. */
  get executors(): ExecutorProfile {
    const amount = (name: string): number | undefined => this.executorResources.get(name)?.amount
    return {
      profileId: this.id,
      cores: amount(CORES),
      memoryMb: amount(MEMORY),
      offHeapMb: amount(OFF_HEAP),
    }
  }

  /** Names of resources that are neither cores nor memory. */
  get customResources(): readonly string[] {
    const names = [...this.executorResources.keys(), ...this.taskResources.keys()]
    return [...new Set(names)].filter((name) => !KNOWN.includes(name))
  }

  /** As listeners are told of it. */
  get listened(): ListenedProfile {
    const amounts = (
      requests: ReadonlyMap<string, { readonly amount: number }>,
    ): ListenedProfile['taskResources'] =>
      [...requests].map(([name, { amount }]) => [name, amount] as const)
    return {
      id: this.id,
      executorResources: amounts(this.executorResources),
      taskResources: amounts(this.taskResources),
    }
  }

  /** Whether it asks for the same, under whatever id. */
  resourcesEqual(other: ResourceProfile): boolean {
    return saysOf(this) === saysOf(other)
  }

  toString(): string {
    const said = (requests: ReadonlyMap<string, unknown>): string =>
      [...requests].map(([name, request]) => `${name} -> ${String(request)}`).join(',')
    return `Profile: id = ${this.id}, executor resources: ${said(this.executorResources)}, task resources: ${said(this.taskResources)}`
  }
}

/** A profile without a word about executors: where their number is fixed its tasks run on those of the default profile. */
export class TaskResourceProfile extends ResourceProfile {
  constructor(taskResources: ReadonlyMap<string, TaskResourceRequest>) {
    super(new Map(), taskResources)
  }
}

function saysOf({ executorResources, taskResources }: ResourceProfile): string {
  const sorted = (requests: ReadonlyMap<string, unknown>): readonly string[] =>
    [...requests].map(([name, request]) => `${name} ${String(request)}`).sort()
  return JSON.stringify([sorted(executorResources), sorted(taskResources)])
}
