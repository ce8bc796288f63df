import { LocalBackend, type SchedulerBackend } from '../backend/index.ts'
import { ThreadTaskRunner } from '../executor/index.ts'
import { SparkError } from '../errors.ts'
import type { MasterUrl, SparkSettings } from './spark-conf.ts'

/** The backend that a master's URL stands for. */
export function chooseBackend(master: MasterUrl, _settings: SparkSettings): SchedulerBackend {
  if (master.type === 'local') {
    return new LocalBackend(
      master.threads,
      (slots, tasks, { system }, readRemote) =>
        new ThreadTaskRunner(slots, system.environment, tasks, readRemote),
    )
  }
  throw new SparkError('TROUPE_SPARK_MASTER_UNKNOWN', 'mesos:// is not there yet')
}
