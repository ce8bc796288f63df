import type { AnyNode, FunctionSyntax } from '../closure/index.ts'
import type { Expression, Fold, Merge, Reduction } from './expression.ts'
import { expression, methodCall } from './expressions.ts'
import { open, whole } from './opened-function.ts'
import type { Names, Scope } from './scope.ts'

/**
 * `(a, b) => a + b`, `(a, b) => Math.max(a, b)`, `(a, b) => Math.min(a, b)`, or such a function of arrays:
 * `(a, b) => [a[0] + b[0], Math.max(a[1], b[1])]`, each item of the same place in both.
 */
export function reductionOf(syntax: FunctionSyntax, names: Names): Reduction | undefined {
  const opened = open(syntax, names, 2)
  if (opened === undefined) return undefined
  return whole(opened, reduction(opened.result, opened.scope, []))
}

/**
 * A function of a combiner and a value: `(sum, value) => sum + value`, `([sum, count], value) => [sum + value.length, count + 1]`. Its
 * expressions see the pair of key and value as their row.
 */
export function foldOf(syntax: FunctionSyntax, names: Names): Fold | undefined {
  const opened = open(syntax, names, 2)
  if (opened === undefined) return undefined
  return whole(opened, fold(opened.result, opened.scope, []))
}

function reduction(node: AnyNode, scope: Scope, place: readonly number[]): Reduction | undefined {
  if (node.type === 'ArrayExpression') {
    const items = itemsOf(node.elements, (element, i) => reduction(element, scope, [...place, i]))
    return items && { op: 'tuple', items }
  }
  const merging = merged(node, scope)
  if (merging === undefined) return undefined
  const { merge, left, right } = merging
  const isMerge = isAt(left, [0, ...place]) && isAt(right, [1, ...place])
  return isMerge ? { op: 'merge', merge } : undefined
}

function fold(node: AnyNode, scope: Scope, place: readonly number[]): Fold | undefined {
  if (node.type === 'ArrayExpression') {
    const items = itemsOf(node.elements, (element, i) => fold(element, scope, [...place, i]))
    return items && { op: 'tuple', items }
  }
  const merging = merged(node, scope)
  if (merging === undefined) return undefined
  const { merge, left, right } = merging
  const path = [0, ...place]
  if (isAt(left, path) && !isOfCombiner(right)) return { op: 'merge', merge, of: right }
  if (isAt(right, path) && !isOfCombiner(left)) return { op: 'merge', merge, of: left }
  return undefined
}

function itemsOf<Item>(
  elements: readonly (AnyNode | null)[],
  itemOf: (element: AnyNode, index: number) => Item | undefined,
): Item[] | undefined {
  const items: Item[] = []
  for (const [index, element] of elements.entries()) {
    const item = element === null ? undefined : itemOf(element, index)
    if (item === undefined) return undefined
    items.push(item)
  }
  return items.length === 0 ? undefined : items
}

interface Merged {
  readonly merge: Merge
  readonly left: Expression
  readonly right: Expression
}

/** What is merged, and how. */
function merged(node: AnyNode, scope: Scope): Merged | undefined {
  if (node.type === 'ParenthesizedExpression') return merged(node.expression, scope)
  let merge: Merge | undefined
  let sides: readonly AnyNode[] = []
  if (node.type === 'BinaryExpression' && node.operator === '+') {
    merge = 'sum'
    sides = [node.left, node.right]
  } else {
    const call = methodCall(node)
    if (call?.object.type !== 'Identifier' || call.arguments.length !== 2) return undefined
    if (!scope.isIntrinsic(call.object.name, Math)) return undefined
    merge = call.method === 'max' ? 'max' : call.method === 'min' ? 'min' : undefined
    sides = call.arguments
  }
  const [left, right] = sides.map((side) => expression(side, scope))
  return merge && left && right && { merge, left, right }
}

function isAt(of: Expression, path: readonly number[]): boolean {
  return (
    of.op === 'row' && of.path.length === path.length && of.path.every((at, i) => at === path[i])
  )
}

/** Whether something of the first parameter is in it. */
function isOfCombiner(node: unknown): boolean {
  if (typeof node !== 'object' || node === null) return false
  const { op, path } = node as { readonly op?: unknown; readonly path?: readonly number[] }
  return op === 'row' ? path?.[0] !== 1 : Object.values(node).some(isOfCombiner)
}
