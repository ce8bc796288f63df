/**
 * Simulation: whole systems in one thread, under a seed and a virtual clock, while things go wrong.
 *
 * A {@link Scenario} says how its systems are built, what they do, which faults they must stand and what must be true.
 * {@link simulate} runs it under one seed, which decides everything that chance decides. Guarantee: the same seed gives
 * the same trace, byte for byte, on any machine. {@link shrinkFaults} makes the faults of a failing seed few and
 * small; {@link sequenceText} and {@link sequencePage} show its last moments.
 *
 * Words: the *stage* is what a scenario builds on; the *twin* is the same run without faults, whose result is the one to
 * be expected; a *plan* is the list of faults, as plain data.
 */
export { simulate, plannedFaults } from './simulate.ts'
export type { SimulateOptions, SimulationResult, SimulationStats } from './simulate.ts'
export type { Violation } from './one-run.ts'
export type { Check, NodeKeeping, Play, Scenario, ScenarioWorld, Stage } from './scenario.ts'
export type { FaultBounds, FaultTemplate, PlannedFault, Range } from './fault-bounds.ts'
export type { InjectedFault } from './fault-runner.ts'
export type { TraceEvent, TraceKind } from './trace.ts'
export { traceLine } from './trace.ts'
export { shrinkFaults } from './shrink.ts'
export type { ShrinkOptions, Shrunk } from './shrink.ts'
export { sequenceText } from './sequence.ts'
export { sequencePage } from './sequence-page.ts'
export type { SequencePage } from './sequence-page.ts'
export { describePlanned } from './describe-planned.ts'
export { checkPlan } from './check-plan.ts'
export { equalResults } from './equal.ts'
export { SimulationError } from './errors.ts'
