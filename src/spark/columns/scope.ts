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

/** What a default stands behind, if it is a constant: parts that are not there are left to the function. */
function withoutDefault(element: AnyNode): AnyNode {
  return element.type === 'AssignmentPattern' && element.right.type === 'Literal'
    ? element.left
    : element
}

/** What the names in a function stand for: its parameters, its constants, and what it has captured. */
export class Scope {
  readonly #names: Names
  readonly #own: string | undefined
  readonly #bound = new Map<string, Expression | Fields>()
  readonly #used = new Set<string>()
  readonly #groups: (readonly string[])[] = []

  /** `own` is what the function is called inside itself, and hides what is called so outside. */
  constructor(names: Names, own: string | undefined) {
    this.#names = names
    this.#own = own
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
    return pattern.elements.every((element, index) => {
      if (element === null) return true
      const named = withoutDefault(element)
      return named.type === 'Identifier' && this.bind(named, { op: 'field', of, separator, index })
    })
  }

  /**
   * Whether something was made of a name of every pattern and of every constant: what nobody uses is not looked at, and may not
   * be there to be taken apart.
   */
  get isUsed(): boolean {
    return this.#groups.every((names) => names.some((name) => this.#used.has(name)))
  }

  /** Names of which one is to be used. */
  expectUseOf(pattern: AnyNode): void {
    if (pattern.type === 'Identifier') this.#groups.push([pattern.name])
    if (pattern.type !== 'ArrayPattern') return
    const elements = pattern.elements.filter((element) => element !== null)
    const names = elements
      .map(withoutDefault)
      .flatMap((element) => (element.type === 'Identifier' ? [element.name] : []))
    // A pattern within shows that this one has something to take apart.
    if (names.length === elements.length) this.#groups.push(names)
    for (const element of elements) if (element.type === 'ArrayPattern') this.expectUseOf(element)
  }

  valueOf(name: string): Expression | undefined {
    this.#use(name)
    const bound = this.#bound.get(name)
    if (bound !== undefined) return bound.op === 'fields' ? undefined : bound
    if (name === this.#own) return undefined
    const value = this.#names?.get(name)
    return typeof value === 'string' || typeof value === 'number'
      ? { op: 'constant', value }
      : undefined
  }

  /** `name[index]` */
  itemOf(name: string, index: number): Expression | undefined {
    this.#use(name)
    const bound = this.#bound.get(name)
    if (bound === undefined) return undefined
    if (bound.op === 'fields') {
      return { op: 'field', of: bound.of, separator: bound.separator, index }
    }
    return bound.op === 'row' ? { op: 'row', path: [...bound.path, index] } : undefined
  }

  /** Whether a free name is the built-in that it looks like. */
  isIntrinsic(name: string, value: unknown): boolean {
    if (this.#names === undefined || this.#bound.has(name) || name === this.#own) return false
    return !this.#names.has(name) || this.#names.get(name) === value
  }

  #use(name: string): void {
    if (this.#bound.has(name)) this.#used.add(name)
  }
}
