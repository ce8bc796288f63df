type Node<V> = readonly (Node<V> | V | undefined)[]

const BITS = 5
const WIDTH = 1 << BITS
const MASK = WIDTH - 1

/**
 * An immutable map from small whole numbers (slots) whose copies share all but a path: a radix tree of 32 branches, so a
 * look-up among a thousand takes two steps and no hashing.
 */
export interface SlotMap<V> {
  readonly root: Node<V>
  /** Levels below the root. */
  readonly depth: number
  readonly size: number
}

const nothing: SlotMap<never> = { root: [], depth: 0, size: 0 }

export function emptySlots<V>(): SlotMap<V> {
  return nothing
}

export function slotOf<V>({ root, depth }: SlotMap<V>, slot: number): V | undefined {
  if (slot >>> (BITS * (depth + 1)) !== 0) return undefined
  let node = root
  for (let level = depth; level > 0; level--) {
    const at = (slot >>> (BITS * level)) & MASK
    const next = at < node.length ? node[at] : undefined
    if (next === undefined) return undefined
    node = next as Node<V>
  }
  const at = slot & MASK
  return at < node.length ? (node[at] as V | undefined) : undefined
}

/** The map with `slot` set, or without it when `value` is undefined. */
export function withSlot<V>(map: SlotMap<V>, slot: number, value: V | undefined): SlotMap<V> {
  const before = slotOf(map, slot)
  if (before === value) return map
  let { root, depth } = map
  while (slot >>> (BITS * (depth + 1)) !== 0) {
    root = [root]
    depth++
  }
  const grown = (value === undefined ? 0 : 1) - (before === undefined ? 0 : 1)
  if (map.size + grown === 0) return nothing
  return { root: put(root, depth, slot, value), depth, size: map.size + grown }
}

function put<V>(node: Node<V>, level: number, slot: number, value: V | undefined): Node<V> {
  const at = (slot >>> (BITS * level)) & MASK
  const copy = [...node]
  while (copy.length <= at) copy.push(undefined)
  copy[at] =
    level === 0 ? value : put((node[at] as Node<V> | undefined) ?? [], level - 1, slot, value)
  return copy
}
