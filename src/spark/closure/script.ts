import type { CodeLocation, InspectorSession, ScriptText } from '../../platform/index.ts'
import { openedScopes, scopesFor, type Binding } from './bindings.ts'
import { findReferences, isStrictInside, isVisible, type References } from './references.ts'
import {
  eachChild,
  isClass,
  isFunction,
  nodesAround,
  parseScript,
  type AnyNode,
  type ClassSyntax,
  type FunctionSyntax,
  type Program,
} from './syntax.ts'

/** What the source says about one function or class. */
export interface FunctionFacts {
  readonly node: FunctionSyntax | ClassSyntax
  /** The method or accessor the function is the value of, if it is one. */
  readonly member: MemberSyntax | undefined
  readonly isStrict: boolean
  readonly references: References
  /** The nodes around it, innermost first. */
  readonly surroundings: readonly AnyNode[]
}

export type MemberSyntax = Extract<AnyNode, { type: 'Property' | 'MethodDefinition' }>

/** A place as people read it, and as stack traces give it: from 0 here. */
export interface SourcePosition {
  readonly line: number
  readonly column: number
}

/** A binding and the node whose scope declares it. */
export interface Resolved {
  readonly binding: Binding
  readonly owner: AnyNode
}

/** One script, parsed once. */
export class Script {
  readonly text: ScriptText
  readonly program: Program
  readonly #lines: readonly number[]
  #assigned: ReadonlySet<string> | undefined
  readonly #facts = new Map<string, FunctionFacts | undefined>()

  /** @throws SyntaxError when the parser does not know the syntax */
  constructor(text: ScriptText) {
    this.text = text
    this.program = parseScript(text.text, text.isModule)
    this.#lines = lineStarts(text.text)
  }

  /** The function whose code begins at `location` and reads `source`; undefined when there is none. */
  functionAt(location: CodeLocation, source: string): FunctionFacts | undefined {
    const key = `${String(location.line)}:${String(location.column)}:${String(source.length)}`
    if (!this.#facts.has(key)) {
      this.#facts.set(key, this.#find(this.offsetOf(location), source))
    }
    return this.#facts.get(key)
  }

  positionOf(offset: number): SourcePosition {
    let low = 0
    let high = this.#lines.length - 1
    while (low < high) {
      const middle = (low + high + 1) >> 1
      if ((this.#lines[middle] ?? 0) <= offset) low = middle
      else high = middle - 1
    }
    const column = offset - (this.#lines[low] ?? 0)
    const { startLine, startColumn } = this.text
    return { line: low + startLine, column: low === 0 ? column + startColumn : column }
  }

  offsetOf({ line, column }: SourcePosition): number {
    const { startLine, startColumn } = this.text
    const row = line - startLine
    return (this.#lines[row] ?? 0) + (row === 0 ? column - startColumn : column)
  }

  /** `file:///…/job.js:12:5`, counted from 1. */
  place(offset: number): string {
    const { line, column } = this.positionOf(offset)
    return `${this.text.url || 'code from a string'}:${String(line + 1)}:${String(column + 1)}`
  }

  /** Whether any code of the script assigns to a variable of this name after its declaration. */
  assigns(name: string): boolean {
    this.#assigned ??= assignedNames(this.program)
    return this.#assigned.has(name)
  }

  topLevel(name: string): Binding | undefined {
    return openedScopes(this.program)[0]?.get(name)
  }

  /** Where a free name of the function is declared in this script; undefined when it is not. */
  resolve(name: string, { surroundings, node, isStrict }: FunctionFacts): Resolved | undefined {
    let child: AnyNode = node
    for (const owner of surroundings) {
      const scopes = scopesFor(owner, child)
      for (let index = scopes.length - 1; index >= 0; index--) {
        const scope = scopes[index]
        if (scope === undefined || !isVisible(scope, name, isStrict)) continue
        const binding = scope.get(name)
        if (binding !== undefined) return { binding, owner }
      }
      child = owner
    }
    return undefined
  }

  #find(offset: number, source: string): FunctionFacts | undefined {
    const path = nodesAround(this.program, offset)
    for (let index = path.length - 1; index >= 0; index--) {
      const node = path[index]
      if (node === undefined) continue
      const found = functionOf(node)
      if (found === undefined) continue
      const text = this.text.text.slice(node.start, node.end)
      // The engine's text of a method leaves out `static`.
      if (found === node ? text !== source : !text.endsWith(source)) continue
      const around = path.slice(0, index + 1)
      const isStrict = [...around, found].some((each) => isStrictInside(each, false))
      const surroundings = path.slice(0, index).reverse()
      return {
        node: found,
        member: found === node ? undefined : (node as MemberSyntax),
        isStrict,
        references: findReferences(found, isStrict),
        surroundings: found === node ? surroundings : [node, ...surroundings],
      }
    }
    return undefined
  }
}

/** The function a node is, or the method that it defines. */
function functionOf(node: AnyNode): FunctionSyntax | ClassSyntax | undefined {
  if (isFunction(node) || isClass(node)) return node
  if (node.type === 'MethodDefinition') return node.value
  if (node.type === 'Property' && (node.method || node.kind !== 'init')) {
    return isFunction(node.value) ? node.value : undefined
  }
  return undefined
}

/** Shadowing is not looked at: a name too many only means that its value travels instead of a reference. */
function assignedNames(program: Program): ReadonlySet<string> {
  const names = new Set<string>()
  const assigned = (target: AnyNode): void => {
    if (target.type === 'Identifier') names.add(target.name)
    else if (target.type !== 'MemberExpression') eachChild(target, assigned)
  }
  const visit = (node: AnyNode): void => {
    if (node.type === 'AssignmentExpression') assigned(node.left)
    if (node.type === 'UpdateExpression') assigned(node.argument)
    if (node.type === 'ForInStatement' || node.type === 'ForOfStatement') {
      if (node.left.type !== 'VariableDeclaration') assigned(node.left)
    }
    eachChild(node, visit)
  }
  visit(program)
  return names
}

function lineStarts(text: string): readonly number[] {
  const starts = [0]
  // The four line ends of the language; V8 counts the same.
  const end = /\r\n|[\n\r\u2028\u2029]/g
  while (end.exec(text) !== null) starts.push(end.lastIndex)
  return starts
}

/** Scripts by the engine's id: each is fetched and parsed once a thread. */
export class ScriptCache {
  readonly #scripts = new Map<string, Script>()

  /** @throws SyntaxError, or the engine's own error when it no longer has the source */
  get(session: InspectorSession, scriptId: string): Script {
    let script = this.#scripts.get(scriptId)
    if (script === undefined) {
      script = new Script(session.script(scriptId))
      this.#scripts.set(scriptId, script)
    }
    return script
  }
}
