import { invalidArgument } from '../errors.ts'
import { ExecutorResourceRequests, type ExecutorResourceRequest } from './executor-requests.ts'
import { ResourceProfile, TaskResourceProfile } from './resource-profile.ts'
import { TaskResourceRequests, type TaskResourceRequest } from './task-requests.ts'

/**
 * Makes resource profiles.
 *
 *     const executors = new ExecutorResourceRequests().cores(4).memory('2g')
 *     const tasks = new TaskResourceRequests().cpus(2)
 *     const profile = new ResourceProfileBuilder().require(executors).require(tasks).build()
 *
 * @see ResourceProfileBuilder.scala in Spark
 */
export class ResourceProfileBuilder {
  readonly #executorResources = new Map<string, ExecutorResourceRequest>()
  readonly #taskResources = new Map<string, TaskResourceRequest>()

  get executorResources(): ReadonlyMap<string, ExecutorResourceRequest> {
    return new Map(this.#executorResources)
  }

  get taskResources(): ReadonlyMap<string, TaskResourceRequest> {
    return new Map(this.#taskResources)
  }

  /** Adds what is asked for, in place of what was said of the same resources before. @throws TROUPE_SPARK_ARGUMENT_INVALID */
  require(requests: ExecutorResourceRequests | TaskResourceRequests): this {
    if (requests instanceof ExecutorResourceRequests) {
      for (const [name, request] of requests.requests) this.#executorResources.set(name, request)
    } else if (requests instanceof TaskResourceRequests) {
      for (const [name, request] of requests.requests) this.#taskResources.set(name, request)
    } else {
      const accepted = 'ExecutorResourceRequests or TaskResourceRequests'
      throw invalidArgument('ResourceProfileBuilder.require', requests, accepted)
    }
    return this
  }

  clearExecutorResourceRequests(): this {
    this.#executorResources.clear()
    return this
  }

  clearTaskResourceRequests(): this {
    this.#taskResources.clear()
    return this
  }

  /** A profile, with an id of its own each time; a {@link TaskResourceProfile} where nothing was said of executors. */
  build(): ResourceProfile {
    return this.#executorResources.size === 0
      ? new TaskResourceProfile(this.#taskResources)
      : new ResourceProfile(this.#executorResources, this.#taskResources)
  }

  toString(): string {
    const said = (requests: ReadonlyMap<string, unknown>): string =>
      [...requests].map(([name, request]) => `${name}=${String(request)}`).join(', ')
    return `Profile executor resources: ${said(this.#executorResources)}, task resources: ${said(this.#taskResources)}`
  }
}
