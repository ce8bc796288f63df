import type { SchedulerCall, SchedulerEvent, SubscribeCall } from '../protocol/index.ts'

type WithoutFrameworkId<C> = C extends unknown ? Omit<C, 'framework_id'> : never

/** What a framework tells its driver: the v1 calls, to which the driver adds `framework_id`; and the end. */
export type SchedulerDriverMessage =
  | WithoutFrameworkId<Exclude<SchedulerCall, SubscribeCall>>
  /**
   * Ends the driver. The framework is torn down with its tasks; with `failover` it is only disconnected, and its
   * tasks go on for its `failover_timeout`.
   */
  | { readonly type: 'stop'; readonly failover?: boolean }

/** What a driver tells its framework. */
export type SchedulerDriverEvent =
  | SchedulerEvent
  /** The master is gone for now; offers are void. SUBSCRIBED tells when it is back. */
  | { readonly type: 'DISCONNECTED'; readonly reason: string }
