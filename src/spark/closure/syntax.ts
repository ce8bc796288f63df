import { parse, type AnyNode, type Program } from 'acorn'
import type * as acorn from 'acorn'

export type { AnyNode, Program }
type NodeOf<Type extends AnyNode['type']> = Extract<AnyNode, { type: Type }>
export type ClassSyntax = NodeOf<'ClassDeclaration' | 'ClassExpression'>
export type FunctionSyntax = NodeOf<
  'FunctionDeclaration' | 'FunctionExpression' | 'ArrowFunctionExpression'
>
export type PatternSyntax = acorn.Pattern
export type ImportSyntax = acorn.ImportDeclaration
export type DeclaratorSyntax = acorn.VariableDeclarator

/**
 * The syntax tree of a script.
 *
 * Takes what Node compiles: modules with top-level await, CommonJS bodies with a top-level `return`, REPL
 * lines with a top-level `await`.
 *
 * @throws SyntaxError of the parser when the text uses syntax that it does not know
 */
export function parseScript(text: string, isModule: boolean): Program {
  return parse(text, {
    ecmaVersion: 'latest',
    sourceType: isModule ? 'module' : 'script',
    allowHashBang: true,
    allowReturnOutsideFunction: !isModule,
    allowAwaitOutsideFunction: true,
    allowSuperOutsideMethod: true,
  })
}

/** Calls `visit` for each direct child of `node`, in the order of the source. */
export function eachChild(node: AnyNode, visit: (child: AnyNode) => void): void {
  for (const value of Object.values(node) as unknown[]) {
    if (Array.isArray(value)) {
      for (const item of value as unknown[]) if (isNode(item)) visit(item)
    } else if (isNode(value)) visit(value)
  }
}

function isNode(value: unknown): value is AnyNode {
  return typeof value === 'object' && value !== null && 'type' in value && 'start' in value
}

/** The nodes around `offset`, outermost first. */
export function nodesAround(program: Program, offset: number): readonly AnyNode[] {
  const path: AnyNode[] = []
  let next: AnyNode | undefined = program
  while (next !== undefined) {
    path.push(next)
    let inner: AnyNode | undefined
    eachChild(next, (child) => {
      if (child.start <= offset && offset < child.end) inner = child
    })
    next = inner
  }
  return path
}

export function isFunction(node: AnyNode): node is FunctionSyntax {
  switch (node.type) {
    case 'FunctionDeclaration':
    case 'FunctionExpression':
    case 'ArrowFunctionExpression':
      return true
    default:
      return false
  }
}

export function isClass(node: AnyNode): node is ClassSyntax {
  return node.type === 'ClassDeclaration' || node.type === 'ClassExpression'
}

/** Whether the statements begin with a `"use strict"` directive. */
export function hasStrictDirective(body: readonly AnyNode[]): boolean {
  for (const statement of body) {
    if (statement.type !== 'ExpressionStatement' || statement.directive === undefined) return false
    if (statement.directive === 'use strict') return true
  }
  return false
}

/** The syntax of a function by its source; undefined for classes, methods, native functions and what does not parse. */
export function functionSyntax(fn: (...args: never[]) => unknown): FunctionSyntax | undefined {
  if (Object.hasOwn(fn, 'toString')) return undefined
  const text = fn.toString()
  try {
    const [statement] = parseScript(`(${text})`, false).body
    if (statement?.type !== 'ExpressionStatement') return undefined
    const { expression } = statement
    return isFunction(expression) ? expression : undefined
  } catch (error) {
    if (error instanceof SyntaxError) return undefined
    throw error
  }
}
