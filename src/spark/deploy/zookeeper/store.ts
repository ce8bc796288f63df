import {
  idOf,
  isItemName,
  nameOf,
  readItem,
  writtenItem,
  type RecoveryStore,
  type StoredItem,
} from '../master/index.ts'
import type { KeyTree } from '../../../platform/zookeeper/index.ts'

/**
 * A node for each item under `master_status` (`spark.deploy.recoveryMode` ZOOKEEPER).
 *
 * @see ZooKeeperPersistenceEngine.scala of Spark
 */
export class ZooKeeperRecoveryStore implements RecoveryStore {
  readonly #tree: KeyTree
  readonly #room: string

  constructor(tree: KeyTree, directory: string) {
    this.#tree = tree
    this.#room = `${directory}/master_status`
  }

  /** @throws TROUPE_SPARK_RECOVERY_UNREADABLE, TROUPE_PLATFORM_ZOOKEEPER_FAILED */
  async load(): Promise<readonly StoredItem[]> {
    await this.#tree.makePath(this.#room)
    const items: StoredItem[] = []
    for (const name of await this.#tree.children(this.#room)) {
      if (!isItemName(name)) continue
      const path = `${this.#room}/${name}`
      const bytes = await this.#tree.get(path)
      if (bytes !== undefined) items.push(readItem(path, bytes))
    }
    return items
  }

  async keep(item: StoredItem): Promise<void> {
    await this.#tree.put(`${this.#room}/${nameOf(item.kind, idOf(item))}`, writtenItem(item))
  }

  async forget(kind: StoredItem['kind'], id: string): Promise<void> {
    await this.#tree.remove(`${this.#room}/${nameOf(kind, id)}`)
  }
}
