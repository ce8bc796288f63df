import type { Log } from '../../platform/index.ts'
import type { SchedulerBackend } from '../backend/index.ts'
import { invalidArgument } from '../errors.ts'
import type { ListenerBus } from '../events/index.ts'
import type { Lineage } from '../rdd/index.ts'
import { ResourceProfileManager, type ResourcesByRdd } from '../resources/index.ts'
import { cutStages } from '../scheduler/index.ts'
import { confValue, type SparkConf } from './conf/index.ts'
import type { SparkSettings } from './spark-conf.ts'
import { storageSettings } from './storage-conf.ts'

/** Of what a context's profiles are made. */
interface ProfilesProps {
  readonly master: string
  readonly conf: SparkConf
  readonly settings: SparkSettings
  readonly backend: SchedulerBackend
  readonly listeners: ListenerBus
  readonly log: Log
}

const MIB = 2 ** 20
const CUSTOM_RESOURCE = /^spark\.(driver|executor|task)\.resource\./

/**
 * The resource profiles of a context.
 *
 * @throws TROUPE_SPARK_ARGUMENT_INVALID for resources that no executor has; TROUPE_SPARK_PROFILE_UNSUPPORTED
 */
export function resourceProfiles(props: ProfilesProps): ResourceProfileManager {
  const { master, conf, settings, backend, listeners, log } = props
  for (const [key, value] of Object.entries(conf)) {
    if (!CUSTOM_RESOURCE.test(key)) continue
    const accepted = 'nothing: executors and tasks have cores and memory, and no other resources'
    throw invalidArgument(key, value, accepted)
  }
  const { taskCpus, storage, executorMemoryMb } = settings
  const isDynamic = confValue(conf, 'spark.dynamicAllocation.enabled')
  return new ResourceProfileManager({
    master,
    support: backend.profileSupport ?? 'none',
    isDynamic: isDynamic && backend.requestTotalExecutors !== undefined,
    merges: confValue(conf, 'spark.scheduler.resource.profileMergeConflicts'),
    defaults: { taskCpus, executorCores: backend.executorSlots },
    check: (profile) => {
      const { memoryMb = executorMemoryMb, offHeapMb } = profile
      if (profile.memoryMb !== undefined)
        storageSettings(storage, memoryMb * MIB, 'executor', offHeapMb)
      backend.checkProfile?.(profile)
    },
    publish: listeners.publish,
    log,
  })
}

/**
 * What the stages of a job take; undefined where all of them take the default.
 *
 * @throws TROUPE_SPARK_PROFILE_CONFLICT, and what {@link ResourceProfileManager.add} throws for one that was merged
 */
export function resourcesOfStages(
  lineage: Lineage,
  finalRddId: number,
  profiles: ResourceProfileManager,
): ResourcesByRdd | undefined {
  const hasProfiles = [...lineage.values()].some((one) => one.resourceProfileId !== undefined)
  if (!hasProfiles && profiles.ofStage([]) === undefined) return undefined
  const { result, shuffleMaps } = cutStages(lineage, finalRddId)
  const found = new Map<number, NonNullable<ReturnType<ResourceProfileManager['ofStage']>>>()
  for (const { rddId, rdds } of [...shuffleMaps.values(), result]) {
    const ids = rdds.map((one) => one.rddId).sort((a, b) => a - b)
    const asked = ids.flatMap((id) => lineage.get(id)?.resourceProfileId ?? [])
    const resources = profiles.ofStage([...new Set(asked)])
    if (resources !== undefined) found.set(rddId, resources)
  }
  return found
}
