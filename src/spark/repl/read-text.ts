import type { TypeScriptCompiler } from '../../platform/index.ts'
import {
  eachChild,
  eachName,
  importsOf,
  isFunction,
  Script,
  type AnyNode,
} from '../closure/index.ts'
import type { Declaration, ImportedName, Place, ReadText, Statement } from './statement.ts'

/** The global symbol under which a script finds the session's variables while it begins. */
export const SESSION_KEY = 'troupe.shell.session'

/**
 * Reads TypeScript that was typed, or is in a file, as statements of a session, in the order in which they are run: imports, then
 * functions, then the others. What is declared becomes assignments to the session's variables, which later statements share; all else
 * stays at its line, and nearly always at its column.
 */
export function readText(text: string, compiler: TypeScriptCompiler): ReadText {
  const isObject = /^\s*\{[^;]*\}\s*$/.test(text)
  if (isObject) {
    // `{ a: 1 }` is meant to be an object, not a block.
    const inParentheses = readProgram(`(${text})`, compiler)
    if (inParentheses.type === 'statements') return inParentheses
  }
  return readProgram(text, compiler)
}

function readProgram(text: string, compiler: TypeScriptCompiler): ReadText {
  const compiled = compiler.compile(text)
  if (compiled.type !== 'compiled') return compiled
  let script: Script
  try {
    script = new Script({
      url: '',
      text: compiled.code,
      isModule: true,
      startLine: 0,
      startColumn: 0,
    })
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error
    const { loc } = error as { loc?: { line: number; column: number } }
    return {
      type: 'invalid',
      message: error.message.replace(/ \(\d+:\d+\)$/, ''),
      line: loc?.line ?? 1,
      column: (loc?.column ?? 0) + 1,
    }
  }
  const ranks = { import: 0, function: 1, other: 2 }
  const imports = importsOf(script)
  const statements = script.program.body
    .flatMap((node) => meant(node))
    .sort((a, b) => ranks[rankOf(a)] - ranks[rankOf(b)])
    .map((node) => statementOf(node, script, imports))
  return { type: 'statements', statements }
}

/** A session exports nothing: what is exported is declared. */
function meant(node: AnyNode): readonly AnyNode[] {
  if (node.type === 'ExportNamedDeclaration') return node.declaration ? [node.declaration] : []
  if (node.type === 'ExportDefaultDeclaration') return [node.declaration]
  return node.type === 'ExportAllDeclaration' || node.type === 'EmptyStatement' ? [] : [node]
}

function rankOf({ type }: AnyNode): 'import' | 'function' | 'other' {
  if (type === 'ImportDeclaration') return 'import'
  return type === 'FunctionDeclaration' ? 'function' : 'other'
}

function statementOf(
  node: AnyNode,
  script: Script,
  imports: ReturnType<typeof importsOf>,
): Statement {
  if (node.type === 'ImportDeclaration') {
    const names = node.specifiers.map((part): ImportedName => ({
      local: part.local.name,
      exported:
        part.type === 'ImportSpecifier'
          ? part.imported.type === 'Identifier'
            ? part.imported.name
            : String(part.imported.value)
          : part.type === 'ImportDefaultSpecifier'
            ? 'default'
            : '*',
    }))
    return { type: 'import', specifier: String(node.source.value), names }
  }
  const { before, body, after, declares, assigns, isExpression } = rewritten(node, script.text.text)
  const lead = `with(globalThis[Symbol.for(${JSON.stringify(SESSION_KEY)})]){(${awaits(node) ? 'async ' : ''}function(){'use strict';${before}`
  const at = script.positionOf(isExpression ? expressionOf(node).start : node.start)
  return {
    type: 'code',
    source: `${lead}${body}${after}\n}).call(undefined)}`,
    place: behind(at, lead.length),
    declares,
    assigns,
    isExpression,
    imports: new Map(declares.flatMap(({ name }) => entryOf(imports, name))),
  }
}

function entryOf<V>(map: ReadonlyMap<string, V>, key: string): readonly (readonly [string, V])[] {
  const value = map.get(key)
  return value === undefined ? [] : [[key, value]]
}

/** Where a script begins that has `length` characters before this place. */
function behind({ line, column }: Place, length: number): Place {
  return { line, column: column - length }
}

interface Rewritten {
  readonly before: string
  readonly body: string
  readonly after: string
  readonly declares: readonly Declaration[]
  readonly assigns: readonly string[]
  readonly isExpression: boolean
}

function expressionOf(node: AnyNode): AnyNode {
  return node.type === 'ExpressionStatement' ? node.expression : node
}

function rewritten(node: AnyNode, code: string): Rewritten {
  const text = ({ start, end }: AnyNode): string => code.slice(start, end)
  const plain = { before: '', after: '', declares: [], assigns: [], isExpression: false }
  switch (node.type) {
    case 'FunctionDeclaration':
    case 'ClassDeclaration': {
      const name = (node.id as { readonly name: string } | null)?.name ?? 'default'
      const declares = [{ name, kind: 'let' as const }]
      return { ...plain, before: `(${name}=`, body: text(node), after: ')', declares }
    }
    case 'VariableDeclaration':
      return { ...plain, ...declaration(node, code) }
    case 'ExpressionStatement': {
      const { expression } = node
      const body = text(expression)
      const assigns: string[] = []
      if (
        expression.type === 'AssignmentExpression' &&
        expression.left.type !== 'MemberExpression'
      ) {
        eachName(expression.left, undefined, (name) => assigns.push(name))
      }
      return { ...plain, before: 'return(', body, after: '\n)', assigns, isExpression: true }
    }
    default:
      // An expression that was exported by default, or a statement.
      return { ...plain, body: text(node) }
  }
}

/** `const a = 1, { b } = c` as `;   (a = 1, { b } = c)`: of the same length up to the last declarator. */
function declaration(
  node: Extract<AnyNode, { type: 'VariableDeclaration' }>,
  code: string,
): Pick<Rewritten, 'body' | 'declares'> {
  const kind = node.kind === 'const' || node.kind === 'var' ? node.kind : 'let'
  const declares: Declaration[] = []
  let body = `;${' '.repeat(node.kind.length - 2)}(`
  let end = node.start + node.kind.length
  for (const { id, init, end: declaratorEnd } of node.declarations) {
    eachName(id, undefined, (name) => declares.push({ name, kind }))
    body += code.slice(end, declaratorEnd)
    // `var a` leaves a value that is there; `let a` does not.
    if (!init && kind !== 'var') body += '=undefined'
    end = declaratorEnd
  }
  return { body: `${body})`, declares }
}

/** Whether the statement itself awaits, not a function in it. */
function awaits(node: AnyNode): boolean {
  if (node.type === 'AwaitExpression') return true
  if (node.type === 'ForOfStatement' && node.await) return true
  if (isFunction(node)) return false
  let found = false
  eachChild(node, (child) => {
    found ||= awaits(child)
  })
  return found
}
