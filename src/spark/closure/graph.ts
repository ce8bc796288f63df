/**
 * The closure as plain data: what crosses between processes.
 *
 * Only arrays, plain objects, well-formed strings, finite numbers, booleans, null and `Uint8Array`: any codec
 * carries it, and nothing depends on how a codec treats -0, holes, big integers or identity. All that has
 * identity is a row of `nodes`; cycles and shared values are indices into it.
 */
export interface ClosureGraph {
  readonly version: 1
  /** What was captured, by the name it was asked under. */
  readonly roots: Readonly<Record<string, Slot>>
  readonly modules: readonly ModuleReference[]
  readonly codes: readonly CodeUnit[]
  /** Key lists that objects share. */
  readonly shapes: readonly (readonly string[])[]
  readonly nodes: readonly GraphNode[]
}

/**
 * One value in place: itself when it is JSON, `[index]` of a node, or a tagged rest. `hole` stands only in
 * arrays; `text` holds the UTF-16 units of a string that is not well-formed; `import` is an index into
 * `modules`; `intrinsic` a path of the platform's built-ins; `symbol` a well-known one, `key` one of `Symbol.for`.
 */
export type Slot =
  | null
  | boolean
  | number
  | string
  | readonly [node: number]
  | readonly ['undefined']
  | readonly ['hole']
  | readonly ['number', 'NaN' | 'Infinity' | '-Infinity' | '-0']
  | readonly ['bigint', string]
  | readonly ['text', readonly number[]]
  | readonly ['symbol', string]
  | readonly ['key', string]
  | readonly ['intrinsic', string]
  | readonly ['import', number]

/** An own property that is not simply enumerable, writable and named by a string. */
export type Extra = readonly [key: Slot, value: Slot, flags: number]

/** Bits of {@link Extra}'s flags. */
export const writable = 1
export const enumerable = 2
export const configurable = 4
export const ordinary: number = writable | enumerable | configurable

/** How far an object was closed: 0 open, 1 not extensible, 2 sealed, 3 frozen. */
export type Integrity = 0 | 1 | 2 | 3

export type GraphNode =
  | readonly [
      kind: 'object',
      hasPrototype: boolean,
      shape: number,
      values: readonly Slot[],
      extras: readonly Extra[],
      integrity: Integrity,
    ]
  | readonly [kind: 'array', items: readonly Slot[], extras: readonly Extra[], integrity: Integrity]
  | readonly [
      kind: 'sparse',
      length: number,
      items: readonly (readonly [index: number, value: Slot])[],
      extras: readonly Extra[],
      integrity: Integrity,
    ]
  | readonly [kind: 'map', entries: readonly Slot[], extras: readonly Extra[]]
  | readonly [kind: 'set', items: readonly Slot[], extras: readonly Extra[]]
  | readonly [kind: 'date', time: Slot, extras: readonly Extra[]]
  | readonly [kind: 'regexp', source: Slot, flags: string, lastIndex: number]
  | readonly [kind: 'error', type: string, extras: readonly Extra[]]
  | readonly [kind: 'buffer', bytes: Uint8Array, maxByteLength: number | null]
  | readonly [kind: 'bytes', bytes: Uint8Array]
  | readonly [kind: 'view', type: string, buffer: Slot, byteOffset: number, length: number]
  | readonly [kind: 'standard', type: string, args: readonly unknown[]]
  | readonly [kind: 'require', url: string]
  /** Found to be an import, or an export of a module, only after it had its row. */
  | readonly [kind: 'reference', to: Slot]
  | FunctionNode
  | ClassNode
  | BoundNode
  | readonly [kind: 'coded', codec: string, decode: Slot, data: Slot]
  | readonly [kind: 'host', name: string, data: Slot]

/** `captured` follows the names of its code unit. */
export type FunctionNode = readonly [
  kind: 'function',
  code: number,
  name: string,
  captured: readonly Slot[],
  extras: readonly Extra[],
]

/** What `bind` has made of a function. */
export type BoundNode = readonly [
  kind: 'bound',
  name: string,
  target: Slot,
  receiver: Slot,
  args: readonly Slot[],
  extras: readonly Extra[],
]

/** As a function; `extras` are the values its static fields had. */
export type ClassNode = readonly [
  kind: 'class',
  code: number,
  name: string,
  captured: readonly Slot[],
  extras: readonly Extra[],
]

/** An export of a module, by the URL that the capturing side resolved. */
export interface ModuleReference {
  readonly url: string
  /** Whether the value is a member of the ES namespace or of CommonJS `module.exports`. */
  readonly via: 'import' | 'require'
  /** Members to follow; empty for the namespace, or the exports, as a whole. */
  readonly path: readonly string[]
  /** What TypeScript's `__importDefault` and `__importStar` make of the exports. */
  readonly interop: 'none' | 'default' | 'star'
  /** The variable and the specifier it came from, for messages. */
  readonly variable: string
}

/** Source of one function or class, shared by all the closures made of it. */
export interface CodeUnit {
  readonly kind: 'function' | 'class' | 'method' | 'getter' | 'setter'
  /** For a method only what follows its name: parameters and body. */
  readonly source: string
  /** What stands before a method's name: `async`, `*`, both or nothing. */
  readonly modifiers: string
  /** False when the source gives no name of its own, so that the property it is built under names it. */
  readonly isNamed: boolean
  readonly isStrict: boolean
  /** The captured names, in the order of a node's `captured`. */
  readonly names: readonly string[]
  /** Indices of the names that a class reads while it is defined, the superclass's first. */
  readonly definition: readonly number[]
  /** How many of `definition` the superclass expression reads. */
  readonly heritage: number
  readonly url: string
  /** Position of `source` in the original, from 0. */
  readonly line: number
  readonly column: number
}
