import { rememberNames } from './captured-names.ts'
import { CodeFactory } from './code-factory.ts'
import { deferredOrder, isDeferred } from './deferred-order.ts'
import { ClosureError } from './errors.ts'
import type {
  BoundNode,
  ClassNode,
  ClosureGraph,
  CodeUnit,
  Extra,
  FunctionNode,
  GraphNode,
  Integrity,
  Slot,
} from './graph.ts'
import { configurable, enumerable, writable } from './graph.ts'
import type { RebuildOptions, RebuildTools } from './rebuild.ts'
import { makeShell } from './shells.ts'
import { decodePrimitive } from './slots.ts'

/**
 * One rebuilding. Rows become values in four rounds: shells of all containers; functions, each after those it
 * captured; contents and links; then classes and decoded instances in their order, each handed to
 * whoever waits for it.
 */
export class RebuildPass {
  readonly #graph: ClosureGraph
  readonly #imports: readonly unknown[]
  readonly #tools: RebuildTools
  readonly #options: RebuildOptions
  readonly #factory: CodeFactory
  readonly #values: unknown[]
  readonly #isMade: Uint8Array
  /** Row → what to do once it is made. */
  readonly #waiting = new Map<number, (() => void)[]>()

  constructor(
    graph: ClosureGraph,
    imports: readonly unknown[],
    tools: RebuildTools,
    options: RebuildOptions,
  ) {
    this.#graph = graph
    this.#imports = imports
    this.#tools = tools
    this.#options = options
    this.#factory = new CodeFactory(tools.compiler)
    this.#values = new Array<unknown>(graph.nodes.length)
    this.#isMade = new Uint8Array(graph.nodes.length)
  }

  run(): Readonly<Record<string, unknown>> {
    const { nodes, roots } = this.#graph
    nodes.forEach((node, index) => {
      this.#makeLeaf(node, index)
    })
    nodes.forEach((node, index) => {
      if (isCode(node)) this.#makeFunctions(index)
    })
    nodes.forEach((node, index) => {
      this.#fill(node, index)
    })
    const order = deferredOrder(this.#graph, (index) =>
      invalid(`row ${String(index)} needs itself`),
    )
    for (const index of order) this.#makeDeferred(index)
    nodes.forEach((node, index) => {
      close(this.#values[index], integrityOf(node))
    })
    return Object.fromEntries(
      Object.entries(roots).map(([name, slot]) => [name, this.#valueOf(slot)]),
    )
  }

  #makeLeaf(node: GraphNode, index: number): void {
    if (this.#isMade[index] === 1 || isCode(node) || isDeferred(node)) return
    if (node[0] === 'reference') this.#made(index, this.#valueOf(node[1]))
    else if (node[0] === 'require') this.#made(index, this.#tools.compiler.requireOf(node[1]))
    else if (node[0] === 'view') {
      const buffer = rowOf(node[2])
      const row = buffer === undefined ? undefined : this.#graph.nodes[buffer]
      if (buffer === undefined || row === undefined) throw invalid('a view without its buffer')
      this.#makeLeaf(row, buffer)
      this.#made(index, makeShell(node, this.#values[buffer]))
    } else this.#made(index, makeShell(node, undefined))
  }

  /** Makes the function at `start` after all those it captured, deepest first; cycles stay open. */
  #makeFunctions(start: number): void {
    const isEntered = new Set<number>()
    const stack = [start]
    for (let index = stack.at(-1); index !== undefined; index = stack.at(-1)) {
      const node = this.#graph.nodes[index]
      if (node === undefined || !isCode(node) || this.#isMade[index] === 1) {
        stack.pop()
        continue
      }
      if (isEntered.has(index)) {
        stack.pop()
        if (node[0] === 'bound') this.#bind(index, node)
        else this.#made(index, this.#makeCode(node))
        continue
      }
      isEntered.add(index)
      const before = node[0] === 'bound' ? [node[2], node[3], ...node[4]] : node[3]
      for (const slot of before) {
        const row = rowOf(slot)
        if (row !== undefined && !isEntered.has(row)) stack.push(row)
      }
    }
  }

  /** Now, or as soon as all that it is bound to is there; that need not be whole. */
  #bind(index: number, [, name, target, receiver, args]: BoundNode): void {
    this.#whenThere([target, receiver, ...args], () => {
      const fn = this.#valueOf(target) as (...args: unknown[]) => unknown
      const bound: unknown = fn.bind(
        this.#valueOf(receiver),
        ...args.map((arg) => this.#valueOf(arg)),
      )
      Object.defineProperty(bound, 'name', { value: name, configurable: true })
      this.#made(index, bound)
    })
  }

  /** Names whose values are not there yet are linked when they are. */
  #makeCode([kind, codeIndex, name, captured, extras]: FunctionNode | ClassNode): unknown {
    const code = this.#graph.codes[codeIndex]
    if (code?.names.length !== captured.length) throw invalid('a function without its code')
    if (kind === 'function' && captured.length === 0 && extras.length === 0) {
      const made = this.#factory.makeShared(codeIndex, code, name)
      if (code.kind === 'function') rememberNames(made as () => unknown, [], [])
      restoreName(made, name, code)
      return made
    }
    const open: number[] = []
    const values = captured.map((slot, position) => {
      if (this.#isThere(slot)) return this.#valueOf(slot)
      open.push(position)
      return undefined
    })
    const { value, link } = this.#factory.make(codeIndex, code, name, values, open)
    for (const position of open) {
      const slot = captured[position]
      const set = link.get(position)
      if (slot !== undefined && set !== undefined)
        this.#whenThere([slot], () => set(this.#valueOf(slot)))
    }
    if (code.kind === 'function' && open.length === 0) {
      rememberNames(value as () => unknown, code.names, values)
    }
    restoreName(value, name, code)
    return value
  }

  #fill(node: GraphNode, index: number): void {
    const value = this.#values[index]
    switch (node[0]) {
      case 'object': {
        const [, , shape, slots, extras] = node
        const keys = this.#graph.shapes[shape] ?? []
        this.#fillMembers(value as object, keys, slots)
        this.#define(value as object, extras)
        break
      }
      case 'array': {
        const items = value as unknown[]
        // One of numbers is whole already, and written to here it would lose its form.
        if (items.length === 0) {
          node[1].forEach((slot, index) => {
            if (isHole(slot)) items.length = index + 1
            else this.#set(items, index, slot)
          })
        }
        this.#define(items, node[2])
        break
      }
      case 'sparse':
        for (const [index, slot] of node[2]) this.#set(value as unknown[], index, slot)
        this.#define(value as object, node[3])
        break
      case 'map':
        this.#whenThere(node[1], () => {
          for (let at = 0; at < node[1].length; at += 2) {
            const [key = null, held = null] = node[1].slice(at, at + 2)
            ;(value as Map<unknown, unknown>).set(this.#valueOf(key), this.#valueOf(held))
          }
        })
        this.#define(value as object, node[2])
        break
      case 'set':
        this.#whenThere(node[1], () => {
          for (const slot of node[1]) (value as Set<unknown>).add(this.#valueOf(slot))
        })
        this.#define(value as object, node[2])
        break
      case 'date':
      case 'error':
        this.#define(value as object, node[2])
        break
      case 'function':
        this.#define(value as object, node[4])
        break
      case 'bound':
        if (node[5].length === 0) break
        this.#whenThere([[index]], () => {
          this.#define(this.#values[index] as object, node[5])
        })
        break
      default:
    }
  }

  #fillMembers(value: object, keys: readonly string[], slots: readonly Slot[]): void {
    const members = value as Record<string, unknown>
    keys.forEach((key, at) => {
      const slot = slots[at] ?? null
      if (this.#isThere(slot)) members[key] = this.#valueOf(slot)
      else {
        // Takes its place in the order of keys.
        members[key] = undefined
        this.#whenThere([slot], () => {
          members[key] = this.#valueOf(slot)
        })
      }
    })
  }

  #set(items: unknown[], index: number, slot: Slot): void {
    if (this.#isThere(slot)) items[index] = this.#valueOf(slot)
    else {
      items[index] = undefined
      this.#whenThere([slot], () => {
        items[index] = this.#valueOf(slot)
      })
    }
  }

  #define(value: object, extras: readonly Extra[]): void {
    for (const [key, slot, flags] of extras) {
      this.#whenThere([slot], () => {
        Object.defineProperty(value, this.#valueOf(key) as PropertyKey, {
          value: this.#valueOf(slot),
          writable: (flags & writable) !== 0,
          enumerable: (flags & enumerable) !== 0,
          configurable: (flags & configurable) !== 0,
        })
      })
    }
  }

  #makeDeferred(index: number): void {
    const node = this.#graph.nodes[index]
    switch (node?.[0]) {
      case 'class':
        this.#made(index, this.#makeCode(node))
        this.#define(this.#values[index] as object, node[4])
        break
      case 'coded':
        this.#made(index, this.#decode(node[1], node[2], node[3]))
        break
      case 'host':
        this.#made(index, this.#revive(node[1], node[2]))
        break
      default:
    }
  }

  #decode(codec: string, decode: Slot, data: Slot): unknown {
    try {
      return (this.#valueOf(decode) as (data: unknown) => unknown)(this.#valueOf(data))
    } catch (cause) {
      throw new ClosureError(
        'TROUPE_CLOSURE_CODEC_FAILED',
        `The codec ${JSON.stringify(codec)} could not decode what its encode gave: ` +
          `${cause instanceof Error ? cause.message : String(cause)}. Its decode must take it on any executor`,
        { cause, data: { codec } },
      )
    }
  }

  #revive(name: string, data: Slot): unknown {
    const { revive } = this.#options
    if (revive === undefined) throw invalid(`a stand-in ${name}, but no reviver was given`)
    return revive(name, this.#valueOf(data))
  }

  #made(index: number, value: unknown): void {
    this.#values[index] = value
    this.#isMade[index] = 1
    const waiting = this.#waiting.get(index)
    this.#waiting.delete(index)
    for (const act of waiting ?? []) act()
  }

  /** Acts now, or as soon as the last of the rows is made. */
  #whenThere(slots: readonly Slot[], act: () => void): void {
    const missing = slots.filter((slot) => !this.#isThere(slot))
    if (missing.length === 0) {
      act()
      return
    }
    let left = missing.length
    for (const slot of missing) {
      const row = rowOf(slot) ?? -1
      const acts = this.#waiting.get(row) ?? []
      this.#waiting.set(row, acts)
      acts.push(() => {
        left -= 1
        if (left === 0) act()
      })
    }
  }

  #isThere(slot: Slot): boolean {
    const row = rowOf(slot)
    return row === undefined || this.#isMade[row] === 1
  }

  #valueOf(slot: Slot): unknown {
    const row = rowOf(slot)
    if (row !== undefined) return this.#values[row]
    const primitive = decodePrimitive(slot)
    if (primitive !== undefined) return primitive.value
    const [tag, detail] = slot as readonly [string, string | number]
    if (tag === 'import') return this.#imports[detail as number]
    if (tag !== 'intrinsic') throw invalid(`a value of the unknown kind ${tag}`)
    const value = this.#tools.intrinsics.at(detail as string)
    if (value !== undefined) return value
    throw new ClosureError(
      'TROUPE_CLOSURE_INTRINSIC_MISSING',
      `This Node (or this program) has no ${String(detail)}, which the function uses; both sides need the same Node version`,
      { data: { intrinsic: String(detail) } },
    )
  }
}

function rowOf(slot: Slot | undefined): number | undefined {
  return Array.isArray(slot) && typeof slot[0] === 'number' ? slot[0] : undefined
}

/** Made after the shells of what it may refer to. */
function isCode(node: GraphNode): node is FunctionNode | BoundNode {
  return node[0] === 'function' || node[0] === 'bound'
}

function isHole(slot: Slot): boolean {
  return Array.isArray(slot) && slot[0] === 'hole'
}

function integrityOf(node: GraphNode): Integrity {
  if (node[0] === 'object') return node[5]
  if (node[0] === 'array') return node[3]
  return node[0] === 'sparse' ? node[4] : 0
}

function close(value: unknown, integrity: Integrity): void {
  if (integrity === 3) Object.freeze(value)
  else if (integrity === 2) Object.seal(value)
  else if (integrity === 1) Object.preventExtensions(value)
}

/** A name that was set by hand, or that the source's place gave. */
function restoreName(value: unknown, name: string, { kind }: CodeUnit): void {
  if (kind === 'class' && name === '') return
  const own = Object.getOwnPropertyDescriptor(value, 'name')
  if (own?.configurable !== true || own.value === name || typeof own.value !== 'string') return
  Object.defineProperty(value, 'name', { value: name, configurable: true })
}

function invalid(what: string): ClosureError {
  return new ClosureError(
    'TROUPE_CLOSURE_GRAPH_INVALID',
    `The closure is damaged, or of another version of Troupe: it has ${what}`,
  )
}
