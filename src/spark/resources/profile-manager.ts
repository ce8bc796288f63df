import type { Log } from '../../platform/index.ts'
import { SparkError } from '../errors.ts'
import type { SparkListenerEvent } from '../events/index.ts'
import { mergedProfile } from './merge.ts'
import {
  DEFAULT_PROFILE_ID,
  TaskResourceProfile,
  type ResourceProfile,
} from './resource-profile.ts'
import type { ExecutorProfile, StageResources } from './stage-resources.ts'

/** What a master can do about profiles: nothing; give tasks more cores than one; start executors of several kinds, too. */
export type ProfileSupport = 'none' | 'tasks' | 'executors'

/** What executors and tasks have that no profile says anything of. */
export interface ExecutorDefaults {
  /** `spark.task.cpus` */
  readonly taskCpus: number
  /** Cores of an executor, where that is known before one has come. */
  readonly executorCores: number | undefined
}

/** What a manager is made of. */
export interface ProfileManagerProps {
  readonly master: string
  readonly support: ProfileSupport
  /** The number of executors follows the work. */
  readonly isDynamic: boolean
  /** `spark.scheduler.resource.profileMergeConflicts` */
  readonly merges: boolean
  readonly defaults: ExecutorDefaults
  /** Throws for executors that can't be started, whatever the cluster. */
  readonly check: (profile: ExecutorProfile) => void
  readonly publish: (event: SparkListenerEvent) => void
  readonly log: Log
}

/**
 * The resource profiles that are used in an application. None is ever forgotten: they are few.
 *
 * @see ResourceProfileManager.scala in Spark
 */
export class ResourceProfileManager {
  readonly #props: ProfileManagerProps
  readonly #profiles = new Map<number, ResourceProfile>()

  /** @throws TROUPE_SPARK_PROFILE_UNSUPPORTED when a task takes more cores than an executor has */
  constructor(props: ProfileManagerProps) {
    this.#props = props
    const { taskCpus, executorCores } = props.defaults
    checkCores('spark.task.cpus', taskCpus, executorCores)
  }

  /**
   * Takes a profile that an RDD is to have.
   *
   * @throws TROUPE_SPARK_PROFILE_UNSUPPORTED when the master can't give what it asks for; TROUPE_SPARK_MEMORY_TOO_SMALL
   */
  add(profile: ResourceProfile): void {
    if (this.#profiles.has(profile.id)) return
    this.#checkSupport(profile)
    const { defaults, check, publish, log, isDynamic } = this.#props
    check(profile.executors)
    const cores = profile.executors.cores ?? defaults.executorCores
    checkCores(`resource profile ${profile.id}`, profile.taskCpus ?? defaults.taskCpus, cores)
    if (isDynamic && cores === undefined) {
      log.write(
        'warn',
        `Neither resource profile ${profile.id} nor spark.executor.cores says how many cores an executor has: each takes what its worker has, and there may be more than are needed`,
      )
    }
    this.#profiles.set(profile.id, profile)
    publish({ type: 'SparkListenerResourceProfileAdded', resourceProfile: profile.listened })
  }

  /** Undefined for the default one, and for one that is not used. */
  get(profileId: number): ResourceProfile | undefined {
    return this.#profiles.get(profileId)
  }

  /** Cores that each task of a profile takes. */
  cpusOf(profileId: number): number {
    return this.#profiles.get(profileId)?.taskCpus ?? this.#props.defaults.taskCpus
  }

  /** Cores of an executor of a profile, where that is known before one has come. */
  coresOf(profileId: number): number | undefined {
    return this.#profiles.get(profileId)?.executors.cores ?? this.#props.defaults.executorCores
  }

  /**
   * What a stage takes whose RDDs have these profiles; undefined for a core of any executor of the default one.
   *
   * @throws TROUPE_SPARK_PROFILE_CONFLICT when there are several, and these are not to be merged
   */
  ofStage(profileIds: readonly number[]): StageResources | undefined {
    const profile = this.#one(profileIds)
    const profileId = profile?.id ?? DEFAULT_PROFILE_ID
    const cpus = this.cpusOf(profileId)
    if (profile === undefined) {
      return cpus === 1 ? undefined : { profileId, executorProfileId: profileId, cpus }
    }
    const isAnywhere = profile instanceof TaskResourceProfile && !this.#props.isDynamic
    return { profileId, executorProfileId: isAnywhere ? DEFAULT_PROFILE_ID : profileId, cpus }
  }

  #one(profileIds: readonly number[]): ResourceProfile | undefined {
    const profiles = profileIds.flatMap((id) => this.#profiles.get(id) ?? [])
    if (profiles.length <= 1) return profiles[0]
    if (!this.#props.merges) throw conflict(profileIds)
    const merged = mergedProfile(profiles)
    for (const known of this.#profiles.values()) if (known.resourcesEqual(merged)) return known
    this.add(merged)
    return merged
  }

  #checkSupport(profile: ResourceProfile): void {
    const { master, support, isDynamic } = this.#props
    const [custom] = profile.customResources
    if (custom !== undefined) {
      const why = `it asks for ${custom}, and no master gives executors or tasks anything but cores and memory. Leave it out`
      throw unsupported(profile, why)
    }
    const isOfTasks = profile instanceof TaskResourceProfile && !isDynamic
    if (isOfTasks && support === 'none') {
      const why = `TaskResourceProfiles are only supported for Standalone, Yarn and Kubernetes cluster for now when dynamic allocation is disabled; this is ${master}. Use spark://…, local-cluster[n,c,m] or coarse-grained mesos://…, or spark.task.cpus for all tasks alike`
      throw unsupported(profile, why)
    }
    if (!isOfTasks && !(isDynamic && support === 'executors')) {
      const why = `ResourceProfiles are only supported on YARN and Kubernetes and Standalone with dynamic allocation enabled; this is ${master}${isDynamic ? '' : ', and spark.dynamicAllocation.enabled is false'}. Ask for task resources only, or set spark.executor.* for all executors alike`
      throw unsupported(profile, why)
    }
  }
}

/** Nothing would ever run. @see ResourceUtils.validateTaskCpusLargeEnough in Spark */
function checkCores(where: string, cpus: number, cores: number | undefined): void {
  if (cores === undefined || cpus <= cores) return
  throw new SparkError(
    'TROUPE_SPARK_PROFILE_UNSUPPORTED',
    `The number of cores per executor (=${cores}) has to be >= the number of cpus per task = ${cpus} (${where})`,
    { data: { cores, cpus } },
  )
}

function unsupported({ id }: ResourceProfile, why: string): SparkError {
  return new SparkError(
    'TROUPE_SPARK_PROFILE_UNSUPPORTED',
    `Resource profile ${id} can't be used: ${why}`,
    { data: { profileId: id } },
  )
}

function conflict(profileIds: readonly number[]): SparkError {
  return new SparkError(
    'TROUPE_SPARK_PROFILE_CONFLICT',
    `Multiple ResourceProfiles specified in the RDDs for this stage (${profileIds.join(', ')}), either resolve the conflicting ` +
      'ResourceProfiles yourself or enable spark.scheduler.resource.profileMergeConflicts, which asks of each resource for the most that any of them asks for',
    { data: { profileIds } },
  )
}
