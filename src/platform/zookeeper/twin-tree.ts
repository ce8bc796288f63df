/** What ZooKeeper answers in place of a result. */
export type Code = 0 | -101 | -103 | -108 | -110 | -111

const NO_NODE = -101
const BAD_VERSION = -103
const NO_CHILDREN_OF_EPHEMERALS = -108
const NODE_EXISTS = -110
const NOT_EMPTY = -111

/** A node of the tree. */
export interface TreeNode {
  readonly value: Uint8Array
  readonly version: number
  /** The session that it goes with; 0 for none. */
  readonly owner: bigint
  readonly madeBy: bigint
  readonly changedBy: bigint
  readonly children: ReadonlySet<string>
  /** How often children came or went: the next one's number, where it is asked for. */
  readonly childChanges: number
}

/** One change, of which watchers hear. */
export interface TreeEvent {
  readonly type: 'created' | 'deleted' | 'changed' | 'children'
  readonly path: string
}

const EPHEMERAL = 1
const SEQUENTIAL = 2
const NOTHING = new Uint8Array(0)

/** The tree that the servers of an ensemble agree on. Each change has a number. */
export class TwinTree {
  readonly #nodes = new Map<string, TreeNode>()
  readonly #onEvent: (event: TreeEvent) => void
  #lastChange = 0n

  constructor(onEvent: (event: TreeEvent) => void) {
    this.#onEvent = onEvent
    this.#nodes.set('/', made(NOTHING, 0n, 0n))
  }

  get lastChange(): bigint {
    return this.#lastChange
  }

  find(path: string): TreeNode | undefined {
    return this.#nodes.get(path)
  }

  /** Makes a node. @returns its path, which may have a number behind it, or why not */
  create(path: string, value: Uint8Array, flags: number, session: bigint): string | Code {
    const above = parentOf(path)
    const isSequential = (flags & SEQUENTIAL) !== 0
    const number = String(this.#nodes.get(above)?.childChanges ?? 0).padStart(10, '0')
    const own = isSequential ? path + number : path
    const code = this.mayCreate(own)
    if (code !== 0) return code
    const owner = (flags & EPHEMERAL) === 0 ? 0n : session
    this.#lastChange += 1n
    this.#nodes.set(own, made(value, owner, this.#lastChange))
    this.#changeChildren(above, (children) => children.add(nameOf(own)))
    this.#onEvent({ type: 'created', path: own })
    this.#onEvent({ type: 'children', path: above })
    return own
  }

  mayCreate(path: string): Code {
    const parent = this.#nodes.get(parentOf(path))
    if (parent === undefined) return NO_NODE
    if (parent.owner !== 0n) return NO_CHILDREN_OF_EPHEMERALS
    return this.#nodes.has(path) ? NODE_EXISTS : 0
  }

  set(path: string, value: Uint8Array, version: number): Code {
    const node = this.#nodes.get(path)
    if (node === undefined) return NO_NODE
    if (version !== -1 && version !== node.version) return BAD_VERSION
    const changedBy = (this.#lastChange += 1n)
    this.#nodes.set(path, { ...node, value, version: node.version + 1, changedBy })
    this.#onEvent({ type: 'changed', path })
    return 0
  }

  remove(path: string, version: number): Code {
    const node = this.#nodes.get(path)
    if (node === undefined || path === '/') return NO_NODE
    if (version !== -1 && version !== node.version) return BAD_VERSION
    if (node.children.size > 0) return NOT_EMPTY
    this.#lastChange += 1n
    const above = parentOf(path)
    this.#nodes.delete(path)
    this.#changeChildren(above, (children) => children.delete(nameOf(path)))
    this.#onEvent({ type: 'deleted', path })
    this.#onEvent({ type: 'children', path: above })
    return 0
  }

  /** What goes with a session is gone. */
  removeOf(session: bigint): void {
    const owned = [...this.#nodes].filter(([, { owner }]) => owner === session)
    for (const [path] of owned) this.remove(path, -1)
  }

  #changeChildren(path: string, change: (children: Set<string>) => unknown): void {
    const node = this.#nodes.get(path)
    if (node === undefined) return
    const children = new Set(node.children)
    change(children)
    this.#nodes.set(path, { ...node, children, childChanges: node.childChanges + 1 })
  }
}

function made(value: Uint8Array, owner: bigint, by: bigint): TreeNode {
  return {
    value,
    version: 0,
    owner,
    madeBy: by,
    changedBy: by,
    children: new Set(),
    childChanges: 0,
  }
}

function parentOf(path: string): string {
  return path.slice(0, path.lastIndexOf('/')) || '/'
}

function nameOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1)
}
