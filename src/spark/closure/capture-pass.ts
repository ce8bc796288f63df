import type { InspectorSession } from '../../platform/index.ts'
import type { CaptureTools, InstanceRefusal, StandIn } from './capture.ts'
import { captureBound } from './bound-capture.ts'
import type { CodecRegistry } from './codecs.ts'
import { deferredOrder } from './deferred-order.ts'
import { cannotTravel, type ClosureErrorCode, type CulpritData } from './errors.ts'
import { captureCode } from './function-capture.ts'
import type { ClosureGraph, CodeUnit, GraphNode, ModuleReference, Slot } from './graph.ts'
import type { ScriptCache } from './script.ts'
import { encodePrimitive, type Primitive } from './slots.ts'
import {
  describeCulprit,
  describeTrail,
  extend,
  rootTrail,
  type Step,
  type Trail,
} from './trail.ts'
import { captureValue } from './value-capture.ts'

export interface PassSettings {
  readonly scripts: ScriptCache
  readonly codecs: CodecRegistry
  readonly replace: ((value: object) => StandIn | undefined) | undefined
  readonly refuse: ((value: object) => InstanceRefusal | undefined) | undefined
  readonly localModules: ReadonlySet<string>
}

interface Root {
  readonly name: string
  readonly label: string
  readonly value: unknown
}

interface Pending<Value extends object = object> {
  readonly value: Value
  readonly index: number
  readonly trail: Trail
}

type Callable = (...args: never) => unknown

/**
 * One walk over everything reachable from the roots, breadth first and without recursion. Each object gets
 * its row when it is first met, so that cycles and shared values are plain indices; functions wait until
 * no other value is left and are then looked into together.
 */
export class CapturePass {
  readonly tools: CaptureTools
  readonly session: InspectorSession
  readonly settings: PassSettings
  /** Modules that are not to be loaded on the other side. */
  readonly localModules: Set<string>
  readonly #nodes: (GraphNode | undefined)[] = []
  readonly #trails: Trail[] = []
  readonly #slots = new Map<object, Slot>()
  readonly #values: Pending[] = []
  readonly #functions: Pending<Callable>[] = []
  readonly #codes = new Interned<CodeUnit>()
  readonly #shapes = new Interned<readonly string[]>()
  readonly #modules = new Interned<ModuleReference>()
  readonly #partials = new Map<
    object,
    { readonly index: number; readonly members: Map<string, Slot> }
  >()

  constructor(session: InspectorSession, tools: CaptureTools, settings: PassSettings) {
    this.session = session
    this.tools = tools
    this.settings = settings
    this.localModules = new Set(settings.localModules)
    const entry = tools.resolver.entryUrl()
    if (entry !== undefined) this.localModules.add(entry)
  }

  run(roots: readonly Root[]): ClosureGraph {
    const slots = roots.map(({ name, label, value }) => [name, this.slot(value, rootTrail(label))])
    while (this.#values.length > 0 || this.#functions.length > 0) {
      for (let next = this.#values.pop(); next !== undefined; next = this.#values.pop()) {
        this.#nodes[next.index] = captureValue(this, next.value, next.trail)
      }
      this.#lookInto(this.#functions.splice(0))
    }
    for (const { index, members } of this.#partials.values()) {
      const shape = this.shape([...members.keys()])
      this.#nodes[index] = ['object', true, shape, [...members.values()], [], 0]
    }
    const graph: ClosureGraph = {
      version: 1,
      roots: Object.fromEntries(slots) as Record<string, Slot>,
      modules: this.#modules.items,
      codes: this.#codes.items,
      shapes: this.#shapes.items,
      nodes: this.#nodes as GraphNode[],
    }
    deferredOrder(graph, (index) => this.refusal('TROUPE_CLOSURE_CYCLE', this.#trailOf(index)))
    return graph
  }

  /** The slot of a value; queues what is met for the first time. `step` leads to it from `trail`. */
  slot(value: unknown, trail: Trail, step?: Step): Slot {
    if ((typeof value !== 'object' && typeof value !== 'function') || value === null) {
      const primitive = encodePrimitive(value as Primitive)
      if (primitive !== undefined) return primitive
      this.#refuseSymbol(value as symbol, step === undefined ? trail : extend(trail, step))
    }
    const known = this.#slots.get(value)
    if (known !== undefined) return known
    const slot = this.#admit(value, step === undefined ? trail : extend(trail, step))
    this.#slots.set(value, slot)
    return slot
  }

  code(key: string, make: () => CodeUnit): number {
    return this.#codes.index(key, make)
  }

  shape(keys: readonly string[]): number {
    return this.#shapes.index(JSON.stringify(keys), () => keys)
  }

  module(reference: ModuleReference): Slot {
    const { url, via, path, interop } = reference
    const key = JSON.stringify([url, via, path, interop])
    return ['import', this.#modules.index(key, () => reference)]
  }

  /**
   * An object of which only these members are used, and only they travel: CommonJS `exports`. A later call adds
   * to it.
   */
  partial(value: object, members: Iterable<string>, trail: Trail): Slot {
    let partial = this.#partials.get(value)
    if (partial === undefined) {
      partial = { index: this.#row(trail), members: new Map() }
      this.#partials.set(value, partial)
    }
    for (const member of members) {
      if (partial.members.has(member)) continue
      const inner: unknown = Reflect.get(value, member)
      partial.members.set(member, this.slot(inner, trail, { kind: 'property', key: member }))
    }
    return [partial.index]
  }

  /** A row made by the caller for something that is no value of its own. */
  row(node: GraphNode, trail: Trail): Slot {
    const index = this.#row(trail)
    this.#nodes[index] = node
    return [index]
  }

  refusal(code: ClosureErrorCode, trail: Trail, how: Refusal = {}): Error {
    const culprit: CulpritData = {
      variable: describeCulprit(trail),
      path: describeTrail(trail),
      place: how.place ?? '',
    }
    const what = how.what ?? `${culprit.variable} refers back to itself through a codec's data`
    const wayOut = how.wayOut ?? 'Break the cycle in what encode returns'
    return cannotTravel(code, what, culprit, wayOut, how.cause)
  }

  #admit(value: object, trail: Trail): Slot {
    const standIn = this.settings.replace?.(value)
    if (standIn !== undefined) {
      const index = this.#row(trail)
      // Known before its data is looked at, which may lead back here.
      this.#slots.set(value, [index])
      const data = this.slot(standIn.data, trail, { kind: 'part', name: standIn.name })
      this.#nodes[index] = ['host', standIn.name, data]
      return [index]
    }
    const intrinsic = this.tools.intrinsics.pathOf(value)
    if (intrinsic !== undefined) return ['intrinsic', intrinsic]
    const index = this.#row(trail)
    if (typeof value === 'function' && this.tools.kinds.kindOf(value) !== 'proxy') {
      this.#functions.push({ value: value as Callable, index, trail })
    } else this.#values.push({ value, index, trail })
    return [index]
  }

  #row(trail: Trail): number {
    this.#trails.push(trail)
    return this.#nodes.push(undefined) - 1
  }

  #trailOf(index: number): Trail {
    return this.#trails[index] ?? rootTrail('function')
  }

  #lookInto(functions: readonly Pending<Callable>[]): void {
    const inspected = this.session.inspect(functions.map(({ value }) => value))
    functions.forEach(({ value, index, trail }, position) => {
      const facts = inspected[position]
      if (facts === undefined) return
      const { bound } = facts
      this.#nodes[index] =
        bound === undefined
          ? captureCode(this, value, facts, trail)
          : captureBound(this, value, bound, trail)
    })
  }

  #refuseSymbol(value: symbol, trail: Trail): never {
    throw this.refusal('TROUPE_CLOSURE_SYMBOL', trail, {
      what: `${describeCulprit(trail)} is ${String(value)}, and no other process has that symbol`,
      wayOut: `Use Symbol.for(${JSON.stringify(value.description ?? '')}), or a string`,
    })
  }
}

/** The parts of a refusal that the way to the culprit does not say. */
export interface Refusal {
  readonly what?: string
  readonly wayOut?: string
  readonly place?: string
  readonly cause?: unknown
}

/** A table without doubles. */
class Interned<Item> {
  readonly items: Item[] = []
  readonly #indices = new Map<string, number>()

  index(key: string, make: () => Item): number {
    let index = this.#indices.get(key)
    if (index === undefined) {
      index = this.items.push(make()) - 1
      this.#indices.set(key, index)
    }
    return index
  }
}
