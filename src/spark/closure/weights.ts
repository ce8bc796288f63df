import type { ClosureGraph, Slot } from './graph.ts'
import { slotsOf } from './deferred-order.ts'
import type { PlainCodec } from './pack.ts'

/** How much one captured variable adds to a closure. */
export interface CaptureWeight {
  /** The variable that the root function captured. */
  readonly variable: string
  /** Encoded size of all that is reached through it and through none of the variables before it. */
  readonly bytes: number
}

/**
 * What makes a closure large: the variables its root functions captured, heaviest first. For warnings: it
 * encodes each row again.
 */
export function captureWeights(
  graph: ClosureGraph,
  codec: Pick<PlainCodec, 'encode'>,
): readonly CaptureWeight[] {
  const isSeen = new Set<number>()
  const weigh = (start: Slot): number => {
    let bytes = 0
    const pending: Slot[] = [start]
    for (let slot = pending.pop(); slot !== undefined; slot = pending.pop()) {
      const row = Array.isArray(slot) ? (slot[0] as unknown) : undefined
      if (typeof row !== 'number' || isSeen.has(row)) continue
      isSeen.add(row)
      const node = graph.nodes[row]
      if (node === undefined) continue
      bytes += codec.encode(node).byteLength
      // Not one by one as arguments: an array may hold millions.
      for (const inner of slotsOf(node)) pending.push(inner)
    }
    return bytes
  }
  const weights: CaptureWeight[] = []
  for (const [name, root] of Object.entries(graph.roots)) {
    const row = Array.isArray(root) ? (root[0] as unknown) : undefined
    const node = typeof row === 'number' ? graph.nodes[row] : undefined
    if (node?.[0] !== 'function') {
      weights.push({ variable: name, bytes: weigh(root) })
      continue
    }
    if (typeof row === 'number') isSeen.add(row)
    const names = graph.codes[node[1]]?.names ?? []
    node[3].forEach((slot, index) => {
      weights.push({ variable: names[index] ?? '', bytes: weigh(slot) })
    })
  }
  return weights.sort((a, b) => b.bytes - a.bytes)
}
