import { nodeStatusLine, type Environment } from '../../platform/index.ts'
import type { ListenerBus, SparkStatusTracker } from '../events/index.ts'
import { ConsoleProgress } from '../progress/index.ts'
import { confValue, type SparkConf } from './conf/index.ts'

/**
 * Shows bars of running stages where `spark.ui.showConsoleProgress` says so and standard error is a terminal; returns the way to
 * stop that. `tracker` must hear of events before.
 *
 * @throws TROUPE_SPARK_ARGUMENT_INVALID
 */
export function showProgress(
  conf: SparkConf,
  { clock, processes }: Environment,
  listeners: ListenerBus,
  tracker: SparkStatusTracker,
): () => void {
  const updateMs = confValue(conf, 'spark.ui.consoleProgress.update.interval')
  const isWanted = confValue(conf, 'spark.ui.showConsoleProgress')
  if (!isWanted || !processes.stderr.isTerminal) return () => {}
  const progress = new ConsoleProgress({ tracker, clock, line: nodeStatusLine(), updateMs })
  const remove = listeners.add(progress.listener)
  return () => {
    remove()
    progress.close()
  }
}
