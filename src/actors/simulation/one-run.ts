import {
  isTroupeError,
  memoryEnvironment,
  onUnhandledRejection,
  seededRandom,
} from '../../platform/index.ts'
import type { Environment, MemoryNodeStart, MemoryWorld } from '../../platform/index.ts'
import type { AnyRef } from '../actor-ref.ts'
import { Cell } from '../cell.ts'
import { SimulationError } from './errors.ts'
import { FaultRunner } from './fault-runner.ts'
import type { InjectedFault } from './fault-runner.ts'
import type { PlannedFault } from './fault-bounds.ts'
import { ledgersBalance, leftOver, watchesAnswered } from './invariants.ts'
import { Observation } from './observation.ts'
import type { ObservationCounts } from './observation.ts'
import type { Check, NodeKeeping, Play, Scenario, Stage } from './scenario.ts'
import { Trace } from './trace.ts'
import type { TraceEvent } from './trace.ts'

/** Something that did not hold. */
export interface Violation {
  /** Which invariant: what tells violations apart. */
  readonly invariant: string
  readonly what: string
  readonly atMs: number
  /** The error that it comes from, with its stack; no part of the trace. */
  readonly error?: unknown
}

export interface RunOptions {
  readonly plan: readonly PlannedFault[]
  /** Events that are kept. */
  readonly keep?: number | undefined
  /** Keep the messages' contents in short, too. Slower. */
  readonly withDetail?: boolean | undefined
  readonly onLine?: ((line: string) => void) | undefined
}

export interface RunOutcome<R> {
  readonly result: R | undefined
  readonly violations: readonly Violation[]
  readonly traceHash: string
  readonly events: number
  readonly turns: number
  readonly virtualMs: number
  readonly counts: ObservationCounts
  readonly injected: readonly InjectedFault[]
  readonly lastMoments: readonly TraceEvent[]
}

const CHECK_EVERY_MS = 250
/** Time for what was under way, before things count as being at rest. */
const REST_MS = 2_000
/** How long what is left over may take to go by itself: asks run into their deadlines, links linger. */
const LEFT_OVER_MS = 40_000
const LOOK_EVERY_MS = 10
const SYNC_DELAY = { minMs: 0.1, maxMs: 20 }
const LINK_DELAY = { minMs: 0.1, maxMs: 3 }

interface Invariant {
  readonly invariant: string
  readonly check: Check
}

/** Ends a run at its first violation. */
class Ended extends SimulationError {
  constructor() {
    super('TROUPE_SIMULATION_ENDED', 'The run ends with its first violation.')
  }
}

/** One scenario under one seed, with these faults; undisturbed and unwatched as a twin. */
export class OneRun<R> implements Stage {
  readonly world: MemoryWorld
  readonly seed: number
  readonly random: Stage['random']
  readonly isTwin: boolean
  readonly violations: Violation[] = []
  readonly #scenario: Scenario<R>
  readonly #options: RunOptions
  readonly #trace: Trace
  readonly #observation: Observation
  readonly #faults: FaultRunner
  /** Nodes that are started again whenever they have ended, with how long after. */
  readonly #keeps: Map<string, number> = new Map()
  readonly #boots: Map<string, () => void> = new Map()
  readonly #always: (Invariant & { readonly everyMs: number | undefined })[] = []
  readonly #atRest: Invariant[] = []
  readonly #ended: Promise<never>
  #phase: 'start' | 'run' | 'stop' = 'start'
  #end: (ended: Ended) => void = () => undefined

  constructor(scenario: Scenario<R>, seed: number, options: RunOptions | 'twin') {
    this.#scenario = scenario
    this.seed = seed
    this.isTwin = options === 'twin'
    this.#options = options === 'twin' ? { plan: [] } : options
    const isShared = scenario.twin === 'once'
    this.random = seededRandom(isShared ? 'workload' : `${seed}/workload`)
    const { keep, onLine, withDetail = false } = this.#options
    this.#trace = new Trace(() => this.world.clock.now(), {
      ...(keep === undefined ? {} : { keep }),
      onLine,
    })
    this.#observation = new Observation(this.#trace, seededRandom(`${seed}/schedule`), withDetail)
    this.world = memoryEnvironment({
      ...scenario.world,
      seed,
      runLimitMs: scenario.limitMs,
      delay: this.isTwin ? 1 : (scenario.world?.delay ?? LINK_DELAY),
      syncDelay: this.isTwin ? 0 : SYNC_DELAY,
      segments: this.isTwin ? 'as-written' : 'random',
      ...(this.isTwin ? {} : { simulation: this.#observation }),
    })
    this.#faults = new FaultRunner({
      world: this.world,
      random: seededRandom(`${seed}/messages`),
      systems: () => this.#observation.living,
      restart: (node) => this.#restart(node),
      happened: (kind, node, what) => {
        const place = node === '' ? undefined : this.#observation.placeOf(node)
        this.#trace.add(kind, place, undefined, what)
      },
    })
    this.#observation.interfere = (node, recipient, message) =>
      this.#faults.interfere(node, recipient, message)
    this.#observation.onNodeEnded = (node) => {
      const restartMs = this.#keeps.get(node)
      if (restartMs === undefined) return
      const restart = (): void => {
        if (this.#keeps.has(node)) this.#restart(node)
      }
      this.world.clock.setTimer(restartMs, restart, { background: true })
    }
    this.#ended = new Promise((_resolve, reject) => {
      this.#end = reject
    })
    this.#ended.catch(() => undefined)
  }

  async run(): Promise<RunOutcome<R>> {
    const off = onUnhandledRejection((error) =>
      this.violated('no promise is rejected unheard', reasonOf(error)),
    )
    let result: R | undefined
    try {
      result = await this.#play()
    } catch (error) {
      if (!(error instanceof Ended)) this.#broke(error)
    } finally {
      off()
    }
    return {
      result,
      violations: this.violations,
      traceHash: this.#trace.digest,
      events: this.#trace.events,
      turns: this.world.turns(),
      virtualMs: this.world.clock.now(),
      counts: this.#observation.counts,
      injected: this.#faults.injected,
      lastMoments: this.#trace.last(),
    }
  }

  async #play(): Promise<R> {
    const play = await this.#until(Promise.resolve(this.#scenario.start(this)))
    if (!isPlay(play)) {
      throw new SimulationError(
        'TROUPE_SIMULATION_SCENARIO',
        `The start of the scenario ${this.#scenario.name} has returned no play: it takes { run, stop }, two functions`,
        { data: { scenario: this.#scenario.name } },
      )
    }
    this.#phase = 'run'
    this.#checkOften()
    this.#faults.start(this.#options.plan)
    const result = await this.#until(play.run())
    this.#faults.end()
    if (this.isTwin) {
      this.#phase = 'stop'
      await this.#until(play.stop())
      return result
    }
    await this.world.advance(this.#scenario.restMs ?? REST_MS)
    this.#check([...this.#generic(), ...this.#always, ...this.#atRest])
    this.#check([
      {
        invariant: 'watches are answered',
        check: () => watchesAnswered(this.#observation.living),
      },
    ])
    await this.#stop(play)
    return result
  }

  async #stop(play: Play<R>): Promise<void> {
    this.#keeps.clear()
    this.#phase = 'stop'
    await this.#until(play.stop())
    const left = (): string | undefined => leftOver(this.world, this.#observation.living)
    for (let waited = 0; waited < LEFT_OVER_MS && left() !== undefined; waited += 1_000) {
      await this.world.advance(1_000)
    }
    this.#check([...this.#generic(), { invariant: 'nothing is left over', check: left }])
  }

  #until<T>(promise: Promise<T>): Promise<T> {
    return this.world.until(Promise.race([promise, this.#ended]))
  }

  #broke(error: unknown): void {
    const isStalled =
      isTroupeError(error, 'TROUPE_PLATFORM_SIMULATION_STALLED') ||
      isTroupeError(error, 'TROUPE_PLATFORM_SIMULATION_STUCK')
    const invariant = isStalled ? 'the work gets done' : 'the work does not fail'
    const phase = this.#phase === 'run' ? '' : `in its ${this.#phase}: `
    this.#violated(invariant, phase + reasonOf(error), isStalled ? undefined : error)
  }

  #generic(): readonly Invariant[] {
    const check = (): string | undefined => ledgersBalance(this.#observation.living)
    return [{ invariant: 'every message has one fate', check }]
  }

  #check(checks: readonly Invariant[]): void {
    for (const invariant of checks) this.#look(invariant)
    if (this.violations.length > 0) throw new Ended()
  }

  #checkOften(): void {
    if (this.isTwin) return
    const everyTurn = this.#always.filter(({ everyMs }) => everyMs === undefined)
    if (everyTurn.length > 0) this.#observation.onTurn = () => this.#lookAt(everyTurn)
    const lookEvery = (ms: number, checks: readonly Invariant[]): void => {
      this.#lookAt(checks)
      this.world.clock.setTimer(ms, () => lookEvery(ms, checks), { background: true })
    }
    const timed = new Map<number, Invariant[]>([[CHECK_EVERY_MS, [...this.#generic()]]])
    for (const invariant of this.#always) {
      const { everyMs } = invariant
      if (everyMs === undefined) continue
      const together = timed.get(everyMs) ?? []
      timed.set(everyMs, together)
      together.push(invariant)
    }
    for (const [ms, checks] of timed) lookEvery(ms, checks)
  }

  #lookAt(checks: readonly Invariant[]): void {
    for (const invariant of checks) {
      if (this.#look(invariant)) this.#end(new Ended())
    }
  }

  /** Whether it does not hold. */
  #look({ invariant, check }: Invariant): boolean {
    let wrong: string | undefined
    try {
      wrong = check()
    } catch (error) {
      wrong = `it can't be checked: ${reasonOf(error)}`
    }
    if (wrong !== undefined) this.#violated(invariant, wrong)
    return wrong !== undefined
  }

  #violated(invariant: string, what: string, error?: unknown): void {
    if (this.violations.some((known) => known.invariant === invariant)) return
    this.#trace.add('violation', undefined, undefined, `${invariant}: ${what}`)
    const atMs = this.world.clock.now()
    this.violations.push({ invariant, what, atMs, ...(error === undefined ? {} : { error }) })
  }

  #restart(name: string): void {
    if (!this.isAlive(name)) this.#boots.get(name)?.()
  }

  // — Stage —

  environment(name: string, start?: MemoryNodeStart): Environment {
    return this.world.environment(name, start)
  }

  async node(
    name: string,
    boot: (environment: Environment) => void | Promise<void>,
    { restartMs, ...start }: MemoryNodeStart & NodeKeeping = {},
  ): Promise<void> {
    if (restartMs !== undefined) this.#keeps.set(name, restartMs)
    const started = async (): Promise<void> => boot(this.world.environment(name, start))
    this.#boots.set(name, () => {
      started().catch((error: unknown) => {
        if (this.isAlive(name)) this.violated('a node starts again', `${name}: ${reasonOf(error)}`)
      })
    })
    await started()
  }

  isAlive(name: string): boolean {
    return this.world.nodes().some((node) => node.name === name && node.isAlive)
  }

  pause(ms: number): Promise<void> {
    return new Promise((resolve) => void this.world.clock.setTimer(ms, resolve))
  }

  async when(isSo: () => boolean): Promise<void> {
    while (!isSo()) await this.pause(LOOK_EVERY_MS)
  }

  always(invariant: string, check: Check, often?: { readonly everyMs: number }): void {
    this.#always.push({ invariant, check, everyMs: often?.everyMs })
  }

  atRest(invariant: string, check: Check): void {
    this.#atRest.push({ invariant, check })
  }

  onMessage(look: (message: unknown, recipient: AnyRef, node: string) => void): void {
    this.#observation.lookers.push(look)
  }

  stateOf(node: string, path: string): unknown {
    for (const system of this.#observation.living) {
      if (system.node !== node) continue
      const found = system.core.facade.find(path)
      if (found instanceof Cell) return found.state
    }
    return undefined
  }

  violated(invariant: string, what: string): void {
    this.#violated(invariant, what)
    this.#end(new Ended())
  }

  note(text: string): void {
    this.#trace.add('note', undefined, undefined, text)
  }
}

function isPlay(play: unknown): play is Play {
  const { run, stop } = (play ?? {}) as Partial<Play>
  return typeof run === 'function' && typeof stop === 'function'
}

export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  const { code } = error as { readonly code?: unknown }
  const cause = error.cause === undefined ? '' : `; because: ${reasonOf(error.cause)}`
  return `${error.message}${typeof code === 'string' ? ` (${code})` : ''}${cause}`
}
