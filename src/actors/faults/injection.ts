import type { ActorSystem } from '../actor-system.ts'
import type { AnyRef } from '../actor-ref.ts'
import { addInterceptor } from '../interception.ts'
import type { Interception } from '../interception.ts'
import { killActors, strikeThread, systemsOf } from './actor-effects.ts'
import { skewClock, strikeDisk } from './disk-effects.ts'
import type { Begin } from './effect.ts'
import { FaultError } from './errors.ts'
import type { Fault, MessageFault } from './fault.ts'
import { FaultHandle } from './fault-handle.ts'
import { strikeLink } from './link-effects.ts'
import { MessageFaultAtWork } from './message-faults.ts'
import { strikeProcess } from './process-effects.ts'
import { formatReport, neverFired } from './report.ts'
import type { FaultReport } from './report.ts'
import { MessageTest } from './selection.ts'
import type { Rim } from './targets.ts'
import { armTrigger } from './trigger.ts'
import type { MessageWatch } from './trigger.ts'
import { checkFault, checkFaults } from './validate.ts'

/** Looks at a message for one fault; undefined if it is none of its business. */
type Look = (
  node: string,
  recipient: AnyRef,
  message: unknown,
  isTaken: boolean,
) => Interception | undefined

/**
 * Injects faults, data in, and keeps account of what they did. {@link FaultInjection} has the words on top of it.
 */
export class FaultInjector {
  readonly #rim: Rim
  readonly #injected: FaultHandle[] = []
  readonly #looks: Set<Look> = new Set()
  readonly #ends: Set<() => void> = new Set()
  readonly #startMs: number
  #unhook: readonly (() => void)[] | undefined
  #isStopped = false

  /** @internal */
  constructor(rim: Rim) {
    this.#rim = rim
    this.#startMs = rim.clock.now()
  }

  /**
   * Injects a fault: at once, or when its trigger says so.
   * @throws TROUPE_FAULT_INVALID, TROUPE_FAULT_NO_TARGET, TROUPE_FAULT_STOPPED; nothing is injected then
   */
  inject<F extends Fault>(fault: F): FaultHandle<F> {
    this.#checkRunning()
    checkFault(fault)
    const begin = this.#beginOf(fault)
    const work = new FaultHandle(fault, () => this.#rim.clock.now() - this.#startMs)
    this.#injected.push(work)
    let end: (() => void) | undefined
    let disarm: (() => void) | undefined = undefined
    let isOver = false
    const stop = (): void => {
      if (isOver) return
      isOver = true
      this.#ends.delete(stop)
      disarm?.()
      end?.()
    }
    this.#ends.add(stop)
    work.onStop = stop
    const start = (): void => {
      disarm = undefined
      if (isOver) return
      end = begin(work)
      if ('forMs' in fault && fault.forMs !== undefined && end !== undefined) {
        const timer = this.#rim.clock.setTimer(fault.forMs, stop)
        disarm = () => {
          timer.cancel()
        }
      }
    }
    if (fault.at === undefined) start()
    else {
      disarm = armTrigger(fault.at, this.#rim, {
        isPrompt: isMessageFault(fault),
        start,
        watch: (watch) => this.#watch(watch),
      })
    }
    return work
  }

  /** All of them, in order; nothing is injected if one of them can't be. @throws as `inject` */
  injectAll(faults: readonly Fault[]): readonly FaultHandle[] {
    this.#checkRunning()
    for (const fault of checkFaults(faults)) this.#beginOf(fault)
    return faults.map((fault) => this.inject(fault))
  }

  /** What was injected so far, and what came of it. */
  get report(): FaultReport {
    const faults = this.#injected.map(({ outcome }) => outcome)
    return {
      seed: this.#rim.seed,
      faults,
      fired: faults.filter(({ count }) => count > 0),
      neverFired: faults.filter(({ count }) => count === 0),
    }
  }

  /**
   * Every fault has had its effect, so that the test has proved something.
   * @throws TROUPE_FAULT_NEVER_FIRED, with a line for each that has not
   */
  expectAllFired(): void {
    const { report } = this
    if (report.neverFired.length > 0) throw neverFired(report)
  }

  /**
   * Ends all effects, the last injected first: held messages go on, links heal, what was frozen goes on. Resolves to the
   * report when all is done. Faults that never fired are logged as a warning.
   */
  async stop(): Promise<FaultReport> {
    const isFirst = !this.#isStopped
    this.#isStopped = true
    for (const end of [...this.#ends].reverse()) end()
    for (const unhook of this.#unhook ?? []) unhook()
    this.#unhook = undefined
    await Promise.all(this.#rim.pending)
    const { report } = this
    if (isFirst && report.neverFired.length > 0) {
      this.#rim.environment?.log.write('warn', 'faults that never fired prove nothing', {
        report: formatReport({ ...report, faults: report.neverFired }),
      })
    }
    return report
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop()
  }

  #checkRunning(): void {
    if (!this.#isStopped) return
    throw new FaultError(
      'TROUPE_FAULT_STOPPED',
      'this injection of faults was stopped: call faults(…) again for another one',
    )
  }

  #beginOf(fault: Fault): Begin {
    const rim = this.#rim
    switch (fault.type) {
      case 'fail':
      case 'delay':
      case 'drop':
      case 'duplicate':
      case 'corrupt':
        return this.#beginMessages(fault)
      case 'kill-actor':
        return killActors(fault, rim)
      case 'kill-thread':
      case 'block-thread':
        return strikeThread(fault, rim)
      case 'kill-process':
      case 'crash-node':
      case 'restart-node':
      case 'freeze':
      case 'slow-node':
        return strikeProcess(fault, rim)
      case 'cut-link':
      case 'reset-link':
      case 'slow-link':
      case 'half-open-link':
        return strikeLink(fault, rim)
      case 'fill-disk':
      case 'fail-disk':
      case 'slow-disk':
      case 'tear-write':
        return strikeDisk(fault, rim)
      case 'skew-clock':
        return skewClock(fault, rim)
    }
  }

  #beginMessages(fault: MessageFault): Begin {
    systemsOf(this.#rim, fault.node)
    return (work) => {
      const atWork = new MessageFaultAtWork(fault, this.#rim.random, this.#rim.clock)
      const look: Look = (node, recipient, message, isTaken) => {
        const effect = atWork.look(node, recipient, message, isTaken)
        work.fire(atWork.fired - work.count)
        const { seen, missed } = atWork
        const taken = missed === 0 ? '' : `; ${missed} would have been, but another fault took them`
        if (seen > 0) work.failed(`${seen} messages fitted, none was hit${taken}`)
        return effect
      }
      this.#hook()
      this.#looks.add(look)
      work.failed('no message fitted')
      return () => {
        this.#looks.delete(look)
        atWork.end()
      }
    }
  }

  #watch({ match, onMessage }: MessageWatch): () => void {
    systemsOf(this.#rim, match.node)
    const test = new MessageTest(match)
    const look: Look = (node, recipient, message) => {
      if (test.fits(node, recipient, message)) onMessage(node)
      return undefined
    }
    this.#hook()
    this.#looks.add(look)
    return () => this.#looks.delete(look)
  }

  /** Only systems in which messages matter are slowed by looking at them. */
  #hook(): void {
    this.#unhook ??= [...this.#rim.systems].map(([node, system]) =>
      addInterceptor(system.core, (recipient, message) =>
        this.#intercept(node, system, recipient, message),
      ),
    )
  }

  /** All faults count the message; the one injected first that hits it decides. */
  #intercept(node: string, system: ActorSystem, recipient: AnyRef, message: unknown): Interception {
    if (this.#isLookedAtElsewhere(system, recipient)) return 'deliver'
    let fate: Interception = 'deliver'
    for (const look of [...this.#looks]) {
      const effect = look(node, recipient, message, fate !== 'deliver')
      if (effect !== undefined && fate === 'deliver') fate = effect
    }
    return fate
  }

  /** A message to an actor of another of the systems is looked at once, where it arrives. */
  #isLookedAtElsewhere(system: ActorSystem, recipient: AnyRef): boolean {
    if (this.#rim.systems.size < 2) return false
    const { path } = recipient
    if (path.startsWith(system.core.rootPath)) return false
    for (const { core } of this.#rim.systems.values()) {
      if (path.startsWith(core.rootPath)) return true
    }
    return false
  }
}

function isMessageFault(fault: Fault): boolean {
  return ['fail', 'delay', 'drop', 'duplicate', 'corrupt'].includes(fault.type)
}
