import type {
  AnyNode,
  ClassSyntax,
  DeclaratorSyntax,
  FunctionSyntax,
  ImportSyntax,
  PatternSyntax,
} from './syntax.ts'
import { isClass, isFunction } from './syntax.ts'

/** How a name came to be, as far as capture needs to know. */
export type Binding =
  | { readonly kind: 'import'; readonly node: ImportSyntax; readonly imported: string }
  | {
      readonly kind: 'const' | 'let' | 'var'
      readonly node: DeclaratorSyntax
      /** The members that a destructuring takes the name from; undefined with defaults, rests or arrays. */
      readonly path: readonly string[] | undefined
    }
  | { readonly kind: 'class'; readonly node: ClassSyntax }
  | {
      readonly kind: 'function'
      readonly node: FunctionSyntax
      /** Declared in an inner block: only sloppy code sees it here too. */
      readonly isSloppy?: true
    }
  /** A parameter, a caught error, or a loop's variable. */
  | { readonly kind: 'given'; readonly node: AnyNode }

/** The names that one scope declares. */
export type Scope = ReadonlyMap<string, Binding>

type Names = Map<string, Binding>

const scopesOf = new WeakMap<AnyNode, readonly Scope[]>()

/**
 * The scopes that `node` opens, outermost first; empty for most nodes. A function opens up to three: its own
 * name, its parameters, its body.
 */
export function openedScopes(node: AnyNode): readonly Scope[] {
  const known = scopesOf.get(node)
  if (known !== undefined) return known
  const scopes = collect(node)
  if (scopes.length > 0) scopesOf.set(node, scopes)
  return scopes
}

/** The scopes of `node` that `child` is evaluated in, outermost first. */
export function scopesFor(node: AnyNode, child: AnyNode): readonly Scope[] {
  const scopes = openedScopes(node)
  // Default values of parameters do not see the body; a switch's subject does not see its cases.
  if (isFunction(node)) return child === node.body ? scopes : scopes.slice(0, -1)
  if (node.type === 'SwitchStatement' && child === node.discriminant) return []
  return scopes
}

const none: readonly Scope[] = []

function collect(node: AnyNode): readonly Scope[] {
  if (isFunction(node)) return functionScopes(node)
  const names: Names = new Map()
  switch (node.type) {
    case 'Program':
      hoisted(node.body, names)
      lexical(node.body, names)
      return [names]
    case 'BlockStatement':
      lexical(node.body, names)
      break
    case 'StaticBlock':
      hoisted(node.body, names)
      lexical(node.body, names)
      break
    case 'SwitchStatement':
      for (const branch of node.cases) lexical(branch.consequent, names)
      break
    case 'ForStatement':
      if (node.init) lexical([node.init], names)
      break
    case 'ForInStatement':
    case 'ForOfStatement':
      if (node.left.type === 'VariableDeclaration' && node.left.kind !== 'var') {
        for (const { id } of node.left.declarations) given(id, names)
      }
      break
    case 'CatchClause':
      if (node.param) given(node.param, names)
      break
    case 'ClassDeclaration':
    case 'ClassExpression':
      if (node.id) names.set(node.id.name, { kind: 'class', node })
      break
    default:
      return none
  }
  return names.size === 0 ? none : [names]
}

function functionScopes(node: FunctionSyntax): readonly Scope[] {
  const parameters: Names = new Map()
  for (const parameter of node.params) given(parameter, parameters)
  if (node.type !== 'ArrowFunctionExpression' && !parameters.has('arguments')) {
    parameters.set('arguments', { kind: 'given', node })
  }
  const body: Names = new Map()
  if (node.body.type === 'BlockStatement') {
    hoisted(node.body.body, body)
    lexical(node.body.body, body)
  }
  if (node.type !== 'FunctionExpression' || !node.id) return [parameters, body]
  return [new Map([[node.id.name, { kind: 'function', node }]]), parameters, body]
}

/** let, const, class, functions and imports directly among `statements`. */
function lexical(statements: readonly AnyNode[], names: Names): void {
  for (const statement of statements) {
    switch (statement.type) {
      case 'VariableDeclaration':
        if (statement.kind === 'var') break
        for (const declarator of statement.declarations) {
          declared(declarator, statement.kind === 'let' ? 'let' : 'const', names)
        }
        break
      case 'FunctionDeclaration':
        if (statement.id) names.set(statement.id.name, { kind: 'function', node: statement })
        break
      case 'ClassDeclaration':
        if (statement.id) names.set(statement.id.name, { kind: 'class', node: statement })
        break
      case 'ImportDeclaration':
        for (const part of statement.specifiers) {
          names.set(part.local.name, { kind: 'import', node: statement, imported: imported(part) })
        }
        break
      case 'ExportNamedDeclaration':
        if (statement.declaration) lexical([statement.declaration], names)
        break
      case 'ExportDefaultDeclaration':
        lexical([statement.declaration], names)
        break
      default:
    }
  }
}

function imported(part: ImportSyntax['specifiers'][number]): string {
  switch (part.type) {
    case 'ImportDefaultSpecifier':
      return 'default'
    case 'ImportNamespaceSpecifier':
      return '*'
    case 'ImportSpecifier':
      return part.imported.type === 'Identifier' ? part.imported.name : String(part.imported.value)
  }
}

/** `var` anywhere below, not into functions; and functions in blocks, which sloppy code sees outside too. */
function hoisted(nodes: readonly AnyNode[], names: Names): void {
  const pending: AnyNode[] = [...nodes].reverse()
  for (let node = pending.pop(); node !== undefined; node = pending.pop()) {
    if (node.type === 'VariableDeclaration' && node.kind === 'var') {
      for (const declarator of node.declarations) declared(declarator, 'var', names)
    }
    if (node.type === 'FunctionDeclaration' && node.id && !names.has(node.id.name)) {
      names.set(node.id.name, { kind: 'function', node, isSloppy: true })
    }
    for (const inner of statementsIn(node)) pending.push(inner)
  }
}

/** The statements directly inside a statement: where a `var` could hide. */
function statementsIn(node: AnyNode): readonly AnyNode[] {
  if (isFunction(node) || isClass(node)) return []
  switch (node.type) {
    case 'BlockStatement':
      return node.body
    case 'IfStatement':
      return node.alternate ? [node.consequent, node.alternate] : [node.consequent]
    case 'ForStatement':
      return node.init ? [node.init, node.body] : [node.body]
    case 'ForInStatement':
    case 'ForOfStatement':
      return [node.left, node.body]
    case 'WhileStatement':
    case 'DoWhileStatement':
    case 'LabeledStatement':
    case 'WithStatement':
      return [node.body]
    case 'TryStatement':
      return [
        node.block,
        ...(node.handler ? [node.handler.body] : []),
        ...(node.finalizer ? [node.finalizer] : []),
      ]
    case 'SwitchStatement':
      return node.cases.flatMap((branch) => branch.consequent)
    case 'ExportNamedDeclaration':
      return node.declaration ? [node.declaration] : []
    default:
      return []
  }
}

function declared(node: DeclaratorSyntax, kind: 'const' | 'let' | 'var', names: Names): void {
  eachName(node.id, [], (name, path) => {
    names.set(name, { kind, node, path })
  })
}

function given(pattern: PatternSyntax, names: Names): void {
  eachName(pattern, [], (name) => {
    names.set(name, { kind: 'given', node: pattern })
  })
}

/** Each name that a pattern binds, with the members it is taken from. */
export function eachName(
  pattern: PatternSyntax,
  path: readonly string[] | undefined,
  visit: (name: string, path: readonly string[] | undefined) => void,
): void {
  switch (pattern.type) {
    case 'Identifier':
      visit(pattern.name, path)
      break
    case 'AssignmentPattern':
      eachName(pattern.left, undefined, visit)
      break
    case 'RestElement':
      eachName(pattern.argument, undefined, visit)
      break
    case 'ArrayPattern':
      for (const item of pattern.elements) if (item) eachName(item, undefined, visit)
      break
    case 'ObjectPattern':
      for (const property of pattern.properties) {
        if (property.type === 'RestElement') eachName(property, undefined, visit)
        else eachName(property.value, path && memberPath(path, property), visit)
      }
      break
    default:
  }
}

function memberPath(
  path: readonly string[],
  { key, computed }: { readonly key: AnyNode; readonly computed: boolean },
): readonly string[] | undefined {
  if (computed) return undefined
  if (key.type === 'Identifier') return [...path, key.name]
  return key.type === 'Literal' ? [...path, String(key.value)] : undefined
}
