type Node<V> = Leaf<V> | Branch<V>

/** One entry, or several whose keys have the same hash. */
interface Leaf<V> {
  readonly hash: number
  readonly entries: readonly (readonly [string, V])[]
}

/** Up to 32 nodes, by five bits of the hash; `bitmap` tells which of them are there. */
interface Branch<V> {
  readonly bitmap: number
  readonly nodes: readonly Node<V>[]
}

/**
 * An immutable map from strings whose changed copies share all but a path with the original: `with` and `without`
 * cost about as much as a look-up, at any size. So a state of a million tasks has as many versions as one likes.
 * The order of iteration depends on the keys alone.
 * @see "Ideal Hash Trees", Phil Bagwell, 2001
 */
export class PersistentMap<V> implements Iterable<readonly [string, V]> {
  readonly #root: Node<V> | undefined
  readonly size: number

  private constructor(root: Node<V> | undefined, size: number) {
    this.#root = root
    this.size = size
  }

  static readonly #nothing: PersistentMap<unknown> = new PersistentMap<unknown>(undefined, 0)

  static empty<V>(): PersistentMap<V> {
    return PersistentMap.#nothing as PersistentMap<V>
  }

  static of<V>(entries: Iterable<readonly [string, V]>): PersistentMap<V> {
    let map = PersistentMap.empty<V>()
    for (const [key, value] of entries) map = map.with(key, value)
    return map
  }

  get(key: string): V | undefined {
    const hash = hashOf(key)
    let node = this.#root
    for (let shift = 0; node !== undefined && 'nodes' in node; shift += 5) {
      const bit = 1 << ((hash >>> shift) & 31)
      node = (node.bitmap & bit) === 0 ? undefined : node.nodes[indexOf(node.bitmap, bit)]
    }
    if (node === undefined || node.hash !== hash) return undefined
    return node.entries.find((entry) => entry[0] === key)?.[1]
  }

  has(key: string): boolean {
    return this.get(key) !== undefined
  }

  /** The map with `key` set; `undefined` can't be a value. */
  with(key: string, value: V): PersistentMap<V> {
    const before = this.get(key)
    if (before === value) return this
    const hash = hashOf(key)
    const root = insert(this.#root, 0, hash, [key, value])
    return new PersistentMap(root, before === undefined ? this.size + 1 : this.size)
  }

  /** The map without `key`; itself when it isn't there. */
  without(key: string): PersistentMap<V> {
    if (this.#root === undefined || !this.has(key)) return this
    return new PersistentMap(remove(this.#root, 0, hashOf(key), key), this.size - 1)
  }

  *[Symbol.iterator](): Iterator<readonly [string, V]> {
    yield* iterate(this.#root)
  }

  *keys(): Iterable<string> {
    for (const [key] of iterate(this.#root)) yield key
  }

  *values(): Iterable<V> {
    for (const [, value] of iterate(this.#root)) yield value
  }
}

function insert<V>(
  node: Node<V> | undefined,
  shift: number,
  hash: number,
  entry: readonly [string, V],
): Node<V> {
  if (node === undefined) return { hash, entries: [entry] }
  if ('entries' in node) {
    if (node.hash !== hash) return insert(lift(node, shift), shift, hash, entry)
    const others = node.entries.filter(([key]) => key !== entry[0])
    return { hash, entries: [...others, entry].sort(([a], [b]) => (a < b ? -1 : 1)) }
  }
  const bit = 1 << ((hash >>> shift) & 31)
  const index = indexOf(node.bitmap, bit)
  if ((node.bitmap & bit) === 0) {
    return {
      bitmap: node.bitmap | bit,
      nodes: node.nodes.toSpliced(index, 0, { hash, entries: [entry] }),
    }
  }
  const nodes = node.nodes.with(index, insert(node.nodes[index], shift + 5, hash, entry))
  return { bitmap: node.bitmap, nodes }
}

function lift<V>(leaf: Leaf<V>, shift: number): Branch<V> {
  return { bitmap: 1 << ((leaf.hash >>> shift) & 31), nodes: [leaf] }
}

function remove<V>(node: Node<V>, shift: number, hash: number, key: string): Node<V> | undefined {
  if ('entries' in node) {
    const entries = node.entries.filter((entry) => entry[0] !== key)
    return entries.length === 0 ? undefined : { hash, entries }
  }
  const bit = 1 << ((hash >>> shift) & 31)
  const index = indexOf(node.bitmap, bit)
  const child = node.nodes[index]
  const rest = child === undefined ? undefined : remove(child, shift + 5, hash, key)
  if (rest !== undefined) {
    if ('entries' in rest && node.nodes.length === 1) return rest
    return { bitmap: node.bitmap, nodes: node.nodes.with(index, rest) }
  }
  const nodes = node.nodes.toSpliced(index, 1)
  const [only] = nodes
  if (only === undefined) return undefined
  if (nodes.length === 1 && 'entries' in only) return only
  return { bitmap: node.bitmap & ~bit, nodes }
}

function* iterate<V>(node: Node<V> | undefined): Iterable<readonly [string, V]> {
  if (node === undefined) return
  if ('entries' in node) yield* node.entries
  else for (const child of node.nodes) yield* iterate(child)
}

function indexOf(bitmap: number, bit: number): number {
  let below = bitmap & (bit - 1)
  below -= (below >>> 1) & 0x55555555
  below = (below & 0x33333333) + ((below >>> 2) & 0x33333333)
  return Math.imul((below + (below >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24
}

/** FNV-1a, then mixed: the low bits are used first. */
function hashOf(key: string): number {
  let hash = 0x811c9dc5
  for (let i = 0; i < key.length; i++) hash = Math.imul(hash ^ key.charCodeAt(i), 0x01000193)
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  return (hash ^ (hash >>> 13)) >>> 0
}
