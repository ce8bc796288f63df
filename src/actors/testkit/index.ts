/**
 * The test kit (`import … from 'troupe/testkit'`): test actors without sleeping.
 *
 * {@link testSystem} makes a system in a world in memory, whose time stands still until the test moves it.
 * {@link TestProbe} is an actor that stands in for any other and says what it got. {@link Gate} holds a handler up until the
 * test lets it go. `intercept` and `drop` see messages before their mailboxes do, `events` keeps what the system
 * publishes, `ledgerBalanced` tells whether every message has its one fate. {@link simulate} runs whole systems under a
 * seed while things go wrong (see `../simulation`).
 *
 * {@link faults} breaks things on purpose, in what stands in memory and in what is real, with the same words; see
 * `docs/fault-injection.md`.
 *
 * Guarantee: the same test does the same turns in the same order, on every machine.
 */
export { testSystem, TestSystem } from './test-system.ts'
export type { TestSystemOptions } from './test-system.ts'
export { TestProbe } from './test-probe.ts'
export { Gate } from './gate.ts'
export { EventLog } from './event-log.ts'
export { TestKitError } from './errors.ts'
export { memoryEnvironment } from '../../platform/index.ts'
export type { MemoryEnvironmentOptions, MemoryWorld } from '../../platform/index.ts'
export {
  SimulationError,
  checkPlan,
  describePlanned,
  equalResults,
  plannedFaults,
  sequencePage,
  sequenceText,
  shrinkFaults,
  simulate,
  traceLine,
} from '../simulation/index.ts'
export type {
  Check,
  FaultBounds,
  FaultTemplate,
  InjectedFault,
  NodeKeeping,
  PlannedFault,
  Play,
  Range,
  Scenario,
  ScenarioWorld,
  SequencePage,
  ShrinkOptions,
  Shrunk,
  SimulateOptions,
  SimulationResult,
  SimulationStats,
  Stage,
  TraceEvent,
  TraceKind,
  Violation,
} from '../simulation/index.ts'
export {
  checkFault,
  checkFaults,
  describeFault,
  FaultError,
  FaultInjection,
  FaultProxy,
  faultProxy,
  faults,
  faultTypes,
  faultyEnvironment,
  formatReport,
  FaultHandle,
  injectFaults,
} from '../faults/index.ts'
export type {
  Fault,
  FaultOutcome,
  FaultProxyOptions,
  FaultReport,
  FaultTargets,
  FaultTrigger,
  FaultType,
  FaultyEnvironment,
} from '../faults/index.ts'
