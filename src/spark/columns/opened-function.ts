import type { AnyNode, FunctionSyntax } from '../closure/index.ts'
import { cutOf, expression, methodCall } from './expressions.ts'
import { Scope, type Names } from './scope.ts'

/** What was read of a function, if it says all that the function does. */
export function whole<Shape>({ scope }: Opened, shape: Shape | undefined): Shape | undefined {
  return scope.isUsed ? shape : undefined
}

/** A function whose body is an expression, or constants (`const`) and a `return`. */
export interface Opened {
  readonly result: AnyNode
  readonly scope: Scope
}

/** The parameters and constants of a function, and the node of what it returns. */
export function open(
  syntax: FunctionSyntax,
  names: Names,
  numParameters: number,
): Opened | undefined {
  if (syntax.async || syntax.generator === true) return undefined
  if (syntax.params.length === 0 || syntax.params.length > numParameters) return undefined
  const scope = new Scope(names, syntax.id?.name)
  const isBound = syntax.params.every((parameter, index) =>
    scope.bind(parameter, { op: 'row', path: numParameters === 1 ? [] : [index] }),
  )
  if (!isBound) return undefined
  for (const parameter of syntax.params) {
    if (parameter.type === 'ArrayPattern') scope.expectUseOf(parameter)
  }
  const { body } = syntax
  if (body.type !== 'BlockStatement') return { result: body, scope }
  const last = body.body.at(-1)
  if (last?.type !== 'ReturnStatement' || !last.argument) return undefined
  for (const statement of body.body.slice(0, -1)) {
    if (statement.type !== 'VariableDeclaration' || statement.kind !== 'const') return undefined
    for (const { id, init } of statement.declarations) {
      if (!init || !bindConstant(id, init, scope)) return undefined
      scope.expectUseOf(id)
    }
  }
  return { result: last.argument, scope }
}

function bindConstant(id: AnyNode, init: AnyNode, scope: Scope): boolean {
  const call = methodCall(init)
  const argument = call?.arguments[0]
  if (call?.method === 'split' && argument !== undefined && call.arguments.length === 1) {
    const of = expression(call.object, scope)
    const cut = cutOf(argument, scope)
    if (of === undefined || cut?.type !== 'separator') return false
    return scope.bindFields(id, of, cut.separator)
  }
  const value = expression(init, scope)
  return value !== undefined && id.type === 'Identifier' && scope.bind(id, value)
}
