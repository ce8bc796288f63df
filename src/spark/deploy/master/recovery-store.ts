import {
  aCount,
  aFlag,
  aText,
  listOf,
  maybe,
  oneOf,
  record,
  type Shape,
} from '../../../actors/index.ts'
import type { Disk } from '../../../platform/index.ts'
import { SparkError } from '../../errors.ts'
import type { StoredItem } from './state.ts'

/** Where a master writes down what it must not forget. */
export interface RecoveryStore {
  load(): Promise<readonly StoredItem[]>
  /** Resolves once it is durable. */
  keep(item: StoredItem): Promise<void>
  forget(kind: StoredItem['kind'], id: string): Promise<void>
}

/** The file of an item, as Spark names it: `app_…`, `driver_…`, `worker_…`. */
const NAME = /^(app|driver|worker)_[A-Za-z0-9._-]+$/

/** Whom nobody but the owner reads: configurations may hold secrets. */
const MODE = 0o600

/**
 * A file for each item in one directory (`spark.deploy.recoveryMode` FILESYSTEM), replaced as a whole.
 *
 * @see FileSystemPersistenceEngine.scala of Spark
 */
export class FileRecoveryStore implements RecoveryStore {
  readonly #disk: Disk
  readonly #directory: string

  constructor(disk: Disk, directory: string) {
    this.#disk = disk
    this.#directory = directory
  }

  /** @throws TROUPE_SPARK_RECOVERY_UNREADABLE, TROUPE_PLATFORM_FILE_UNWRITABLE */
  async load(): Promise<readonly StoredItem[]> {
    await this.#disk.makeDirectory(this.#directory)
    const items: StoredItem[] = []
    for (const { path } of await this.#disk.list(this.#directory)) {
      const name = path.slice(path.lastIndexOf('/') + 1)
      // A file that was not finished was never spoken of.
      if (name.endsWith('.part')) await this.#disk.remove(path)
      else if (isItemName(name)) items.push(readItem(path, await this.#disk.readFile(path)))
    }
    return items
  }

  async keep(item: StoredItem): Promise<void> {
    const path = `${this.#directory}/${nameOf(item.kind, idOf(item))}`
    const file = await this.#disk.create(`${path}.part`, { mode: MODE })
    try {
      await file.append(writtenItem(item))
      await file.sync()
    } finally {
      await file.close()
    }
    await this.#disk.rename(`${path}.part`, path)
  }

  async forget(kind: StoredItem['kind'], id: string): Promise<void> {
    await this.#disk.remove(`${this.#directory}/${nameOf(kind, id)}`)
  }
}

/** What an item is called where it is kept. */
export function nameOf(kind: StoredItem['kind'], id: string): string {
  return `${kind}_${id}`
}

/** Whether an item may be called that; anything else is somebody else's. */
export function isItemName(name: string): boolean {
  return NAME.test(name)
}

export function writtenItem(item: StoredItem): Uint8Array {
  return new TextEncoder().encode(JSON.stringify(item))
}

/** The item that is kept there. @throws TROUPE_SPARK_RECOVERY_UNREADABLE */
export function readItem(path: string, bytes: Uint8Array): StoredItem {
  let value: unknown
  try {
    value = JSON.parse(new TextDecoder().decode(bytes))
  } catch {
    value = undefined
  }
  if (isStoredItem(value)) return value as StoredItem
  throw new SparkError(
    'TROUPE_SPARK_RECOVERY_UNREADABLE',
    `${path} is not what a master writes down of an application, a driver or a worker: remove it to go on without, or name another spark.deploy.recoveryDirectory`,
    { data: { path } },
  )
}

export function idOf(item: StoredItem): string {
  switch (item.kind) {
    case 'app':
      return item.applicationId
    case 'driver':
      return item.driverId
    case 'worker':
      return item.workerId
  }
}

const storedApplication = record({
  kind: oneOf(['app']),
  applicationId: aText,
  description: record({
    name: aText,
    user: aText,
    maxCores: maybe(aCount),
    coresPerExecutor: maybe(aCount),
    memoryPerExecutorMb: aCount,
  }),
  startUnixMs: aCount,
})

const storedDriver = record({
  kind: oneOf(['driver']),
  driverId: aText,
  description: record({
    program: aText,
    args: listOf(aText),
    conf: record({}),
    memoryMb: aCount,
    cores: aCount,
    isSupervised: aFlag,
  }),
  startUnixMs: aCount,
  workerId: maybe(aText),
})

const storedWorker = record({
  kind: oneOf(['worker']),
  workerId: aText,
  host: aText,
  port: aCount,
  cores: aCount,
  memoryMb: aCount,
})

const isStoredItem: Shape = (value) =>
  storedApplication(value) || storedDriver(value) || storedWorker(value)
