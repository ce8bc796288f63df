import type { Cell } from '../cell.ts'
import type { NactChildren, NactConcrete } from './nact-types.ts'

/**
 * The children of a cell as nact's map from names to what it acts on. Looks into the tree itself, so that
 * there is nothing to keep in step and nothing to copy.
 */
export class ChildrenView implements NactChildren {
  readonly #cell: Cell
  readonly #concreteOf: (cell: Cell) => NactConcrete

  constructor(cell: Cell, concreteOf: (cell: Cell) => NactConcrete) {
    this.#cell = cell
    this.#concreteOf = concreteOf
  }

  has(name: string): boolean {
    // A name that nact made up is changed for one of our counter's at once; see `Adoption`.
    return !isMadeUp(name) && childOf(this.#cell, name) !== undefined
  }

  get(name: string): NactConcrete | undefined {
    const child = childOf(this.#cell, name)
    return child === undefined ? undefined : this.#concreteOf(child)
  }

  *values(): Generator<NactConcrete> {
    for (const child of childrenOf(this.#cell)) yield this.#concreteOf(child)
  }
}

/** The names that nact gives at random: 31 bits, which collide among 50,000 siblings. */
export function isMadeUp(name: string): boolean {
  return /^anonymous--?\d+$/.test(name)
}

export function childrenOf(cell: Cell): readonly Cell[] {
  const children: Cell[] = []
  let child = cell.extension?.firstChild
  for (; child !== undefined; child = child.next) children.push(child)
  return children
}

function childOf(cell: Cell, name: string): Cell | undefined {
  return (
    cell.extension?.names?.get(name) ??
    (name.startsWith('$') ? childrenOf(cell).find((child) => child.name === name) : undefined)
  )
}
