import type { ProcessExit, Random, WorldSimulation } from '../../platform/index.ts'
import type { AnyRef } from '../actor-ref.ts'
import type { Interception } from '../interception.ts'
import { Cell, UNSTARTED } from '../cell.ts'
import { RemoteRef, knownHubOf } from '../links/index.ts'
import { EnvelopedEntry, Entry, SignalEntry } from '../mailbox-entries.ts'
import { SystemCore } from '../system-core.ts'
import { summary } from './summary.ts'
import type { Place, Trace } from './trace.ts'

const OUTSIDE = '(between turns)'

/** An actor system that was made in a simulated world. */
export interface ObservedSystem {
  readonly core: SystemCore
  readonly node: string
  /** The process or thread that it lives in has not ended. */
  readonly isAlive: () => boolean
}

interface ObservedNode {
  readonly place: Place
  readonly name: string
  incarnation: number
}

export interface ObservationCounts {
  readonly sends: number
  /** Messages and signals handled. */
  readonly handled: number
  readonly frames: number
  readonly frameBytes: number
  readonly deaths: number
}

/** Watches every system of a world from its first moment, and writes the trace. */
export class Observation implements WorldSimulation {
  /** Those whose nodes have not ended. */
  #systems: ObservedSystem[] = []
  /** See every message. */
  readonly lookers: ((message: unknown, recipient: AnyRef, node: string) => void)[] = []
  /** A process or a thread of it has ended. */
  onNodeEnded: ((node: string) => void) | undefined
  /** The next turn is about to begin. */
  onTurn: (() => void) | undefined
  readonly #trace: Trace
  readonly #random: Random
  readonly #withDetail: boolean
  readonly #nodes: Map<string, ObservedNode> = new Map()
  /** The id of a system's incarnation on the wire → its node. */
  readonly #nodeByHub: Map<string, string> = new Map()
  readonly #byName: Map<string, Place> = new Map()
  readonly #places: WeakMap<object, Place> = new WeakMap()
  #nextPlace = 1
  #sends = 0
  #handled = 0
  #frames = 0
  #frameBytes = 0
  #deaths = 0

  /** @param random decides the schedule */
  constructor(trace: Trace, random: Random, withDetail: boolean) {
    this.#trace = trace
    this.#random = random
    this.#withDetail = withDetail
  }

  get counts(): ObservationCounts {
    return {
      sends: this.#sends,
      handled: this.#handled,
      frames: this.#frames,
      frameBytes: this.#frameBytes,
      deaths: this.#deaths,
    }
  }

  /** Decides what becomes of a message on its way; it is delivered by default. */
  interfere: ((node: string, recipient: AnyRef, message: unknown) => Interception) | undefined

  /** Systems whose nodes live. */
  get living(): readonly ObservedSystem[] {
    this.#learnNodes()
    return (this.#systems = this.#systems.filter(({ isAlive }) => isAlive()))
  }

  choose(count: number): number {
    return this.#random.int(count)
  }

  made(part: object, node: string, isAlive: () => boolean): void {
    if (!(part instanceof SystemCore)) return
    const on = this.#node(node)
    const system: ObservedSystem = { core: part, node, isAlive }
    this.#systems.push(system)
    this.#watch(system)
    this.#trace.add('event', on.place, undefined, `system ${part.name} starts`)
  }

  beforeTurn(): void {
    this.onTurn?.()
  }

  sent(from: string, to: string, bytes: Uint8Array): void {
    this.#frames += 1
    this.#frameBytes += bytes.byteLength
    this.#trace.frame(this.#node(from).place, this.#node(to).place, bytes)
  }

  nodeStarted(node: string): void {
    const known = this.#node(node)
    known.incarnation += 1
    this.#trace.add('node', known.place, undefined, 'starts')
  }

  nodeEnded(node: string, { code, signal }: ProcessExit): void {
    const { place } = this.#node(node)
    this.#trace.add('node', place, undefined, `ends: ${signal ?? `code ${code ?? 0}`}`)
    this.onNodeEnded?.(node)
  }

  /** Whose place a node has in the trace. */
  placeOf(node: string): Place {
    return this.#node(node).place
  }

  #watch(system: ObservedSystem): void {
    const { core, node } = system
    const trace = this.#trace
    const { place } = this.#node(node)
    const given = core.interceptor
    core.interceptor = (recipient, message) => {
      this.#sent(core, node, recipient, message)
      for (const look of this.lookers) look(message, recipient, node)
      const fate = this.interfere?.(node, recipient, message) ?? 'deliver'
      if (fate !== 'deliver') return fate
      return given === undefined ? 'deliver' : given(recipient, message)
    }
    core.observer = {
      turn: (cell) => {
        this.#handled += 1
        trace.add('turn', undefined, this.#of(node, cell), this.#nextOf(cell))
      },
      replied: (port, message, isLate) => {
        trace.add(
          isLate ? 'late-reply' : 'reply',
          this.#senderIn(core, node) ?? this.#of(node, port.target),
          this.#outside(core, node),
          wordOf(message),
          this.#detail(message),
        )
      },
      terminated: (cell, reason) => {
        this.#deaths += 1
        trace.add('death', this.#of(node, cell), undefined, reason)
      },
    }
    const { events } = core
    events.subscribe('DeadLetter', ({ recipient, message, reason }) => {
      const to = this.#named(node, recipient)
      trace.add(
        'dead-letter',
        undefined,
        to,
        `${wordOf(message)} (${reason})`,
        this.#detail(message),
      )
    })
    events.subscribe('ChildFailed', ({ path, directive, reason, error }) => {
      trace.add(
        'directive',
        this.#named(node, path),
        undefined,
        directive,
        `${reason} (${errorWord(error)})`,
      )
    })
    events.subscribe('FailureIgnored', ({ path, error }) => {
      trace.add('event', this.#named(node, path), undefined, 'failure ignored', errorWord(error))
    })
    events.subscribe('ActorAbandoned', ({ path }) => {
      trace.add('event', this.#named(node, path), undefined, 'abandoned')
    })
    for (const type of ['NodeUp', 'NodeUnreachable', 'NodeReachable', 'NodeLost'] as const) {
      events.subscribe(type, ({ node: other, reason }) => {
        trace.add('event', place, undefined, type, `${other}: ${reason}`)
      })
    }
  }

  #sent(core: SystemCore, node: string, recipient: AnyRef, message: unknown): void {
    this.#sends += 1
    const to = this.#of(node, recipient)
    const word = wordOf(message)
    const current = this.#senderIn(core, node)
    if (!(recipient instanceof Cell)) {
      const from = current ?? this.#outside(core, node)
      this.#trace.add('forward', from, to, word, this.#detail(message))
      return
    }
    if (current === undefined) {
      const link = knownHubOf(core)?.receiving
      if (link !== undefined) {
        this.#trace.add('arrive', undefined, to, word, link.peer.label)
        return
      }
    }
    this.#trace.add('send', current ?? this.#outside(core, node), to, word, this.#detail(message))
  }

  #senderIn(core: SystemCore, node: string): Place | undefined {
    const { current } = core.dispatcher
    return current === undefined ? undefined : this.#of(node, current)
  }

  #detail(message: unknown): string {
    return this.#withDetail ? summary(message) : ''
  }

  #node(name: string): ObservedNode {
    let node = this.#nodes.get(name)
    if (node === undefined) {
      node = { place: { number: this.#nextPlace++, name }, name, incarnation: 0 }
      this.#nodes.set(name, node)
    }
    return node
  }

  #of(node: string, ref: AnyRef): Place {
    let place = this.#places.get(ref)
    if (place === undefined) {
      const number = this.#nextPlace++
      place = new ActorPlace(number, () => this.#nameOf(node, ref))
      this.#places.set(ref, place)
    }
    return place
  }

  /** What happens between turns: code outside actors, and handlers that go on after a promise. */
  #outside(core: SystemCore, node: string): Place {
    return this.#named(node, `${core.rootPath}${OUTSIDE}`)
  }

  /** An actor behind a link is named after the node where it lives. */
  #nameOf(node: string, ref: AnyRef): string {
    if (!(ref instanceof RemoteRef)) return actorName(node, ref.path)
    const { peer } = ref.link
    this.#learnNodes()
    const there = this.#nodeByHub.get(peer.node) ?? node
    return actorName(there, ref.isKept ? ref.path : `troupe://${peer.system}/${OUTSIDE}`)
  }

  #learnNodes(): void {
    for (const { core, node } of this.#systems) {
      const hub = knownHubOf(core)
      if (hub !== undefined) this.#nodeByHub.set(hub.node, node)
    }
  }

  /** The place of an actor of which only the path is known. */
  #named(node: string, path: string): Place {
    const name = actorName(node, path)
    let place = this.#byName.get(name)
    if (place === undefined) {
      place = { number: this.#nextPlace++, name }
      this.#byName.set(name, place)
    }
    return place
  }

  #nextOf(cell: Cell): string {
    if (cell.mode === UNSTARTED) return 'start'
    if (cell.head === cell.tail) return 'nothing'
    const entry = cell.buffer?.[cell.head & cell.mask]
    if (!(entry instanceof Entry)) return wordOf(entry)
    if (entry instanceof EnvelopedEntry) return wordOf(entry.message)
    if (entry instanceof SignalEntry) {
      return entry.message === undefined
        ? (entry.signal?.type ?? 'timer')
        : wordOf(entry.message.value)
    }
    return entry.kind
  }
}

class ActorPlace implements Place {
  readonly number: number
  readonly #tellName: () => string
  #name: string | undefined

  constructor(number: number, tellName: () => string) {
    this.number = number
    this.#tellName = tellName
  }

  get name(): string {
    return (this.#name ??= this.#tellName())
  }
}

/** `troupe://driver/user/a` on node `n` → `n:/user/a`; an actor of elsewhere keeps its system's name. */
function actorName(node: string, path: string): string {
  return `${node}:${path.replace(/^troupe:\/\//, '')}`
}

/** What a message says it is. */
function wordOf(message: unknown): string {
  if (typeof message !== 'object' || message === null) return typeof message
  const { type } = message as { readonly type?: unknown }
  return typeof type === 'string' && type.length <= 64 ? type : 'object'
}

function errorWord(error: unknown): string {
  if (error instanceof Error) {
    const { code } = error as { readonly code?: unknown }
    return typeof code === 'string' ? code : `${error.name}: ${error.message}`.slice(0, 120)
  }
  return String(error).slice(0, 120)
}
