import type { AnyNode } from '../closure/index.ts'
import type { Expression } from './expression.ts'

/**
 * The names that a function takes from outside, with their values. Undefined when they are not known: then a
 * function that uses any is not recognised.
 */
export type Names = ReadonlyMap<string, unknown> | undefined

/** The parts of a text that a name stands for. */
interface Fields {
  readonly op: 'fields'
  readonly of: Expression
  readonly separator: string
}

/** What the names in a function stand for: its parameters, its constants, and what it has captured. */
export class Scope {
  readonly #names: Names
  readonly #bound = new Map<string, Expression | Fields>()

  constructor(names: Names) {
    this.#names = names
  }

  /** Binds a name, or the names of an array pattern over a row; answers whether that could be done. */
  bind(pattern: AnyNode, value: Expression): boolean {
    if (pattern.type === 'Identifier') {
      this.#bound.set(pattern.name, value)
      return true
    }
    if (pattern.type !== 'ArrayPattern' || value.op !== 'row') return false
    return pattern.elements.every(
      (element, index) =>
        element === null || this.bind(element, { op: 'row', path: [...value.path, index] }),
    )
  }

  /** Binds a name to the parts of a text, or the names of an array pattern to its single parts. */
  bindFields(pattern: AnyNode, of: Expression, separator: string): boolean {
    if (pattern.type === 'Identifier') {
      this.#bound.set(pattern.name, { op: 'fields', of, separator })
      return true
    }
    if (pattern.type !== 'ArrayPattern') return false
    return pattern.elements.every(
      (element, index) =>
        element === null ||
        (element.type === 'Identifier' &&
          this.bind(element, { op: 'field', of, separator, index })),
    )
  }

  valueOf(name: string): Expression | undefined {
    const bound = this.#bound.get(name)
    if (bound !== undefined) return bound.op === 'fields' ? undefined : bound
    const value = this.#names?.get(name)
    return typeof value === 'string' || typeof value === 'number'
      ? { op: 'constant', value }
      : undefined
  }

  /** `name[index]` */
  itemOf(name: string, index: number): Expression | undefined {
    const bound = this.#bound.get(name)
    if (bound === undefined) return undefined
    if (bound.op === 'fields') {
      return { op: 'field', of: bound.of, separator: bound.separator, index }
    }
    return bound.op === 'row' ? { op: 'row', path: [...bound.path, index] } : undefined
  }

  /** Whether a free name is the built-in that it looks like. */
  isIntrinsic(name: string, value: unknown): boolean {
    if (this.#names === undefined || this.#bound.has(name)) return false
    return !this.#names.has(name) || this.#names.get(name) === value
  }
}
