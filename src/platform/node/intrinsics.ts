import { createContext, runInContext } from 'node:vm'
import type { Intrinsics } from '../intrinsics.ts'

/** What Node 20 to 24 add to the language's globals. */
const nodeGlobals: readonly string[] = (
  'AbortController AbortSignal Blob BroadcastChannel Buffer ByteLengthQueuingStrategy CloseEvent CompressionStream ' +
  'CountQueuingStrategy Crypto CryptoKey CustomEvent DOMException DecompressionStream ErrorEvent Event EventSource ' +
  'EventTarget File FormData Headers MessageChannel MessageEvent MessagePort Navigator Performance ' +
  'PerformanceEntry PerformanceMark PerformanceMeasure PerformanceObserver PerformanceObserverEntryList ' +
  'PerformanceResourceTiming QuotaExceededError ReadableByteStreamController ReadableStream ReadableStreamBYOBReader ' +
  'ReadableStreamBYOBRequest ReadableStreamDefaultController ReadableStreamDefaultReader Request Response Storage ' +
  'SubtleCrypto TextDecoder TextDecoderStream TextEncoder TextEncoderStream TransformStream ' +
  'TransformStreamDefaultController URL URLPattern URLSearchParams WebAssembly WebSocket WritableStream ' +
  'WritableStreamDefaultController WritableStreamDefaultWriter atob btoa clearImmediate clearInterval clearTimeout ' +
  'console crypto fetch global navigator performance process queueMicrotask setImmediate setInterval setTimeout ' +
  'structuredClone'
).split(' ')

/** Members of Node's modules that are objects and the same in every process. */
const fixedTables: ReadonlySet<string> = new Set(
  'constants promises posix win32 strict webcrypto subtle types performance codes globalAgent STATUS_CODES METHODS'.split(
    ' ',
  ),
)

/** Objects of the language that no global names. */
function hiddenRoots(): readonly (readonly [string, unknown])[] {
  const proto = (value: object): unknown => Object.getPrototypeOf(value)
  const asyncGenerator = async function* (): AsyncGenerator {
    // Only its kind matters.
  }
  const generator = function* (): Generator {
    // Only its kind matters.
  }
  return [
    ['%TypedArray%', proto(Uint8Array)],
    ['%AsyncFunction%', proto(async () => undefined)],
    ['%GeneratorFunction%', proto(generator)],
    ['%AsyncGeneratorFunction%', proto(asyncGenerator)],
    ['%IteratorPrototype%', proto(proto([][Symbol.iterator]()) as object)],
  ]
}

/** Built-ins of this process by identity; the table is made on first use (about 2 ms). */
export function nodeIntrinsics(): Intrinsics {
  const table = new IntrinsicTable()
  return {
    isGlobalName: (name) => table.globalNames().has(name),
    pathOf: (value) => table.pathOf(value),
    at: (path) => table.at(path),
  }
}

class IntrinsicTable {
  readonly #paths = new Map<object, string>()
  readonly #values = new Map<string, unknown>()
  readonly #modules = new Set<string>()
  #names: ReadonlySet<string> | undefined
  #isFilled = false
  #modulesSeen = 0

  /** The language's own names come from a fresh context: what the user added is not among them. */
  globalNames(): ReadonlySet<string> {
    if (this.#names === undefined) {
      const fresh = runInContext(
        'Object.getOwnPropertyNames(globalThis)',
        createContext(),
      ) as string[]
      this.#names = new Set([...fresh, ...nodeGlobals])
    }
    return this.#names
  }

  pathOf(value: object): string | undefined {
    this.#fill()
    const known = this.#paths.get(value)
    if (known !== undefined) return known
    this.#addLoadedModules()
    return this.#paths.get(value)
  }

  at(path: string): unknown {
    this.#fill()
    const hash = path.startsWith('node:') ? path.indexOf('#') : -1
    const id = hash < 0 ? path : path.slice(0, hash)
    if (id.startsWith('node:')) this.#addModule(id)
    return this.#values.get(path)
  }

  #fill(): void {
    if (this.#isFilled) return
    this.#isFilled = true
    this.#add('globalThis', globalThis)
    for (const name of this.globalNames()) {
      // Lazy globals (fetch, crypto …) are accessors: reading them would load their module.
      const descriptor = Object.getOwnPropertyDescriptor(globalThis, name)
      if (descriptor === undefined || !('value' in descriptor)) continue
      // The rest of `process` (argv, env …) is data of this process: it has to travel by value.
      if (name === 'process') this.#addFunctions(name, process)
      else this.#walk(name, descriptor.value, 3)
    }
    for (const [name, value] of hiddenRoots()) this.#walk(name, value, 3)
  }

  /** A builtin that someone holds was loaded by someone: only loaded ones need to be looked at. */
  #addLoadedModules(): void {
    const { moduleLoadList } = process as unknown as { moduleLoadList: readonly string[] }
    const entries = moduleLoadList.slice(this.#modulesSeen)
    this.#modulesSeen = moduleLoadList.length
    for (const entry of entries) {
      const match = /^NativeModule ((?!internal\/|_).+)$/.exec(entry)
      if (match?.[1] !== undefined) this.#addModule(`node:${match[1]}`)
    }
  }

  #addModule(id: string): void {
    if (this.#modules.has(id)) return
    this.#modules.add(id)
    const exports = builtinModule(id)
    if ((typeof exports !== 'object' && typeof exports !== 'function') || exports === null) return
    this.#add(id, exports)
    if (typeof exports === 'function') this.#walkMembers(`${id}#`, exports, 1)
    else this.#addFunctions(id, exports)
  }

  /** Functions and fixed tables of `owner`; its other objects may hold data of this process. */
  #addFunctions(id: string, owner: object): void {
    this.#add(id, owner)
    const prefix = id.startsWith('node:') ? `${id}#` : `${id}.`
    for (const [key, descriptor] of Object.entries(Object.getOwnPropertyDescriptors(owner))) {
      const value: unknown = 'value' in descriptor ? descriptor.value : undefined
      if (typeof value === 'function' || fixedTables.has(key)) this.#walk(prefix + key, value, 2)
    }
  }

  #walk(path: string, value: unknown, depth: number): void {
    if ((typeof value !== 'object' && typeof value !== 'function') || value === null) return
    if (!this.#add(path, value) || depth === 0) return
    this.#walkMembers(`${path}.`, value, depth - 1)
  }

  #walkMembers(prefix: string, owner: object, depth: number): void {
    for (const key of Reflect.ownKeys(owner)) {
      const descriptor = Object.getOwnPropertyDescriptor(owner, key)
      // The user may have set it.
      if (descriptor === undefined || key === 'prepareStackTrace') continue
      const path = prefix + (typeof key === 'string' ? key : `@@${key.description ?? ''}`)
      if ('value' in descriptor) this.#walk(path, descriptor.value, depth)
      else this.#add(`${path}:get`, Reflect.get(descriptor, 'get'))
    }
  }

  /** False when the object was known already: its first path stays. */
  #add(path: string, value: unknown): boolean {
    if ((typeof value !== 'object' && typeof value !== 'function') || value === null) return false
    if (this.#values.has(path)) return false
    this.#values.set(path, value)
    if (this.#paths.has(value)) return false
    this.#paths.set(value, path)
    return true
  }
}

function builtinModule(id: string): unknown {
  // Two warn that they are deprecated; the third is the global of its name.
  if (/^node:(punycode|sys|process)$/.test(id)) return undefined
  return process.getBuiltinModule(id)
}
