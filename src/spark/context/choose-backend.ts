import { LocalBackend, type SchedulerBackend } from '../backend/index.ts'
import { InlineTaskRunner } from '../executor/index.ts'
import { SparkError } from '../errors.ts'
import type { MasterUrl, SparkSettings } from './spark-conf.ts'

/** The backend that a master's URL stands for. */
export function chooseBackend(master: MasterUrl, _settings: SparkSettings): SchedulerBackend {
  if (master.type === 'local') {
    return new LocalBackend(
      master.threads,
      (slots, environment, { stages }) =>
        new InlineTaskRunner(slots, environment, (binary) => stages.unpack(binary)),
    )
  }
  throw new SparkError('TROUPE_SPARK_MASTER_UNKNOWN', 'mesos:// is not there yet')
}
