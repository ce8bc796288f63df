/**
 * Faults: what can go wrong, as words, and ways to make it go wrong on purpose.
 *
 * A {@link Fault} is plain data, named as the field names it (Toxiproxy's toxics, Chaos Mesh's kinds, Jepsen's
 * nemeses): messages that fail, are late, lost, doubled or damaged; actors, threads and processes that end or
 * stand still; links that are cut, slow or half open; disks that are full or broken; clocks that are wrong. Each
 * begins at once, after a time, or at the nth message or event ({@link FaultTrigger}).
 *
 * Guarantees: the same word has the same effect on a real system and on a simulated one, as far as its docstring
 * does not say otherwise; a fault with a misspelt or missing field is refused before anything is injected.
 */
export type {
  ActorFault,
  AfterTime,
  AtEvent,
  AtMessage,
  BlockThreadFault,
  ClockFault,
  CorruptFault,
  CrashNodeFault,
  CutLinkFault,
  DelayFault,
  DiskFault,
  DiskOperation,
  DiskSelection,
  DropFault,
  DuplicateFault,
  FailDiskFault,
  FailFault,
  Fault,
  FaultTrigger,
  FaultType,
  FillDiskFault,
  FreezeFault,
  HalfOpenLinkFault,
  KillActorFault,
  KillProcessFault,
  KillThreadFault,
  LinkDirection,
  LinkFault,
  LinkSelection,
  MessageFault,
  MessageMatch,
  MessageSelection,
  ProcessFault,
  ResetLinkFault,
  RestartNodeFault,
  SkewClockFault,
  SlowDiskFault,
  SlowLinkFault,
  SlowNodeFault,
  TearWriteFault,
} from './fault.ts'
export { faults, FaultInjection, injectFaults } from './words.ts'
export { FaultHandle } from './fault-handle.ts'
export type { FaultOutcome } from './fault-handle.ts'
export { formatReport } from './report.ts'
export type { FaultReport } from './report.ts'
export type { FaultTargets } from './targets.ts'
export { FaultProxy, faultProxy } from './fault-proxy.ts'
export type { FaultProxyOptions } from './fault-proxy.ts'
export { faultyEnvironment } from './faulty-environment.ts'
export type { FaultControls, FaultyEnvironment } from './faulty-environment.ts'
export { FaultError } from './errors.ts'
export { checkFault, checkFaults, faultTypes } from './validate.ts'
export { describeFault } from './describe.ts'
export { diskJudge } from './disk-effects.ts'
export { MessageFaultAtWork } from './message-faults.ts'
export { pathPattern, wordPattern } from './patterns.ts'
export type { PathTest } from './patterns.ts'
