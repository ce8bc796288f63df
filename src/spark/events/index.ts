/**
 * The listener bus: what happens in an application, in order, for progress bars, reports and logs.
 *
 * Guarantees: events are published where the decision falls, before its effects are seen elsewhere; each carries
 * the reason of its decision; a listener that throws is logged and harms nobody.
 */
export { ListenerBus } from './listener-bus.ts'
export type { SparkEvent, SparkListener, StageInfo, TaskInfo } from './spark-events.ts'
