import type { AnyNode, FunctionSyntax } from '../closure/index.ts'
import type { Expression, Parts, Projection } from './expression.ts'
import { classCut, cutOf, expression, methodCall } from './expressions.ts'
import { open, whole } from './opened-function.ts'
import type { Names, Scope } from './scope.ts'

/**
 * What a function of one row computes, if it is of a shape that runs on columns; undefined for all others.
 *
 * Recognised are functions whose body is an expression, or constants (`const`) and a `return`: the row and its
 * items by destructuring, `split` and `slice` of texts, `Number`, `parseInt`, `parseFloat`, arithmetic,
 * comparison, arrays of these. Whatever else a function holds leaves it to run as it is.
 */
export function projectionOf(syntax: FunctionSyntax, names: Names): Projection | undefined {
  const opened = open(syntax, names, 1)
  return opened === undefined ? undefined : whole(opened, projection(opened.result, opened.scope))
}

/** What a predicate computes; its answer may be any value that is true or false as one. */
export function predicateOf(syntax: FunctionSyntax, names: Names): Expression | undefined {
  const opened = open(syntax, names, 1)
  return opened === undefined ? undefined : whole(opened, expression(opened.result, opened.scope))
}

/** `x => x.split(…)`, `x => x.match(…) ?? []` and the like. */
export function partsOfFunction(syntax: FunctionSyntax, names: Names): Parts | undefined {
  const opened = open(syntax, names, 1)
  if (opened === undefined) return undefined
  let { result } = opened
  const { scope } = opened
  let isGuarded = false
  if (result.type === 'LogicalExpression' && result.operator !== '&&') {
    if (result.right.type !== 'ArrayExpression' || result.right.elements.length > 0)
      return undefined
    isGuarded = true
    result = result.left
  }
  const call = methodCall(result)
  const argument = call?.arguments[0]
  if (call === undefined || argument === undefined || call.arguments.length !== 1) return undefined
  const of = expression(call.object, scope)
  if (of === undefined) return undefined
  if (call.method === 'split') {
    const cut = cutOf(argument, scope)
    return cut === undefined ? undefined : whole(opened, { of, method: 'split', cut })
  }
  if (call.method !== 'match' || !isGuarded) return undefined
  if (argument.type !== 'Literal' || !('regex' in argument)) return undefined
  const { pattern, flags } = argument.regex
  const cut = flags === 'g' ? classCut(pattern) : undefined
  return cut === undefined ? undefined : whole(opened, { of, method: 'match', cut })
}

function projection(node: AnyNode, scope: Scope): Projection | undefined {
  if (node.type !== 'ArrayExpression') return expression(node, scope)
  if (node.elements.length === 0) return undefined
  const items: Projection[] = []
  for (const element of node.elements) {
    if (element === null) return undefined
    const item = projection(element, scope)
    if (item === undefined) return undefined
    items.push(item)
  }
  return { op: 'tuple', items }
}
