import type { ClosureGraph, GraphNode, Slot } from './graph.ts'

/**
 * The rows that can be built only when others are whole, in an order in which they can: classes (their definition
 * reads names) and what is decoded (its data must be complete). Everything else can be made empty and filled.
 *
 * Linear in the graph, without recursion.
 *
 * @param refuse makes the error for a row whose own data needs it, which no order can build
 * @see Tarjan, "Depth-first search and linear graph algorithms" (1972): components come out dependencies first
 */
export function deferredOrder(
  graph: ClosureGraph,
  refuse: (index: number) => Error,
): readonly number[] {
  if (!graph.nodes.some(isDeferred)) return []
  const order: number[] = []
  for (const component of components(graph)) {
    const members = component.filter((index) => isDeferred(graph.nodes[index]))
    if (component.length === 1) order.push(...members)
    else if (members.length > 0)
      order.push(...orderWithin(graph, new Set(component), members, refuse))
  }
  return order
}

export function isDeferred(node: GraphNode | undefined): boolean {
  return node?.[0] === 'class' || node?.[0] === 'coded' || node?.[0] === 'host'
}

/** Rows that must be whole before this one: for a class only what its definition reads. */
function needs(graph: ClosureGraph, index: number): readonly number[] {
  const node = graph.nodes[index]
  if (node === undefined) return []
  if (node[0] !== 'class') return slotsOf(node).flatMap(rowOf)
  const definition = graph.codes[node[1]]?.definition ?? []
  return definition.flatMap((name) => rowOf(node[3][name]))
}

/** Of those, what no function can put off: the superclass, and the data to decode. */
function needsFirst(graph: ClosureGraph, index: number): readonly number[] {
  const node = graph.nodes[index]
  switch (node?.[0]) {
    case 'class': {
      const code = graph.codes[node[1]]
      const heritage = code?.definition.slice(0, code.heritage) ?? []
      return heritage.flatMap((name) => rowOf(node[3][name]))
    }
    case 'coded':
      return rowOf(node[3])
    case 'host':
      return rowOf(node[2])
    case 'function':
      return []
    default:
      return node === undefined ? [] : slotsOf(node).flatMap(rowOf)
  }
}

function rowOf(slot: Slot | undefined): readonly number[] {
  return Array.isArray(slot) && typeof slot[0] === 'number' ? [slot[0]] : []
}

/** All slots of a row. */
export function slotsOf(node: GraphNode): readonly Slot[] {
  switch (node[0]) {
    case 'object':
      return [...node[3], ...node[4].flatMap(([key, value]) => [key, value])]
    case 'array':
      return [...node[1], ...node[2].map(([, value]) => value)]
    case 'sparse':
      return [...node[2].map(([, value]) => value), ...node[3].map(([, value]) => value)]
    case 'map':
    case 'set':
    case 'date':
    case 'error': {
      const own: readonly Slot[] = node[0] === 'map' || node[0] === 'set' ? node[1] : []
      return [...own, ...node[2].map(([, value]) => value)]
    }
    case 'view':
      return [node[2]]
    case 'reference':
      return [node[1]]
    case 'function':
    case 'class':
      return [...node[3], ...node[4].map(([, value]) => value)]
    case 'bound':
      return [node[2], node[3], ...node[4], ...node[5].map(([, value]) => value)]
    case 'coded':
      return [node[2], node[3]]
    case 'host':
      return [node[2]]
    case 'regexp':
    case 'buffer':
    case 'bytes':
    case 'standard':
    case 'require':
      return []
  }
}

/** Strongly connected components, each before those that need it. */
function components(graph: ClosureGraph): readonly (readonly number[])[] {
  const count = graph.nodes.length
  const found: number[][] = []
  const entered = new Int32Array(count)
  const low = new Int32Array(count)
  const isOpen = new Uint8Array(count)
  const open: number[] = []
  let clock = 0
  const enter = (index: number): Frame => {
    entered[index] = low[index] = ++clock
    isOpen[index] = 1
    open.push(index)
    return { index, next: 0, needs: needs(graph, index) }
  }
  for (let start = 0; start < count; start++) {
    if (entered[start] !== 0) continue
    const frames = [enter(start)]
    for (let frame = frames.at(-1); frame !== undefined; frame = frames.at(-1)) {
      const needed = frame.needs[frame.next++]
      if (needed === undefined) {
        frames.pop()
        const { index } = frame
        const parent = frames.at(-1)
        if (parent !== undefined)
          low[parent.index] = Math.min(at(low, parent.index), at(low, index))
        if (low[index] === entered[index]) found.push(close(open, isOpen, index))
      } else if (entered[needed] === 0) frames.push(enter(needed))
      else if (isOpen[needed] === 1) {
        low[frame.index] = Math.min(at(low, frame.index), at(entered, needed))
      }
    }
  }
  return found
}

interface Frame {
  readonly index: number
  next: number
  readonly needs: readonly number[]
}

function at(table: Int32Array, index: number): number {
  return table[index] ?? 0
}

function close(open: number[], isOpen: Uint8Array, root: number): number[] {
  const members: number[] = []
  for (;;) {
    const member = open.pop()
    if (member === undefined) return members
    isOpen[member] = 0
    members.push(member)
    if (member === root) return members
  }
}

/** Inside a cycle only what can't be put off counts: classes, then what is decoded. */
function orderWithin(
  graph: ClosureGraph,
  component: ReadonlySet<number>,
  members: readonly number[],
  refuse: (index: number) => Error,
): readonly number[] {
  const order: number[] = []
  const state = new Map<number, 'entered' | 'left'>()
  const isClass = (index: number): boolean => graph.nodes[index]?.[0] === 'class'
  const starts = [...members.filter(isClass), ...members.filter((index) => !isClass(index))]
  for (const start of starts) {
    if (state.has(start)) continue
    state.set(start, 'entered')
    const frames: Frame[] = [{ index: start, next: 0, needs: needsFirst(graph, start) }]
    for (let frame = frames.at(-1); frame !== undefined; frame = frames.at(-1)) {
      const needed = frame.needs[frame.next++]
      if (needed === undefined) {
        frames.pop()
        state.set(frame.index, 'left')
        if (isDeferred(graph.nodes[frame.index])) order.push(frame.index)
        continue
      }
      if (!component.has(needed)) continue
      const seen = state.get(needed)
      if (seen === 'entered') {
        const cycle = frames.slice(frames.findIndex(({ index }) => index === needed))
        if (cycle.some(({ index }) => isDecoded(graph, index))) throw refuse(needed)
      }
      if (seen !== undefined) continue
      state.set(needed, 'entered')
      frames.push({ index: needed, next: 0, needs: needsFirst(graph, needed) })
    }
  }
  return order
}

function isDecoded(graph: ClosureGraph, index: number): boolean {
  const kind = graph.nodes[index]?.[0]
  return kind === 'coded' || kind === 'host'
}
