import { withDefault, type ConfEntries } from './conf-entry.ts'
import { listed } from './listed.ts'
import { flag, time } from './parsers.ts'

/** Keys of listeners, and of what executors tell of themselves. Times in ms. */
export interface MetricsKeys {
  readonly 'spark.executor.heartbeatInterval': number
  readonly 'spark.extraListeners': readonly string[]
  readonly 'spark.executor.metrics.pollingInterval': number
  readonly 'spark.executor.processTreeMetrics.enabled': boolean
}

export const METRICS_ENTRIES: ConfEntries<MetricsKeys> = {
  'spark.executor.heartbeatInterval': withDefault(
    time('ms', false),
    '10s',
    'how often executors tell of their memory, and of what running tasks have counted; less than `spark.network.timeout`',
  ),
  'spark.extraListeners': listed(
    'modules with listeners, parted by commas; their default export, or the one behind `#`',
  ),
  'spark.executor.metrics.pollingInterval': withDefault(
    time('ms', true),
    '0',
    'how often their memory is measured; 0: with each heartbeat',
  ),
  'spark.executor.processTreeMetrics.enabled': withDefault(
    flag,
    'false',
    'whether the memory of their processes, and of those that these start, is measured, where there is a /proc',
  ),
}
