import type { Cell } from './cell.ts'

/** The names from the root to a cell. */
export function pathOf(cell: Cell): string {
  const names: string[] = []
  let { parent } = cell
  if (parent !== undefined) names.push(cell.name)
  for (; parent?.parent !== undefined; parent = parent.parent) names.push(parent.name)
  return cell.system.rootPath + names.reverse().join('/')
}

/** In logs, in test reports and in JSON a ref is its path, not the tree around it. */
export function showAsPath(prototype: { readonly path: string }): void {
  Object.defineProperty(prototype, Symbol.for('nodejs.util.inspect.custom'), {
    value(this: { readonly path: string }): string {
      return `ActorRef(${this.path})`
    },
  })
  Object.defineProperty(prototype, 'toJSON', {
    value(this: { readonly path: string }): string {
      return this.path
    },
  })
}
