import type { ScriptCompiler } from '../../platform/index.ts'
import { ClosureError } from './errors.ts'
import type { CodeUnit } from './graph.ts'

/** A function or class made from a code unit, and the setters of the names that were left open. */
export interface MadeCode {
  readonly value: unknown
  readonly link: ReadonlyMap<number, (value: unknown) => void>
}

/**
 * Compiles code units, each into a function that takes the captured values and gives the closure.
 *
 * Captured names are parameters of it: those that are never linked later are constants to the engine, so a
 * rebuilt function runs as fast as the original. The script takes the original's URL and position, so stack traces
 * name the user's own line.
 */
export class CodeFactory {
  readonly #compiler: ScriptCompiler
  readonly #compiled = new Map<string, (...args: readonly unknown[]) => unknown>()

  constructor(compiler: ScriptCompiler) {
    this.#compiler = compiler
  }

  /**
   * @param open indices of the names whose values come later, through `link`
   * @throws TROUPE_CLOSURE_GRAPH_INVALID when the source does not compile; what a class's definition throws
   */
  make(
    index: number,
    code: CodeUnit,
    name: string,
    captured: readonly unknown[],
    open: readonly number[],
  ): MadeCode {
    const key = `${String(index)}:${open.join()}`
    let compiled = this.#compiled.get(key)
    if (compiled === undefined) {
      compiled = this.#compile(code, open)
      this.#compiled.set(key, compiled)
    }
    const made = compiled(name, ...captured)
    if (open.length === 0) return { value: unwrap(code, made), link: new Map() }
    const [value, setters] = made as readonly [unknown, readonly ((value: unknown) => void)[]]
    const link = new Map(open.map((position, at) => [position, setters[at] ?? ignore]))
    return { value: unwrap(code, value), link }
  }

  #compile(code: CodeUnit, open: readonly number[]): (...args: readonly unknown[]) => unknown {
    const name = unusedName('$name', code)
    const value = unusedName('$value', code)
    const strict = code.isStrict ? '"use strict";' : ''
    const head = `(function(${[name, ...code.names].join()}){${strict}return ${open.length > 0 ? '[' : ''}`
    const [before, after] = surroundings(code, name)
    const setters = open.map((index) => `function(${value}){${code.names[index] ?? ''}=${value}}`)
    const tail = open.length > 0 ? `,[${setters.join()}]]` : ''
    // The line break ends a comment that the source may end with.
    const text = `${head}${before}${code.source}\n${after}${tail}})`
    const column = code.column - head.length - before.length
    const filename = code.url === '' ? 'captured-code' : code.url
    try {
      const compiled = this.#compiler.run(text, { filename, line: code.line, column })
      return compiled as (...args: readonly unknown[]) => unknown
    } catch (cause) {
      throw new ClosureError(
        'TROUPE_CLOSURE_GRAPH_INVALID',
        `The captured source from ${filename}:${String(code.line + 1)} does not compile here; both sides need the same Node version`,
        { cause, data: { url: code.url, line: code.line + 1 } },
      )
    }
  }
}

/** An object under construction names what has no name of its own. */
function surroundings(code: CodeUnit, name: string): readonly [before: string, after: string] {
  switch (code.kind) {
    case 'method':
      return [`{${code.modifiers}[${name}]`, `}[${name}]`]
    case 'getter':
      return [`{get [${name}]`, `}`]
    case 'setter':
      return [`{set [${name}]`, `}`]
    case 'function':
    case 'class':
      return code.isNamed ? ['(', ')'] : [`{[${name}]:`, `}[${name}]`]
  }
}

/** An accessor comes inside the object that holds it. */
function unwrap({ kind }: CodeUnit, made: unknown): unknown {
  if (kind !== 'getter' && kind !== 'setter') return made
  const [descriptor] = Object.values(Object.getOwnPropertyDescriptors(made))
  return descriptor && Reflect.get(descriptor, kind === 'getter' ? 'get' : 'set')
}

function unusedName(wanted: string, code: CodeUnit): string {
  let name = wanted
  while (code.source.includes(name) || code.names.includes(name)) name += '_'
  return name
}

function ignore(): void {
  // A setter for each open name exists by construction.
}
