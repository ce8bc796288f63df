import type { ActorSystem } from '../actor-system.ts'
import type {
  BlockThreadFault,
  CorruptFault,
  CrashNodeFault,
  CutLinkFault,
  DelayFault,
  DropFault,
  DuplicateFault,
  FailDiskFault,
  FailFault,
  Fault,
  FillDiskFault,
  FreezeFault,
  HalfOpenLinkFault,
  KillActorFault,
  KillProcessFault,
  KillThreadFault,
  ResetLinkFault,
  RestartNodeFault,
  SkewClockFault,
  SlowDiskFault,
  SlowLinkFault,
  SlowNodeFault,
  TearWriteFault,
} from './fault.ts'
import type { FaultHandle } from './fault-handle.ts'
import { FaultInjector } from './injection.ts'
import { rimOf } from './targets.ts'
import type { FaultTargets } from './targets.ts'

/** The fields of a fault that are not said by the word and its arguments. */
type Rest<F extends Fault, Said extends keyof F = never> = Omit<F, 'type' | Said>

/**
 * Faults in words, for tests. Each word injects one fault and returns it; what it does, when, and in which units, is
 * told at its type (`failOn` at `FailFault`, …). Whatever is still in effect ends with `stop`.
 */
export class FaultInjection extends FaultInjector {
  /** @see {@link FailFault} */
  failOn(actor: string, rest: Rest<FailFault, 'actor'> = {}): FaultHandle<FailFault> {
    return this.inject<FailFault>({ type: 'fail', actor, ...rest })
  }

  /** @see {@link DelayFault} */
  delay(
    actor: string,
    delayMs: number,
    rest: Rest<DelayFault, 'actor' | 'delayMs'> = {},
  ): FaultHandle<DelayFault> {
    return this.inject<DelayFault>({ type: 'delay', actor, delayMs, ...rest })
  }

  /** @see {@link DropFault} */
  drop(actor: string, rest: Rest<DropFault, 'actor'> = {}): FaultHandle<DropFault> {
    return this.inject<DropFault>({ type: 'drop', actor, ...rest })
  }

  /** @see {@link DuplicateFault} */
  duplicate(actor: string, rest: Rest<DuplicateFault, 'actor'> = {}): FaultHandle<DuplicateFault> {
    return this.inject<DuplicateFault>({ type: 'duplicate', actor, ...rest })
  }

  /** @see {@link CorruptFault} */
  corrupt(actor: string, rest: Rest<CorruptFault, 'actor'> = {}): FaultHandle<CorruptFault> {
    return this.inject<CorruptFault>({ type: 'corrupt', actor, ...rest })
  }

  /** @see {@link KillActorFault} */
  killActor(actor: string, rest: Rest<KillActorFault, 'actor'> = {}): FaultHandle<KillActorFault> {
    return this.inject<KillActorFault>({ type: 'kill-actor', actor, ...rest })
  }

  /** @see {@link KillThreadFault} */
  killThread(rest: Rest<KillThreadFault> = {}): FaultHandle<KillThreadFault> {
    return this.inject<KillThreadFault>({ type: 'kill-thread', ...rest })
  }

  /** @see {@link BlockThreadFault} */
  blockThread(
    forMs: number,
    rest: Rest<BlockThreadFault, 'forMs'> = {},
  ): FaultHandle<BlockThreadFault> {
    return this.inject<BlockThreadFault>({ type: 'block-thread', forMs, ...rest })
  }

  /** @see {@link KillProcessFault} */
  killProcess(
    node: string,
    rest: Rest<KillProcessFault, 'node'> = {},
  ): FaultHandle<KillProcessFault> {
    return this.inject<KillProcessFault>({ type: 'kill-process', node, ...rest })
  }

  /** @see {@link CrashNodeFault} */
  crashNode(node: string, rest: Rest<CrashNodeFault, 'node'> = {}): FaultHandle<CrashNodeFault> {
    return this.inject<CrashNodeFault>({ type: 'crash-node', node, ...rest })
  }

  /** @see {@link RestartNodeFault} */
  restartNode(
    node: string,
    rest: Rest<RestartNodeFault, 'node'> = {},
  ): FaultHandle<RestartNodeFault> {
    return this.inject<RestartNodeFault>({ type: 'restart-node', node, ...rest })
  }

  /** @see {@link FreezeFault} */
  freeze(node: string, rest: Rest<FreezeFault, 'node'> = {}): FaultHandle<FreezeFault> {
    return this.inject<FreezeFault>({ type: 'freeze', node, ...rest })
  }

  /** @see {@link SlowNodeFault} */
  slowNode(
    node: string,
    runRatio: number,
    rest: Rest<SlowNodeFault, 'node' | 'runRatio'> = {},
  ): FaultHandle<SlowNodeFault> {
    return this.inject<SlowNodeFault>({ type: 'slow-node', node, runRatio, ...rest })
  }

  /** @see {@link CutLinkFault} */
  cutLink(
    from: string,
    to: string,
    rest: Rest<CutLinkFault, 'from' | 'to'> = {},
  ): FaultHandle<CutLinkFault> {
    return this.inject<CutLinkFault>({ type: 'cut-link', from, to, ...rest })
  }

  /** @see {@link ResetLinkFault} */
  resetLink(
    from: string,
    to: string,
    rest: Rest<ResetLinkFault, 'from' | 'to'> = {},
  ): FaultHandle<ResetLinkFault> {
    return this.inject<ResetLinkFault>({ type: 'reset-link', from, to, ...rest })
  }

  /** @see {@link SlowLinkFault} */
  slowLink(
    from: string,
    to: string,
    rest: Rest<SlowLinkFault, 'from' | 'to'>,
  ): FaultHandle<SlowLinkFault> {
    return this.inject<SlowLinkFault>({ type: 'slow-link', from, to, ...rest })
  }

  /** @see {@link HalfOpenLinkFault} */
  halfOpenLink(
    from: string,
    to: string,
    rest: Rest<HalfOpenLinkFault, 'from' | 'to'> = {},
  ): FaultHandle<HalfOpenLinkFault> {
    return this.inject<HalfOpenLinkFault>({ type: 'half-open-link', from, to, ...rest })
  }

  /** @see {@link FillDiskFault} */
  fillDisk(node: string, rest: Rest<FillDiskFault, 'node'> = {}): FaultHandle<FillDiskFault> {
    return this.inject<FillDiskFault>({ type: 'fill-disk', node, ...rest })
  }

  /** @see {@link FailDiskFault} */
  failDisk(node: string, rest: Rest<FailDiskFault, 'node'> = {}): FaultHandle<FailDiskFault> {
    return this.inject<FailDiskFault>({ type: 'fail-disk', node, ...rest })
  }

  /** @see {@link SlowDiskFault} */
  slowDisk(
    node: string,
    delayMs: number,
    rest: Rest<SlowDiskFault, 'node' | 'delayMs'> = {},
  ): FaultHandle<SlowDiskFault> {
    return this.inject<SlowDiskFault>({ type: 'slow-disk', node, delayMs, ...rest })
  }

  /** @see {@link TearWriteFault} */
  tearWrite(node: string, rest: Rest<TearWriteFault, 'node'> = {}): FaultHandle<TearWriteFault> {
    return this.inject<TearWriteFault>({ type: 'tear-write', node, ...rest })
  }

  /** @see {@link SkewClockFault} */
  skewClock(
    node: string,
    offsetMs: number,
    rest: Rest<SkewClockFault, 'node' | 'offsetMs'> = {},
  ): FaultHandle<SkewClockFault> {
    return this.inject<SkewClockFault>({ type: 'skew-clock', node, offsetMs, ...rest })
  }
}

/**
 * The way to break things on purpose, in a system, a world in memory, or whatever else a test holds:
 *
 *     await using chaos = faults(system)
 *     chaos.failOn('/user/store', { message: 'Reserve', nth: 3 })
 *     …
 *     chaos.expectAllFired()
 *
 * @throws TROUPE_FAULT_NO_TARGET for a process that can't be meant
 */
export function faults(target: ActorSystem | FaultTargets): FaultInjection {
  return new FaultInjection(rimOf(target))
}

/**
 * The same with faults as data, all at once.
 * @throws TROUPE_FAULT_INVALID, TROUPE_FAULT_NO_TARGET; nothing is injected then
 */
export function injectFaults(
  target: ActorSystem | FaultTargets,
  given: readonly Fault[],
): FaultInjection {
  const injection = faults(target)
  injection.injectAll(given)
  return injection
}
