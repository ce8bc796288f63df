/** The executor registry: the driver's end of all executors and the broker of their slots. Its state is pure. */
export { executorRegistry } from './executor-registry.ts'
export type { ExecutorRegistryProps, RegistryMessage } from './executor-registry.ts'
export { DEFAULT_HEALTH, emptyHealth, healthTransition, nextEndMs, whyExcluded } from './health.ts'
export type {
  ExecutorFailures,
  HealthEffect,
  HealthEvent,
  HealthSettings,
  HealthState,
} from './health.ts'
export type {
  ExecutorEvent,
  ExecutorRegistryMessage,
  LenderMessage,
  LendingMessage,
  SessionCommand,
  SlotsOffered,
  WantSlots,
} from './protocol.ts'
export { emptySlots, slotsTransition } from './slots.ts'
export type { LentSlots, SlotsEffect, SlotsEvent, SlotsState } from './slots.ts'
