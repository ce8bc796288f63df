import { refusalOf, refused, sessionLost } from './errors.ts'
import type { JuteWriter } from './jute.ts'
import { OPERATION, type ZooKeeperSession } from './session.ts'

/** Any version. */
const ANY = -1
const EPHEMERAL_SEQUENTIAL = 3
const ALL_PERMISSIONS = 31

const END_OF_CHANGES = -1

/** One of several changes that are made together. */
export type TreeChange =
  | { readonly type: 'create' | 'setData'; readonly path: string; readonly value: Uint8Array }
  | { readonly type: 'delete'; readonly path: string }

function writeChange(record: JuteWriter, change: TreeChange): void {
  record.int(OPERATION[change.type]).flag(false).int(-1).text(change.path)
  if (change.type === 'delete') record.int(ANY)
  else if (change.type === 'setData') record.buffer(change.value).int(ANY)
  else openToAll(record.buffer(change.value)).int(0)
}

/** Anybody who reaches ZooKeeper may read and write, as by default in Spark. */
function openToAll(record: JuteWriter): JuteWriter {
  return record.int(1).int(ALL_PERMISSIONS).text('world').text('anyone')
}

/**
 * ZooKeeper's tree of small values, as far as a master needs it. Paths are absolute. What was interrupted, and is the same when it is done
 * twice, is tried again as long as the session lives.
 */
export class KeyTree {
  readonly #session: ZooKeeperSession
  readonly #pause: () => Promise<void>

  constructor(session: ZooKeeperSession, pause: () => Promise<void>) {
    this.#session = session
    this.#pause = pause
  }

  /** Makes a node and those above it, where they are not there. */
  async makePath(path: string): Promise<void> {
    const names = path.split('/').filter((name) => name !== '')
    let made = ''
    for (const name of names) {
      made += `/${name}`
      await this.#create(made, new Uint8Array(0)).catch((error: unknown) => {
        if (refusalOf(error) !== 'node-exists') throw error
      })
    }
  }

  /** Writes a value, whether there is one or not. */
  async put(path: string, value: Uint8Array): Promise<void> {
    try {
      await this.#again(() =>
        this.#session.request('setData', path, (record) =>
          record.text(path).buffer(value).int(ANY),
        ),
      )
    } catch (error) {
      if (refusalOf(error) !== 'no-node') throw error
      await this.#create(path, value).catch((second: unknown) => {
        if (refusalOf(second) !== 'node-exists') throw second
      })
    }
  }

  /** Removes a value, if there is one. */
  async remove(path: string): Promise<void> {
    const removing = this.#again(() =>
      this.#session.request('delete', path, (record) => record.text(path).int(ANY)),
    )
    await removing.catch((error: unknown) => {
      if (refusalOf(error) !== 'no-node') throw error
    })
  }

  /** The value; undefined where there is none. */
  async get(path: string): Promise<Uint8Array | undefined> {
    try {
      const answer = await this.#again(() =>
        this.#session.request('getData', path, (record) => record.text(path).flag(false)),
      )
      return Uint8Array.from(answer.buffer())
    } catch (error) {
      if (refusalOf(error) === 'no-node') return undefined
      throw error
    }
  }

  /** The names of the nodes below one. */
  async children(path: string): Promise<readonly string[]> {
    const answer = await this.#again(() =>
      this.#session.request('getChildren', path, (record) => record.text(path).flag(false)),
    )
    return answer.texts()
  }

  /** The same; the coming or going of one is told once. */
  async watchChildren(path: string): Promise<readonly string[]> {
    const answer = await this.#again(() =>
      this.#session.request('getChildren', path, (record) => record.text(path).flag(true)),
    )
    return answer.texts()
  }

  /** Whether there is such a node; its end, if so, or its coming is told once. */
  async watch(path: string): Promise<boolean> {
    try {
      await this.#again(() =>
        this.#session.request('exists', path, (record) => record.text(path).flag(true)),
      )
      return true
    } catch (error) {
      if (refusalOf(error) === 'no-node') return false
      throw error
    }
  }

  /** Makes a node that goes with this session, its name with a number larger than any before it. @returns its path */
  async queueUp(path: string, value: Uint8Array): Promise<string> {
    const answer = await this.#session.request('create', path, (record) =>
      openToAll(record.text(path).buffer(value)).int(EPHEMERAL_SEQUENTIAL),
    )
    return answer.text()
  }

  /**
   * Makes all changes or none. What is to be made must not be there, all else must. Not tried again: it is not the same the second time.
   *
   * @throws TROUPE_PLATFORM_ZOOKEEPER_REFUSED, and none is made; TROUPE_PLATFORM_ZOOKEEPER_FAILED, after which it is unknown whether they were
   */
  async transact(changes: readonly TreeChange[]): Promise<void> {
    const answer = await this.#session.request('multi', changes[0]?.path ?? '', (record) => {
      for (const change of changes) writeChange(record, change)
      return record.int(END_OF_CHANGES).flag(true).int(END_OF_CHANGES)
    })
    if (answer.int() !== END_OF_CHANGES) return
    answer.flag()
    const code = answer.int()
    throw refused('change', changes.map(({ path }) => path).join(', '), code)
  }

  async #create(path: string, value: Uint8Array): Promise<void> {
    await this.#again(() =>
      this.#session.request('create', path, (record) =>
        openToAll(record.text(path).buffer(value)).int(0),
      ),
    )
  }

  async #again<T>(attempt: () => Promise<T>): Promise<T> {
    let failure: unknown = sessionLost('it is over')
    while (this.#session.isAlive) {
      try {
        return await attempt()
      } catch (error) {
        if (refusalOf(error) !== undefined) throw error
        failure = error
        await this.#pause()
      }
    }
    throw failure
  }
}
