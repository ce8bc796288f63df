/**
 * What every process of this Node version has: the language's built-ins, Node's globals and the exports
 * of its modules, known by identity so that they need not travel.
 */
export interface Intrinsics {
  /** Whether the language or Node itself defines a global of this name. */
  isGlobalName(name: string): boolean
  /**
   * A path that means the same object in any process, such as `Math.max`, `Array.prototype.slice` or `node:fs#readFile`;
   * `undefined` for what is not built in.
   */
  pathOf(value: object): string | undefined
  /** The object at a path that `pathOf` gave; `undefined` when this process has none there. */
  at(path: string): unknown
}
