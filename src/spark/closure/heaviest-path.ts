import { slotsOf } from './deferred-order.ts'
import type { ClosureGraph, GraphNode, Slot } from './graph.ts'
import type { PlainCodec } from './pack.ts'
import { describeTrail, extend, rootTrail, type Step, type Trail } from './trail.ts'

/** What makes a closure large. */
export interface HeaviestPath {
  /** The way to it: `map of RDD 1.f → lookup.table`. */
  readonly path: string
  /** Encoded size of all that is reached by it. */
  readonly bytes: number
}

interface Branch {
  readonly slot: Slot
  readonly trail: Trail
  readonly bytes: number
}

/**
 * The way to what makes a closure large: from the heaviest root to the variable or member below which no single one has half of
 * it all any more. What is reached by several ways counts for the first. For warnings and refusals: it encodes each row again.
 */
export function heaviestPath(
  graph: ClosureGraph,
  codec: Pick<PlainCodec, 'encode'>,
): HeaviestPath | undefined {
  const weights = new Weights(graph, codec)
  const roots = Object.entries(graph.roots).map(([name, slot]): readonly [Slot, Trail] => [
    slot,
    rootTrail(name),
  ])
  let heaviest = weights.heaviest(roots)
  if (heaviest === undefined) return undefined
  const half = heaviest.bytes / 2
  for (let next: Branch | undefined = heaviest; next !== undefined && next.bytes > half;) {
    heaviest = next
    next = weights.heaviest(branches(graph, next))
  }
  return { path: describeTrail(heaviest.trail), bytes: heaviest.bytes }
}

class Weights {
  readonly #graph: ClosureGraph
  readonly #codec: Pick<PlainCodec, 'encode'>
  readonly #own = new Map<number, number>()
  /** Rows on the way so far: what leads back to them weighs nothing. */
  readonly #passed = new Set<number>()

  constructor(graph: ClosureGraph, codec: Pick<PlainCodec, 'encode'>) {
    this.#graph = graph
    this.#codec = codec
  }

  heaviest(branches: readonly (readonly [Slot, Trail])[]): Branch | undefined {
    const isSeen = new Set(this.#passed)
    let heaviest: Branch | undefined
    for (const [slot, trail] of branches) {
      const bytes = this.#weigh(slot, isSeen)
      if (bytes > (heaviest?.bytes ?? -1)) heaviest = { slot, trail, bytes }
    }
    const row = heaviest && rowOf(heaviest.slot)
    if (row !== undefined) this.#passed.add(row)
    return heaviest
  }

  #weigh(start: Slot, isSeen: Set<number>): number {
    if (typeof start === 'string') return start.length
    let bytes = 0
    const pending: Slot[] = [start]
    for (let slot = pending.pop(); slot !== undefined; slot = pending.pop()) {
      const row = rowOf(slot)
      const node = row === undefined ? undefined : this.#graph.nodes[row]
      if (row === undefined || node === undefined || isSeen.has(row)) continue
      isSeen.add(row)
      bytes += this.#ownBytes(row, node)
      // Not one by one as arguments: an array may hold millions.
      for (const inner of slotsOf(node)) pending.push(inner)
    }
    return bytes
  }

  #ownBytes(row: number, node: GraphNode): number {
    let bytes = this.#own.get(row)
    if (bytes === undefined) this.#own.set(row, (bytes = this.#codec.encode(node).byteLength))
    return bytes
  }
}

function rowOf(slot: Slot): number | undefined {
  return Array.isArray(slot) && typeof slot[0] === 'number' ? slot[0] : undefined
}

/** What a value holds that has a name to be told by; the items of collections have none. */
function branches(
  { nodes, codes, shapes }: ClosureGraph,
  { slot, trail }: Branch,
): readonly (readonly [Slot, Trail])[] {
  const row = rowOf(slot)
  const node = row === undefined ? undefined : nodes[row]
  const named = (slots: readonly Slot[], step: (index: number) => Step) =>
    slots.map((each, index) => [each, extend(trail, step(index))] as const)
  switch (node?.[0]) {
    case 'object':
      return named(node[3], (index) => ({
        kind: 'property',
        key: shapes[node[2]]?.[index] ?? index,
      }))
    case 'function':
    case 'class':
      return named(node[3], (index) => ({
        kind: 'variable',
        name: codes[node[1]]?.names[index] ?? '',
      }))
    case 'reference':
      return [[node[1], trail]]
    default:
      return []
  }
}
