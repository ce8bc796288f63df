/**
 * Resource profiles: what the stages of some RDDs take, where it is not what all others take.
 *
 * {@link ResourceProfileBuilder} makes a {@link ResourceProfile} of {@link ExecutorResourceRequests} and
 * {@link TaskResourceRequests}; `rdd.withResources` has the stages that compute the RDD run so. A profile without a word about
 * executors is a {@link TaskResourceProfile}. The {@link ResourceProfileManager} of a context knows all profiles that are used
 * in it, refuses those that its master can't give, and merges those that meet in one stage.
 *
 * Words: *default profile*, 0, what `spark.executor.*` and `spark.task.cpus` say; *cpus*, cores of an executor that one task takes.
 *
 * Guarantees: a profile never changes; its id is unique in the process; a task runs only on executors of its profile, or, if that says
 * nothing of executors and their number is fixed, on those of the default one.
 *
 * @see org.apache.spark.resource in Spark
 */
export { ExecutorResourceRequest, ExecutorResourceRequests } from './executor-requests.ts'
export { ResourceProfileBuilder } from './profile-builder.ts'
export { DEFAULT_PROFILE_ID, ResourceProfile, TaskResourceProfile } from './resource-profile.ts'
export { ResourceProfileManager } from './profile-manager.ts'
export type { ExecutorDefaults, ProfileSupport } from './profile-manager.ts'
export type { ExecutorProfile, ResourcesByRdd, StageResources } from './stage-resources.ts'
export { TaskResourceRequest, TaskResourceRequests } from './task-requests.ts'
