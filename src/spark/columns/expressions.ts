import type { AnyNode } from '../closure/index.ts'
import type { Cut, Expression } from './expression.ts'
import type { Scope } from './scope.ts'

/** Of items and parts that are asked for; a function that asks for later ones is left to run as it is. */
const MAX_INDEX = 0xffff

/** What a node of a function's source computes; undefined for what has no form as an expression. */
export function expression(node: AnyNode, scope: Scope): Expression | undefined {
  switch (node.type) {
    case 'Literal':
      return typeof node.value === 'string' || typeof node.value === 'number'
        ? { op: 'constant', value: node.value }
        : undefined
    case 'TemplateLiteral':
      return node.expressions.length === 0
        ? { op: 'constant', value: node.quasis[0]?.value.cooked ?? '' }
        : undefined
    case 'ParenthesizedExpression':
      return expression(node.expression, scope)
    case 'Identifier':
      return scope.valueOf(node.name)
    case 'UnaryExpression':
      return unary(node.operator, node.argument, scope)
    case 'BinaryExpression':
      return binary(node.operator, node.left, node.right, scope)
    case 'LogicalExpression':
      return logical(node.operator, node.left, node.right, scope)
    case 'MemberExpression':
      return member(node, scope)
    case 'CallExpression':
      return called(node, scope)
    default:
      return undefined
  }
}

function unary(operator: string, argument: AnyNode, scope: Scope): Expression | undefined {
  const of = expression(argument, scope)
  if (of === undefined) return undefined
  if (operator === '!') return { op: 'not', of }
  if (operator === '+') return { op: 'to-number', of, how: 'Number' }
  if (operator !== '-') return undefined
  if (of.op === 'constant' && typeof of.value === 'number')
    return { op: 'constant', value: -of.value }
  return undefined
}

function binary(
  operator: string,
  leftNode: AnyNode,
  rightNode: AnyNode,
  scope: Scope,
): Expression | undefined {
  const left = expression(leftNode, scope)
  const right = expression(rightNode, scope)
  if (left === undefined || right === undefined) return undefined
  switch (operator) {
    case '+':
    case '-':
    case '*':
    case '/':
    case '%':
      return { op: 'arithmetic', operator, left, right }
    case '<':
    case '<=':
    case '>':
    case '>=':
    case '===':
    case '!==':
      return { op: 'compare', operator, left, right }
    default:
      return undefined
  }
}

function logical(
  operator: string,
  leftNode: AnyNode,
  rightNode: AnyNode,
  scope: Scope,
): Expression | undefined {
  const left = expression(leftNode, scope)
  const right = expression(rightNode, scope)
  if (operator === '??') return right?.op === 'constant' && isThere(left) ? left : undefined
  if (left === undefined || right === undefined) return undefined
  return { op: 'logical', operator: operator as '&&' | '||', left, right }
}

/** Whether it is never undefined: of a text with too few parts the batch is declined. */
function isThere(of: Expression | undefined): boolean {
  return of !== undefined && of.op !== 'row' && of.op !== 'constant'
}

function member(
  node: Extract<AnyNode, { type: 'MemberExpression' }>,
  scope: Scope,
): Expression | undefined {
  if (node.optional) return undefined
  if (!node.computed) {
    if (node.property.type !== 'Identifier' || node.property.name !== 'length') return undefined
    const of = expression(node.object, scope)
    return of === undefined ? undefined : { op: 'length', of }
  }
  const { property } = node
  if (property.type !== 'Literal' || typeof property.value !== 'number') return undefined
  const index = property.value
  if (!Number.isInteger(index) || index < 0 || index > MAX_INDEX) return undefined
  const call = methodCall(node.object)
  const argument = call?.arguments[0]
  if (call?.method === 'split' && argument !== undefined && call.arguments.length === 1) {
    const of = expression(call.object, scope)
    const cut = cutOf(argument, scope)
    if (of === undefined || cut?.type !== 'separator') return undefined
    return { op: 'field', of, separator: cut.separator, index }
  }
  if (node.object.type === 'Identifier') return scope.itemOf(node.object.name, index)
  if (node.object.type !== 'MemberExpression') return undefined
  const of = expression(node.object, scope)
  return of?.op === 'row' ? { op: 'row', path: [...of.path, index] } : undefined
}

function called(
  node: Extract<AnyNode, { type: 'CallExpression' }>,
  scope: Scope,
): Expression | undefined {
  if (node.optional) return undefined
  const { callee } = node
  if (callee.type === 'Identifier') {
    const [argument, radix, ...more] = node.arguments
    if (more.length > 0) return undefined
    const of = argument === undefined ? undefined : expression(argument, scope)
    if (of === undefined) return undefined
    if (callee.name === 'Number' && radix === undefined && scope.isIntrinsic('Number', Number))
      return { op: 'to-number', of, how: 'Number' }
    if (callee.name === 'parseFloat' && radix === undefined)
      return scope.isIntrinsic('parseFloat', parseFloat)
        ? { op: 'to-number', of, how: 'parseFloat' }
        : undefined
    const isDecimal = radix === undefined || (radix.type === 'Literal' && radix.value === 10)
    if (callee.name === 'parseInt' && isDecimal && scope.isIntrinsic('parseInt', parseInt))
      return { op: 'to-number', of, how: radix === undefined ? 'parseInt' : 'parseInt10' }
    return undefined
  }
  const call = methodCall(node)
  const of = call === undefined ? undefined : expression(call.object, scope)
  return call === undefined || of === undefined ? undefined : method(call, of, scope)
}

function method(call: MethodCall, of: Expression, scope: Scope): Expression | undefined {
  const given = call.arguments.map((argument) => expression(argument, scope))
  const [first, second] = given
  if (given.length > 2 || given.includes(undefined)) return undefined
  switch (call.method) {
    case 'toLowerCase':
      return given.length === 0 ? { op: 'to-lower-case', of } : undefined
    case 'slice':
    case 'substring':
    case 'subarray': {
      if (first === undefined) return undefined
      // They differ where an argument is negative or they cross.
      const isPlain = [first, second].every((each) => each === undefined || isPlace(each))
      return isPlain ? { op: 'slice', method: call.method, of, from: first, to: second } : undefined
    }
    case 'indexOf':
      return given.length === 1 && isText(first)
        ? { op: 'indexOf', of, needle: first.value }
        : undefined
    case 'includes':
    case 'startsWith':
    case 'endsWith':
      return given.length === 1 && isText(first)
        ? { op: 'test', method: call.method, of, needle: first.value }
        : undefined
    default:
      return undefined
  }
}

/** A place in a text: a constant of at least 0, what `indexOf` gives, or one of these and a constant. */
function isPlace(of: Expression): boolean {
  if (of.op === 'constant') {
    return typeof of.value === 'number' && Number.isInteger(of.value) && of.value >= 0
  }
  if (of.op === 'indexOf') return true
  return of.op === 'arithmetic' && of.operator === '+' && isPlace(of.left) && isPlace(of.right)
}

function isText(
  of: Expression | undefined,
): of is { readonly op: 'constant'; readonly value: string } {
  return of?.op === 'constant' && typeof of.value === 'string'
}

/** Where `split` cuts a text: at a constant, or at a class of units. */
export function cutOf(node: AnyNode, scope: Scope): Cut | undefined {
  if (node.type === 'Literal' && 'regex' in node) {
    const { pattern, flags } = node.regex
    return flags === '' ? classCut(pattern) : undefined
  }
  const value = expression(node, scope)
  if (!isText(value) || value.value === '' || !hasBytes(value.value)) return undefined
  return { type: 'separator', separator: value.value }
}

/** Whether a text is the same as UTF-8: half a surrogate pair has no bytes of its own. */
function hasBytes(text: string): boolean {
  return Buffer.from(text, 'utf8').toString('utf8') === text
}

const ONE_CLASS = /^(\\[swdSWD]|\[(?:[^\\\]]|\\.)+\])(\+?)$/

/** A regular expression of one class of units, or of runs of it. */
export function classCut(pattern: string): Cut | undefined {
  const [, unit, plus] = ONE_CLASS.exec(pattern) ?? []
  if (unit === undefined) return undefined
  const test = new RegExp(`^${unit}$`)
  const units = new Uint8Array(128)
  for (let c = 0; c < 128; c += 1) units[c] = test.test(String.fromCharCode(c)) ? 1 : 0
  return { type: 'class', units, isRun: plus === '+' }
}

/** A call of a method by its name. */
export interface MethodCall {
  readonly object: AnyNode
  readonly method: string
  readonly arguments: readonly AnyNode[]
}

export function methodCall(node: AnyNode): MethodCall | undefined {
  if (node.type !== 'CallExpression' || node.optional) return undefined
  const { callee } = node
  if (callee.type !== 'MemberExpression' || callee.computed || callee.optional) return undefined
  if (callee.property.type !== 'Identifier') return undefined
  return { object: callee.object, method: callee.property.name, arguments: node.arguments }
}
