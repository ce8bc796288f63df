import { ResourceProfile, TaskResourceProfile } from './resource-profile.ts'

/** Asks of each resource for the most that any of them asks for. @see DAGScheduler.mergeResourceProfiles in Spark */
export function mergedProfile(profiles: readonly ResourceProfile[]): ResourceProfile {
  const executors = most(profiles.map(({ executorResources }) => executorResources))
  const tasks = most(profiles.map(({ taskResources }) => taskResources))
  return executors.size === 0
    ? new TaskResourceProfile(tasks)
    : new ResourceProfile(executors, tasks)
}

function most<R extends { readonly amount: number }>(
  all: readonly ReadonlyMap<string, R>[],
): ReadonlyMap<string, R> {
  const merged = new Map<string, R>()
  for (const requests of all) {
    for (const [name, request] of requests) {
      const known = merged.get(name)
      if (known === undefined || request.amount > known.amount) merged.set(name, request)
    }
  }
  return merged
}
