import type { StoreChange } from '../../platform/index.ts'
import { refusalOf, type KeyTree, type TreeChange } from '../../platform/zookeeper/index.ts'
import type { RegistryStore } from '../registry/index.ts'

/** ZooKeeper takes a megabyte at once; of more than this much the parts are each made whole. */
const MAX_TRANSACTION_BYTES = 512 << 10
const OVERHEAD_BYTES = 100

/**
 * The registry as nodes below the folder of the election, a node for each key. Only the leader has it, so that what it knows to be there
 * is there.
 */
export class ZooKeeperRegistryStore implements RegistryStore {
  readonly #tree: KeyTree
  readonly #room: string
  #known: ReadonlySet<string> = new Set()
  /** Settles with the write before: what is known is as of then. */
  #written: Promise<void> = Promise.resolve()

  constructor(tree: KeyTree, room: string) {
    this.#tree = tree
    this.#room = `${room}/troupe_registry`
  }

  /** @throws TROUPE_PLATFORM_ZOOKEEPER_FAILED, and so does `write` */
  async entries(): Promise<ReadonlyMap<string, Uint8Array>> {
    await this.#look()
    const found = [...this.#known].map(
      async (key) => [key, await this.#tree.get(this.#at(key))] as const,
    )
    const entries = new Map<string, Uint8Array>()
    for (const [key, value] of await Promise.all(found)) {
      if (value !== undefined) entries.set(key, value)
    }
    return entries
  }

  write(changes: readonly StoreChange[]): Promise<void> {
    const written = this.#written.then(async () => {
      for (const part of inParts([...new Map(changes)])) await this.#writePart(part)
    })
    this.#written = written.catch(() => undefined)
    return written
  }

  close(): Promise<void> {
    return this.#written
  }

  async #writePart(changes: readonly StoreChange[]): Promise<void> {
    try {
      await this.#transact(changes)
    } catch (error) {
      if (refusalOf(error) === 'other') throw error
      // The answer may have been lost, and the changes made: what is there tells how to say them again.
      await this.#look()
      await this.#transact(changes)
    }
  }

  async #transact(changes: readonly StoreChange[]): Promise<void> {
    const made = changes.flatMap(([key, value]): TreeChange[] => {
      const path = this.#at(key)
      const isKnown = this.#known.has(key)
      if (value !== undefined) return [{ type: isKnown ? 'setData' : 'create', path, value }]
      return isKnown ? [{ type: 'delete', path }] : []
    })
    if (made.length === 0) return
    await this.#tree.transact(made)
    const known = new Set(this.#known)
    for (const [key, value] of changes) {
      if (value === undefined) known.delete(key)
      else known.add(key)
    }
    this.#known = known
  }

  async #look(): Promise<void> {
    await this.#tree.makePath(this.#room)
    this.#known = new Set((await this.#tree.children(this.#room)).map(decodeURIComponent))
  }

  #at(key: string): string {
    return `${this.#room}/${encodeURIComponent(key)}`
  }
}

function* inParts(changes: readonly StoreChange[]): Generator<readonly StoreChange[]> {
  let part: StoreChange[] = []
  let bytes = 0
  for (const change of changes) {
    const size = OVERHEAD_BYTES + change[0].length * 3 + (change[1]?.length ?? 0)
    if (bytes + size > MAX_TRANSACTION_BYTES && part.length > 0) {
      yield part
      part = []
      bytes = 0
    }
    part.push(change)
    bytes += size
  }
  if (part.length > 0) yield part
}
