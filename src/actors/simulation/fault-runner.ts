import type { MemoryNodeInfo, MemoryWorld, Random } from '../../platform/index.ts'
import type { AnyRef } from '../actor-ref.ts'
import { Cell } from '../cell.ts'
import {
  describeFault,
  diskJudge,
  MessageFaultAtWork,
  pathPattern,
  wordPattern,
} from '../faults/index.ts'
import type { Fault, LinkDirection } from '../faults/index.ts'
import type { Interception } from '../interception.ts'
import { stopCell } from '../spawning.ts'
import type { SystemCore } from '../system-core.ts'
import { startOf } from './fault-bounds.ts'
import type { PlannedFault } from './fault-bounds.ts'

/** What the faults act on. */
export interface FaultStage {
  readonly world: MemoryWorld
  /** Chance within a fault: which message is hit, what is changed in it. */
  readonly random: Random
  /** The systems of nodes that live. */
  systems(): readonly { readonly node: string; readonly core: SystemCore }[]
  /** Starts a node anew that has ended; nothing if it lives, or stays away for good. */
  restart(node: string): void
  happened(kind: 'fault' | 'heal', node: string, what: string): void
}

/** A fault that was injected. */
export interface InjectedFault {
  readonly atMs: number
  /** What happened, and to whom. */
  readonly what: string
  /** Which of the plan, from 0. */
  readonly planned: number
}

const SLOW_PERIOD_MS = 100
/** How long a fault of messages, or of a disk without a time of its own, is on. */
const WHILE_MS = 1_000

/** Injects planned faults into a simulated world at their times, and heals them. */
export class FaultRunner {
  readonly injected: InjectedFault[] = []
  readonly #stage: FaultStage
  readonly #world: MemoryWorld
  /** What is still to be undone, in order. */
  readonly #healing: Set<() => void> = new Set()
  /** Pid, or link → how many faults hold it. */
  readonly #held: Map<string, number> = new Map()
  readonly #messageFaults: Set<MessageFaultAtWork> = new Set()
  #isOver = false

  constructor(stage: FaultStage) {
    this.#stage = stage
    this.#world = stage.world
  }

  start(plan: readonly PlannedFault[]): void {
    for (const [index, planned] of plan.entries()) {
      this.#later(startOf(planned), () => {
        if (!this.#isOver) this.#inject(planned, index)
      })
    }
  }

  /** Injects no further faults, and heals what is not healed yet. */
  end(): void {
    this.#isOver = true
    for (const heal of [...this.#healing]) heal()
  }

  #inject({ fault, pick, restartAfterMs }: PlannedFault, planned: number): void {
    const hit = this.#hit(fault, pick, restartAfterMs)
    const { at: _at, ...bare } = fault
    const what =
      hit === undefined
        ? `${describeFault(bare)}: nobody is there`
        : (hit.what ?? describeFault(renamed(bare, hit)))
    this.#stage.happened('fault', hit?.node ?? '', what)
    if (hit !== undefined) this.injected.push({ atMs: this.#world.clock.now(), what, planned })
  }

  #hit(
    fault: Fault,
    [first, second]: readonly [number, number],
    restartAfterMs: number | undefined,
  ): Hit | undefined {
    const world = this.#world
    switch (fault.type) {
      case 'kill-process': {
        const node = this.#pick(fault.node, first)
        if (node === undefined) return undefined
        world.kill(node.name)
        this.#restartLater([node.name], restartAfterMs)
        return hit(node)
      }
      case 'crash-node': {
        const node = this.#pick(fault.node, first)
        if (node === undefined) return undefined
        const { machine } = node
        const lost = this.#living().filter((other) => other.machine === machine)
        world.crash(machine, { disk: fault.disk ?? 'lose-all' })
        this.#restartLater(
          lost.map(({ name }) => name),
          restartAfterMs,
        )
        return hit(node)
      }
      case 'restart-node':
        this.#stage.restart(fault.node)
        return { node: fault.node }
      case 'freeze': {
        const node = this.#pick(fault.node, first)
        if (node === undefined) return undefined
        this.#freeze(node)
        this.#healLater(fault.forMs, node.name, 'goes on', () => this.#thaw(node))
        return hit(node)
      }
      case 'slow-node': {
        const node = this.#pick(fault.node, first)
        if (node === undefined) return undefined
        this.#slow(node, fault.runRatio, fault.periodMs ?? SLOW_PERIOD_MS, fault.forMs)
        return hit(node)
      }
      case 'kill-thread':
      case 'block-thread': {
        const node = this.#pick(fault.pool ?? '*', first)
        if (node === undefined) return undefined
        const { thread = 0 } = fault
        const signal = fault.type === 'kill-thread' ? 'SIGKILL' : 'SIGSTOP'
        if (!world.signalThread(node.name, thread, signal)) return undefined
        if (fault.type === 'block-thread') {
          this.#healLater(fault.forMs, node.name, `thread ${thread} goes on`, () => {
            if (this.#isSame(node)) world.signalThread(node.name, thread, 'SIGCONT')
          })
        }
        return hit(node)
      }
      case 'cut-link': {
        const pair = this.#pair(fault, first, second)
        if (pair === undefined) return undefined
        const [a, b] = pair
        const ways = waysOf(fault.direction, a, b)
        for (const [from, to] of ways) this.#cut(from, to)
        this.#healLater(fault.forMs, a, `is linked to ${b} again`, () => {
          for (const [from, to] of ways) this.#uncut(from, to)
        })
        return { node: a, other: b }
      }
      case 'reset-link': {
        const pair = this.#pair(fault, first, second)
        if (pair === undefined) return undefined
        world.network.reset(...pair)
        world.network.reset(pair[1], pair[0])
        return { node: pair[0], other: pair[1] }
      }
      case 'half-open-link': {
        const pair = this.#pair(fault, first, second)
        if (pair === undefined) return undefined
        world.network.halfOpen(...pair)
        world.network.halfOpen(pair[1], pair[0])
        return { node: pair[0], other: pair[1] }
      }
      case 'slow-link': {
        const pair = this.#pair(fault, first, second)
        if (pair === undefined) return undefined
        const [a, b] = pair
        const ways = waysOf(fault.direction, a, b)
        const { delayMs = 0, jitterMs = 0, bytesPerSecond } = fault
        for (const [from, to] of ways) {
          world.network.setDelay({ minMs: delayMs, maxMs: delayMs + jitterMs }, from, to)
          if (bytesPerSecond !== undefined) world.network.setRate(from, to, bytesPerSecond / 1000)
        }
        this.#healLater(fault.forMs, a, `is as fast to ${b} as before`, () => {
          for (const [from, to] of ways) {
            world.network.clearDelay(from, to)
            world.network.setRate(from, to, undefined)
          }
        })
        return { node: a, other: b }
      }
      case 'fill-disk': {
        const node = this.#pick(fault.node, first)
        if (node === undefined) return undefined
        world.fillDisk(node.machine)
        this.#healLater(fault.forMs, node.name, 'has room on its disk again', () =>
          world.fillDisk(node.machine, false),
        )
        return hit(node)
      }
      case 'skew-clock': {
        const node = this.#pick(fault.node, first)
        if (node === undefined) return undefined
        world.skewWall(node.machine, fault.offsetMs)
        this.#healLater(fault.forMs, node.name, 'has its clock set right', () =>
          world.skewWall(node.machine, 0),
        )
        return hit(node)
      }
      case 'kill-actor': {
        const fits = pathPattern(fault.actor)
        const isNode = wordPattern(fault.node ?? '*')
        const found = this.#stage
          .systems()
          .filter(({ node }) => isNode(node))
          .flatMap(({ node, core }) =>
            [...core.cells()]
              .filter((cell) => cell.parent !== undefined && fits(cell.path))
              .map((cell) => ({ node, cell })),
          )
        const chosen = found[Math.floor(first * found.length)]
        if (chosen === undefined) return undefined
        void stopCell(chosen.cell, 'kill')
        return { node: chosen.node, what: `kill the actor ${chosen.cell.path}` }
      }
      case 'drop':
      case 'fail':
      case 'delay':
      case 'duplicate':
      case 'corrupt': {
        const atWork = new MessageFaultAtWork(fault, this.#stage.random, world.clock)
        this.#messageFaults.add(atWork)
        this.#healLater(WHILE_MS, '', `sees no more of ${fault.type}`, () => {
          this.#messageFaults.delete(atWork)
          atWork.end()
        })
        return { node: fault.node ?? '' }
      }
      case 'fail-disk':
      case 'slow-disk':
      case 'tear-write': {
        const node = this.#pick(fault.node, first)
        if (node === undefined) return undefined
        const end = world.interposeDisk(
          node.machine,
          diskJudge(fault, () => undefined),
        )
        const forMs = 'forMs' in fault ? fault.forMs : undefined
        this.#healLater(forMs ?? WHILE_MS, node.name, 'has a sound disk again', end)
        return hit(node)
      }
    }
  }

  /** What becomes of a message to an actor of `node`, for the faults of messages that are on. */
  interfere(node: string, recipient: AnyRef, message: unknown): Interception {
    let fate: Interception = 'deliver'
    // What goes over a link is looked at once, where it arrives.
    if (this.#messageFaults.size === 0 || !(recipient instanceof Cell)) return fate
    for (const atWork of this.#messageFaults) {
      const effect = atWork.look(node, recipient, message, fate !== 'deliver')
      if (effect !== undefined && fate === 'deliver') fate = effect
    }
    return fate
  }

  #living(): readonly MemoryNodeInfo[] {
    return this.#world.nodes().filter(({ isAlive }) => isAlive)
  }

  #pick(pattern: string, share: number, but?: string): MemoryNodeInfo | undefined {
    const fits = wordPattern(pattern)
    const found = this.#living().filter(({ name }) => name !== but && fits(name))
    return found[Math.floor(share * found.length)]
  }

  #pair(
    { from, to }: { readonly from: string; readonly to: string },
    first: number,
    second: number,
  ): [string, string] | undefined {
    const a = this.#pick(from, first)
    const b = a === undefined ? undefined : this.#pick(to, second, a.name)
    return a === undefined || b === undefined ? undefined : [a.name, b.name]
  }

  #isSame({ name, pid }: MemoryNodeInfo): boolean {
    return this.#living().some((node) => node.name === name && node.pid === pid)
  }

  #freeze(node: MemoryNodeInfo): void {
    if (this.#hold(`pid ${node.pid}`)) this.#world.kill(node.name, 'SIGSTOP')
  }

  #thaw(node: MemoryNodeInfo): void {
    if (this.#release(`pid ${node.pid}`) && this.#isSame(node)) {
      this.#world.kill(node.name, 'SIGCONT')
    }
  }

  #cut(from: string, to: string): void {
    if (this.#hold(`${from} > ${to}`)) this.#world.network.cut(from, to, { oneWay: true })
  }

  #uncut(from: string, to: string): void {
    if (this.#release(`${from} > ${to}`)) this.#world.network.heal(from, to, { oneWay: true })
  }

  #slow(node: MemoryNodeInfo, runRatio: number, periodMs: number, forMs: number | undefined): void {
    let isOn = true
    let isFrozen = false
    const turn = (): void => {
      if (isFrozen) this.#thaw(node)
      isFrozen = !isFrozen && isOn && this.#isSame(node)
      if (isFrozen) this.#freeze(node)
      if (!isOn || !this.#isSame(node)) return
      this.#later(periodMs * (isFrozen ? 1 - runRatio : runRatio), turn)
    }
    turn()
    this.#healLater(forMs, node.name, 'runs all the time again', () => {
      isOn = false
      if (isFrozen) turn()
    })
  }

  #hold(key: string): boolean {
    const count = this.#held.get(key) ?? 0
    this.#held.set(key, count + 1)
    return count === 0
  }

  #release(key: string): boolean {
    const count = (this.#held.get(key) ?? 1) - 1
    if (count === 0) this.#held.delete(key)
    else this.#held.set(key, count)
    return count === 0
  }

  #restartLater(names: readonly string[], afterMs: number | undefined): void {
    if (afterMs === undefined) return
    for (const name of names) {
      this.#healLater(afterMs, name, 'is started again', () => this.#stage.restart(name))
    }
  }

  #healLater(forMs: number | undefined, node: string, what: string, undo: () => void): void {
    const heal = (): void => {
      if (!this.#healing.delete(heal)) return
      this.#stage.happened('heal', node, what)
      undo()
    }
    this.#healing.add(heal)
    if (forMs !== undefined) this.#later(forMs, heal)
  }

  #later(afterMs: number, action: () => void): void {
    this.#world.clock.setTimer(afterMs, action, { background: true })
  }
}

interface Hit {
  readonly node: string
  readonly other?: string
  /** What happened, where the fault itself does not tell. */
  readonly what?: string
}

function hit({ name }: MemoryNodeInfo): Hit {
  return { node: name }
}

/** The fault with the names of whom it has hit. */
function renamed(fault: Fault, { node, other }: Hit): Fault {
  if ('from' in fault && other !== undefined) return { ...fault, from: node, to: other }
  if ('pool' in fault) return { ...fault, pool: node }
  return 'node' in fault ? { ...fault, node } : fault
}

/** The directions of a link that a fault is about: one, or both. */
function waysOf(
  direction: LinkDirection | undefined,
  a: string,
  b: string,
): readonly (readonly [string, string])[] {
  const there = [a, b] as const
  return direction === 'one-way' ? [there] : [there, [b, a]]
}
