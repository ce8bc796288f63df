/** What an object is inside, whatever its prototype says; the same for objects of other contexts. */
export type ValueKind =
  | 'array'
  | 'map'
  | 'set'
  | 'date'
  | 'regexp'
  | 'error'
  | 'buffer'
  | 'shared buffer'
  | 'view'
  | 'promise'
  | 'proxy'
  | 'weak map'
  | 'weak set'
  | 'weak ref'
  | 'generator'
  | 'iterator'
  | 'module namespace'
  | 'boxed primitive'
  | 'arguments'
  | 'external'
  | 'key'
  | 'object'

/** Tells kinds apart without running the object's own code (no getters, no traps). */
export interface ValueKinds {
  kindOf(value: object): ValueKind
  /** The text of a function, whatever its own `toString` says; native ones hold `[native code]`. */
  sourceOf(fn: object): string
}
