import type { Disk } from '../disk.ts'
import { storeFailed } from '../errors.ts'
import type { Store, Stores } from '../store.ts'

const FILE = 'store.json'

/** Stores on a simulated disk, each in one file that is replaced whole: they fail and survive as the disk does. */
export function diskStores(disk: Disk): Stores {
  return {
    async open(directory) {
      const file = `${directory}/${FILE}`
      const found = await attempt(directory, 'opened', async () => {
        await disk.makeDirectory(directory)
        const isThere = (await disk.stat(file)) !== undefined
        return isThere ? decode(await disk.readFile(file)) : new Map<string, Uint8Array>()
      })
      let content: ReadonlyMap<string, Uint8Array> = found
      let last: Promise<unknown> = Promise.resolve()
      const store: Store = {
        entries: () => Promise.resolve(content),
        write: (changes) => {
          const written = last.then(() =>
            attempt(directory, 'written', async () => {
              const next = new Map(content)
              for (const [key, value] of changes) {
                if (value === undefined) next.delete(key)
                else next.set(key, value)
              }
              await replace(disk, file, encode(next))
              content = next
            }),
          )
          last = written.catch(() => undefined)
          return written
        },
        close: async () => {
          await last
        },
      }
      return store
    },
  }
}

async function replace(disk: Disk, path: string, bytes: Uint8Array): Promise<void> {
  const part = await disk.create(`${path}.part`)
  try {
    await part.append(bytes)
    await part.sync()
  } finally {
    await part.close()
  }
  await disk.rename(`${path}.part`, path)
}

function encode(content: ReadonlyMap<string, Uint8Array>): Uint8Array {
  const plain = [...content].map(([key, value]) => [key, [...value]])
  return new TextEncoder().encode(JSON.stringify(plain))
}

function decode(bytes: Uint8Array): ReadonlyMap<string, Uint8Array> {
  const plain = JSON.parse(new TextDecoder().decode(bytes)) as readonly (readonly [
    string,
    readonly number[],
  ])[]
  return new Map(plain.map(([key, value]) => [key, Uint8Array.from(value)]))
}

async function attempt<T>(directory: string, what: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    throw storeFailed(directory, what, error)
  }
}
