/**
 * The framework's side of the scheduler API.
 *
 * A {@link schedulerDriver} subscribes to a master and hands the v1 events to the framework's own actor, which answers by
 * telling the driver v1 calls. What lies between is the business of `openMaster`: {@link connectScheduler} speaks to a master of
 * the house by its own line, {@link connectMesos} to any Mesos master by v1 HTTP.
 *
 * Guarantees: events in order; a status at least once until acknowledged; after a broken session the framework goes on
 * under its id, within its `failover_timeout`, and hears of each of its tasks; a call that could not be made is not lost in
 * silence.
 */
export { connectScheduler, schedulerDriver } from './scheduler-driver.ts'
export { connectMesos } from './http-master.ts'
export type { HttpMasterOptions } from './http-master.ts'
export { withFarewell } from './farewell.ts'
export type { Farewell } from './farewell.ts'
export type { SchedulerDriverSettings } from './scheduler-driver.ts'
export type { SchedulerDriverEvent, SchedulerDriverMessage } from './protocol.ts'
