import { crc32 } from 'node:zlib'
import type { AppendFile, Disk } from '../disk.ts'
import { storeFailed } from '../errors.ts'
import type {
  KeyRange,
  OrderedChange,
  OrderedReader,
  OrderedStore,
  OrderedStores,
} from '../ordered-store.ts'

const JOURNAL = 'journal'
/** Length and checksum before each update. */
const HEAD_BYTES = 8
const NOTHING = 0xffffffff

/**
 * Ordered stores on a simulated disk, each a journal of updates: they fail and survive as the disk does. One process at a time has one open.
 * @param claims who has which directory open, for all nodes of the machine
 */
export function journalStores(
  disk: Disk,
  claims: Map<string, () => boolean>,
  isAlive: () => boolean,
): OrderedStores {
  return {
    async open(directory) {
      const place = disk.absolute(directory)
      if (claims.get(place)?.() === true) {
        throw storeFailed(directory, 'opened', 'in a simulation one process at a time may have it')
      }
      let isOpen = true
      claims.set(place, () => isOpen && isAlive())
      const content = new SortedMap()
      const journal = await attempt(directory, 'opened', () => openJournal(disk, place, content))
      let last: Promise<unknown> = Promise.resolve()
      const store: OrderedStore = {
        reader: content,
        async update(decide) {
          const { changes, result } = decide(content)
          content.apply(changes)
          const written = last.then(() =>
            attempt(directory, 'written', async () => {
              await journal.append(encode(changes))
              await journal.sync()
            }),
          )
          last = written.catch(() => undefined)
          await written
          return result
        },
        close: async () => {
          await last
          await journal.close()
          isOpen = false
        },
      }
      return store
    },
  }
}

async function openJournal(disk: Disk, place: string, content: SortedMap): Promise<AppendFile> {
  await disk.makeDirectory(place)
  const file = `${place}/${JOURNAL}`
  const isThere = (await disk.stat(file)) !== undefined
  const updates = isThere ? decode(await disk.readFile(file)) : []
  for (const changes of updates) content.apply(changes)
  // What a crash has left of the last update goes away.
  const journal = await disk.create(`${file}.part`)
  for (const changes of updates) await journal.append(encode(changes))
  await journal.sync()
  await disk.rename(`${file}.part`, file)
  return journal
}

/** Keys in order, with what stands at them. */
class SortedMap implements OrderedReader {
  readonly #keys: Uint8Array[] = []
  readonly #values: Uint8Array[] = []

  get(key: Uint8Array): Uint8Array | undefined {
    const at = this.#at(key)
    return this.#isAt(at, key) ? this.#values[at] : undefined
  }

  range({
    from,
    to,
    isReversed = false,
    limit = Infinity,
  }: KeyRange): Iterable<readonly [Uint8Array, Uint8Array]> {
    const [start, end] = [this.#at(from), this.#at(to)]
    const found = this.#keys
      .slice(start, Math.max(start, end))
      .map((key, i) => [key, this.#values[start + i] ?? new Uint8Array(0)] as const)
    return (isReversed ? found.reverse() : found).slice(0, Math.min(limit, found.length))
  }

  apply(changes: readonly OrderedChange[]): void {
    for (const [key, value] of changes) {
      const at = this.#at(key)
      const count = this.#isAt(at, key) ? 1 : 0
      this.#keys.splice(at, count, ...(value === undefined ? [] : [new Uint8Array(key)]))
      this.#values.splice(at, count, ...(value === undefined ? [] : [new Uint8Array(value)]))
    }
  }

  #isAt(at: number, key: Uint8Array): boolean {
    const found = this.#keys[at]
    return found !== undefined && Buffer.compare(found, key) === 0
  }

  /** Where the first key stands that is not below it. */
  #at(key: Uint8Array): number {
    let [low, high] = [0, this.#keys.length]
    while (low < high) {
      const middle = (low + high) >> 1
      if (Buffer.compare(this.#keys[middle] ?? key, key) < 0) low = middle + 1
      else high = middle
    }
    return low
  }
}

function encode(changes: readonly OrderedChange[]): Uint8Array {
  const parts: Uint8Array[] = []
  for (const [key, value] of changes) {
    const lengths = Buffer.alloc(HEAD_BYTES)
    lengths.writeUInt32BE(key.length, 0)
    lengths.writeUInt32BE(value?.length ?? NOTHING, 4)
    parts.push(lengths, key, value ?? new Uint8Array(0))
  }
  const body = Buffer.concat(parts)
  const head = Buffer.alloc(HEAD_BYTES)
  head.writeUInt32BE(body.length, 0)
  head.writeUInt32BE(crc32(body), 4)
  return Buffer.concat([head, body])
}

/** All updates up to the first that is not whole. */
function decode(bytes: Uint8Array): readonly (readonly OrderedChange[])[] {
  const journal = Buffer.from(bytes)
  const updates: (readonly OrderedChange[])[] = []
  for (let at = 0; at + HEAD_BYTES <= journal.length;) {
    const body = journal.subarray(at + HEAD_BYTES, at + HEAD_BYTES + journal.readUInt32BE(at))
    if (body.length !== journal.readUInt32BE(at) || crc32(body) !== journal.readUInt32BE(at + 4)) {
      break
    }
    updates.push(changesOf(body))
    at += HEAD_BYTES + body.length
  }
  return updates
}

function changesOf(body: Buffer): readonly OrderedChange[] {
  const changes: OrderedChange[] = []
  for (let at = 0; at < body.length;) {
    const [keyBytes, valueBytes] = [body.readUInt32BE(at), body.readUInt32BE(at + 4)]
    at += HEAD_BYTES
    const key = body.subarray(at, at + keyBytes)
    at += keyBytes
    if (valueBytes === NOTHING) {
      changes.push([key, undefined])
      continue
    }
    changes.push([key, body.subarray(at, at + valueBytes)])
    at += valueBytes
  }
  return changes
}

async function attempt<T>(directory: string, what: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    throw storeFailed(directory, what, error)
  }
}
