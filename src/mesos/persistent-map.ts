/** One entry, and those after it whose keys have the same hash, by their keys. */
class Leaf<V> {
  /** Tells it from a branch, whose bitmap is not 0. */
  readonly bitmap = 0 as const
  readonly hash: number
  readonly key: string
  readonly value: V
  readonly next: Leaf<V> | undefined

  constructor(hash: number, key: string, value: V, next: Leaf<V> | undefined) {
    this.hash = hash
    this.key = key
    this.value = value
    this.next = next
  }
}

/** Up to 32 nodes, by five bits of the hash; `bitmap` tells which of them are there. */
class Branch<V> {
  readonly bitmap: number
  readonly nodes: readonly Node<V>[]

  constructor(bitmap: number, nodes: readonly Node<V>[]) {
    this.bitmap = bitmap
    this.nodes = nodes
  }
}

type Node<V> = Leaf<V> | Branch<V>

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
    for (let shift = 0; node !== undefined && isBranch(node); shift += 5) {
      const bit = 1 << ((hash >>> shift) & 31)
      node = (node.bitmap & bit) === 0 ? undefined : node.nodes[indexOf(node.bitmap, bit)]
    }
    if (node === undefined || node.hash !== hash) return undefined
    let leaf: Leaf<V> | undefined = node
    while (leaf !== undefined && leaf.key !== key) leaf = leaf.next
    return leaf?.value
  }

  has(key: string): boolean {
    return this.get(key) !== undefined
  }

  /** The map with `key` set; `undefined` can't be a value. */
  with(key: string, value: V): PersistentMap<V> {
    const hash = hashOf(key)
    if (this.#root === undefined) return new PersistentMap(new Leaf(hash, key, value, undefined), 1)
    grown = 0
    const root = insert(this.#root, 0, hash, key, value)
    return root === this.#root ? this : new PersistentMap(root, this.size + grown)
  }

  /** The map without `key`; itself when it isn't there. */
  without(key: string): PersistentMap<V> {
    if (this.#root === undefined) return this
    const root = remove(this.#root, 0, hashOf(key), key)
    return root === this.#root ? this : new PersistentMap(root, this.size - 1)
  }

  [Symbol.iterator](): IterableIterator<readonly [string, V]> {
    return new Walk(this.#root, ({ key, value }) => [key, value] as const)
  }

  keys(): IterableIterator<string> {
    return new Walk(this.#root, ({ key }) => key)
  }

  values(): IterableIterator<V> {
    return new Walk(this.#root, ({ value }) => value)
  }
}

function isBranch<V>(node: Node<V>): node is Branch<V> {
  return node.bitmap !== 0
}

/** Entries that the `insert` under way has added. */
let grown = 0

function insert<V>(node: Node<V>, shift: number, hash: number, key: string, value: V): Node<V> {
  if (!isBranch(node)) {
    if (node.hash === hash) return insertHere(node, key, value)
    const branch = new Branch<V>(1 << ((node.hash >>> shift) & 31), [node])
    return insert(branch, shift, hash, key, value)
  }
  const { bitmap, nodes } = node
  const bit = 1 << ((hash >>> shift) & 31)
  const index = indexOf(bitmap, bit)
  if ((bitmap & bit) === 0) {
    grown = 1
    return new Branch(bitmap | bit, withItem(nodes, index, new Leaf(hash, key, value, undefined)))
  }
  const child = nodes[index] as Node<V>
  const next = insert(child, shift + 5, hash, key, value)
  return next === child ? node : new Branch(bitmap, replaced(nodes, index, next))
}

/** Among entries of one hash. */
function insertHere<V>(leaf: Leaf<V>, key: string, value: V): Leaf<V> {
  if (leaf.key === key) {
    return leaf.value === value ? leaf : new Leaf(leaf.hash, key, value, leaf.next)
  }
  if (key < leaf.key) {
    grown = 1
    return new Leaf(leaf.hash, key, value, leaf)
  }
  if (leaf.next === undefined) grown = 1
  const next =
    leaf.next === undefined
      ? new Leaf(leaf.hash, key, value, undefined)
      : insertHere(leaf.next, key, value)
  return next === leaf.next ? leaf : new Leaf(leaf.hash, leaf.key, leaf.value, next)
}

function remove<V>(node: Node<V>, shift: number, hash: number, key: string): Node<V> | undefined {
  if (!isBranch(node)) return node.hash === hash ? removeHere(node, key) : node
  const { bitmap, nodes } = node
  const bit = 1 << ((hash >>> shift) & 31)
  if ((bitmap & bit) === 0) return node
  const index = indexOf(bitmap, bit)
  const child = nodes[index] as Node<V>
  const rest = remove(child, shift + 5, hash, key)
  if (rest === child) return node
  if (rest !== undefined) {
    if (nodes.length === 1 && !isBranch(rest)) return rest
    return new Branch(bitmap, replaced(nodes, index, rest))
  }
  if (nodes.length === 1) return undefined
  const other = nodes[1 - index]
  if (nodes.length === 2 && other !== undefined && !isBranch(other)) return other
  return new Branch(bitmap & ~bit, withoutItem(nodes, index))
}

function removeHere<V>(leaf: Leaf<V>, key: string): Leaf<V> | undefined {
  if (leaf.key === key) return leaf.next
  const next = leaf.next === undefined ? undefined : removeHere(leaf.next, key)
  return next === leaf.next ? leaf : new Leaf(leaf.hash, leaf.key, leaf.value, next)
}

function replaced<T>(items: readonly T[], index: number, item: T): readonly T[] {
  const copy = items.slice()
  copy[index] = item
  return copy
}

// By hand: `splice` makes a second array, and leaves room for more that never come.

function withItem<T>(items: readonly T[], index: number, item: T): readonly T[] {
  const copy = new Array<T>(items.length + 1)
  for (let i = 0; i < index; i++) copy[i] = items[i] as T
  copy[index] = item
  for (let i = index; i < items.length; i++) copy[i + 1] = items[i] as T
  return copy
}

function withoutItem<T>(items: readonly T[], index: number): readonly T[] {
  const copy = new Array<T>(items.length - 1)
  for (let i = 0; i < index; i++) copy[i] = items[i] as T
  for (let i = index + 1; i < items.length; i++) copy[i - 1] = items[i] as T
  return copy
}

/** Goes through the leaves of a tree, in the order of their hashes. */
class Walk<V, T> implements IterableIterator<T> {
  readonly #of: (leaf: Leaf<V>) => T
  /** Of the branches that it is in, and where in each. */
  readonly #branches: Branch<V>[] = []
  readonly #at: number[] = []
  #leaf: Leaf<V> | undefined

  constructor(root: Node<V> | undefined, of: (leaf: Leaf<V>) => T) {
    this.#of = of
    if (root !== undefined) this.#enter(root)
  }

  [Symbol.iterator](): this {
    return this
  }

  next(): IteratorResult<T> {
    while (this.#leaf === undefined) {
      const depth = this.#branches.length - 1
      const branch = this.#branches[depth]
      if (branch === undefined) return { done: true, value: undefined }
      const at = this.#at[depth] ?? 0
      const node = branch.nodes[at]
      if (node === undefined) {
        this.#branches.pop()
        this.#at.pop()
      } else {
        this.#at[depth] = at + 1
        this.#enter(node)
      }
    }
    const leaf = this.#leaf
    this.#leaf = leaf.next
    return { done: false, value: this.#of(leaf) }
  }

  #enter(node: Node<V>): void {
    if (!isBranch(node)) {
      this.#leaf = node
      return
    }
    this.#branches.push(node)
    this.#at.push(0)
  }
}

function indexOf(bitmap: number, bit: number): number {
  let below = bitmap & (bit - 1)
  below -= (below >>> 1) & 0x55555555
  below = (below & 0x33333333) + ((below >>> 2) & 0x33333333)
  return Math.imul((below + (below >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24
}

/** FNV-1a, then mixed: the low bits are used first. Signed: a larger number would be an object of its own in each leaf. */
function hashOf(key: string): number {
  let hash = 0x811c9dc5
  for (let i = 0; i < key.length; i++) hash = Math.imul(hash ^ key.charCodeAt(i), 0x01000193)
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  return hash ^ (hash >>> 13)
}
