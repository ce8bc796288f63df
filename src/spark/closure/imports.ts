import { openedScopes, type Binding } from './bindings.ts'
import type { ModuleReference } from './graph.ts'
import type { Script } from './script.ts'
import type { AnyNode } from './syntax.ts'

/** A binding that stands for an export of another module, before its specifier is resolved. */
export interface ImportRequest {
  readonly specifier: string
  readonly via: ModuleReference['via']
  readonly path: readonly string[]
  readonly interop: ModuleReference['interop']
}

/**
 * The export that a variable stands for: an `import` statement, `const … = require('…')` with members or destructuring
 * (also as TypeScript compiles it), or `await import('…')`. Undefined for everything else, and for JSON modules,
 * whose value is data.
 */
export function importRequestOf(
  name: string,
  binding: Binding,
  script: Script,
): ImportRequest | undefined {
  if (binding.kind === 'import') {
    const { source, attributes } = binding.node
    const specifier = String(source.value)
    if (attributes.some(({ value }) => value.value === 'json')) return undefined
    const path = binding.imported === '*' ? [] : [binding.imported]
    return { specifier, via: 'import', path, interop: 'none' }
  }
  if (binding.kind !== 'const' && binding.kind !== 'let' && binding.kind !== 'var') return undefined
  const { init } = binding.node
  if (!init || binding.path === undefined) return undefined
  const request = moduleExpression(init, script)
  if (request === undefined || request.specifier.endsWith('.json')) return undefined
  if (binding.kind !== 'const' && script.assigns(name)) return undefined
  return { ...request, path: [...request.path, ...binding.path] }
}

function moduleExpression(node: AnyNode, script: Script): ImportRequest | undefined {
  switch (node.type) {
    case 'AwaitExpression':
      if (node.argument.type !== 'ImportExpression') return undefined
      return request(node.argument.source, 'import')
    case 'MemberExpression': {
      const inner = moduleExpression(node.object, script)
      const member = memberName(node)
      if (inner === undefined || member === undefined) return undefined
      return { ...inner, path: [...inner.path, member] }
    }
    case 'CallExpression': {
      const [argument] = node.arguments
      if (argument === undefined) return undefined
      const callee = calleeName(node.callee)
      if (callee === 'require') return isRequire(script) ? request(argument, 'require') : undefined
      const interop = interopOf(callee)
      if (interop === undefined) return undefined
      const inner = moduleExpression(argument, script)
      if (inner === undefined || inner.interop !== 'none' || inner.path.length > 0) return undefined
      return { ...inner, interop }
    }
    default:
      return undefined
  }
}

function request(source: AnyNode, via: ImportRequest['via']): ImportRequest | undefined {
  if (source.type !== 'Literal' || typeof source.value !== 'string') return undefined
  return { specifier: source.value, via, path: [], interop: 'none' }
}

function memberName(node: Extract<AnyNode, { type: 'MemberExpression' }>): string | undefined {
  if (!node.computed) return node.property.type === 'Identifier' ? node.property.name : undefined
  return node.property.type === 'Literal' ? String(node.property.value) : undefined
}

/** `require`, `__importStar`; also as `tslib_1.__importStar` and `(0, tslib_1.__importStar)`. */
function calleeName(callee: AnyNode): string | undefined {
  switch (callee.type) {
    case 'Identifier':
      return callee.name
    case 'MemberExpression':
      return memberName(callee)
    case 'SequenceExpression': {
      const last = callee.expressions.at(-1)
      return last && calleeName(last)
    }
    default:
      return undefined
  }
}

function interopOf(callee: string | undefined): 'default' | 'star' | undefined {
  if (callee === '__importDefault') return 'default'
  return callee === '__importStar' ? 'star' : undefined
}

/** Whether `require` at the top of the script is Node's: CommonJS's own, or made by `createRequire`. */
function isRequire(script: Script): boolean {
  const declared = script.topLevel('require')
  if (declared === undefined) return !script.text.isModule
  if (declared.kind !== 'const' || declared.node.init?.type !== 'CallExpression') return false
  return calleeName(declared.node.init.callee) === 'createRequire'
}

/** What the names at the top of a script that stand for exports of other modules were taken from. */
export function importsOf(script: Script): ReadonlyMap<string, ImportRequest> {
  const [scope] = openedScopes(script.program)
  return new Map(
    [...(scope ?? [])].flatMap(([name, binding]) => {
      const found = importRequestOf(name, binding, script)
      return found === undefined ? [] : [[name, found] as const]
    }),
  )
}

/** The name under which the module exports what it declares at its top as `local`; undefined when it does not. */
export function exportNameOf(
  local: string | undefined,
  node: AnyNode,
  script: Script,
): string | undefined {
  for (const statement of script.program.body) {
    if (statement.type === 'ExportDefaultDeclaration' && statement.declaration === node)
      return 'default'
    if (statement.type !== 'ExportNamedDeclaration' || local === undefined) continue
    if (statement.declaration === node) return local
    if (statement.source) continue
    for (const { local: inner, exported } of statement.specifiers) {
      if (inner.type !== 'Identifier' || inner.name !== local) continue
      return exported.type === 'Identifier' ? exported.name : String(exported.value)
    }
  }
  return undefined
}
