import type { ScriptCompiler } from '../../platform/index.ts'
import { ClosureError } from './errors.ts'
import type { CodeUnit } from './graph.ts'

/** A function or class made from a code unit, and the setters of the names that were left open. */
export interface MadeCode {
  readonly value: unknown
  readonly link: ReadonlyMap<number, (value: unknown) => void>
}

type Compiled = (...args: readonly unknown[]) => unknown

/** Sources whose compiled code a compiler's thread remembers. */
const MOST_REMEMBERED = 1024

/**
 * compiler → text and place → compiled code. A function that is made again, by the next job or by the next stage of a loop, is the
 * same code to the engine, which has seen it run and has optimized it.
 */
const remembered = new WeakMap<ScriptCompiler, Map<string, Compiled>>()

/**
 * compiled code that takes nothing along → the function it has made, and its name. V8 makes one with those who call it that it has
 * met before as the same object; one that is made again for each job it has to look up each time.
 */
const shared = new WeakMap<Compiled, { readonly name: string; readonly value: unknown }>()

/**
 * Compiles code units, each into a function that takes the captured values and gives the closure.
 *
 * Captured names are parameters of it: those that are never linked later are constants to the engine, so a
 * rebuilt function runs as fast as the original. The script takes the original's URL and position, so stack traces
 * name the user's own line.
 */
export class CodeFactory {
  readonly #compiler: ScriptCompiler
  readonly #compiled: Map<string, Compiled>
  /** index of the code in the graph and its open names → the same: no text is made for each closure of one code */
  readonly #ofGraph: Map<string, Compiled> = new Map()
  /** Code whose function is in this graph already: another of the same code is another object. */
  readonly #given = new Set<Compiled>()

  constructor(compiler: ScriptCompiler) {
    this.#compiler = compiler
    let compiled = remembered.get(compiler)
    if (compiled === undefined) remembered.set(compiler, (compiled = new Map<string, Compiled>()))
    this.#compiled = compiled
  }

  /**
   * A function that nothing can tell from the one of an earlier graph: it is made once. None may be given to it that has
   * properties of its own.
   *
   * @param index as that of {@link make}
   */
  makeShared(index: number, code: CodeUnit, name: string): unknown {
    if (code.kind !== 'function' || refersToItself(code))
      return this.make(index, code, name, [], []).value
    const compiled = this.#codeOf(index, code, [])
    const known = shared.get(compiled)
    if (known?.name === name && !this.#given.has(compiled)) {
      this.#given.add(compiled)
      return known.value
    }
    const { value } = this.make(index, code, name, [], [])
    if (known === undefined) shared.set(compiled, { name, value })
    this.#given.add(compiled)
    return value
  }

  /**
   * @param index of the code, in the graph that this factory is for
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
    const made = this.#codeOf(index, code, open)(name, ...captured)
    if (open.length === 0) return { value: unwrap(code, made), link: new Map() }
    const [value, setters] = made as readonly [unknown, readonly ((value: unknown) => void)[]]
    const link = new Map(open.map((position, at) => [position, setters[at] ?? ignore]))
    return { value: unwrap(code, value), link }
  }

  #codeOf(index: number, code: CodeUnit, open: readonly number[]): Compiled {
    const key = `${index}:${open.join()}`
    let compiled = this.#ofGraph.get(key)
    if (compiled === undefined) this.#ofGraph.set(key, (compiled = this.#compiledCode(code, open)))
    return compiled
  }

  #compiledCode(code: CodeUnit, open: readonly number[]): Compiled {
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
    const key = `${filename}:${String(code.line)}:${String(column)}:${text}`
    const known = this.#compiled.get(key)
    if (known !== undefined) return known
    const compiled = this.#compile(text, filename, code.line, column)
    this.#compiled.set(key, compiled)
    if (this.#compiled.size > MOST_REMEMBERED) {
      for (const oldest of this.#compiled.keys()) {
        this.#compiled.delete(oldest)
        break
      }
    }
    return compiled
  }

  #compile(text: string, filename: string, line: number, column: number): Compiled {
    try {
      return this.#compiler.run(text, { filename, line, column }) as Compiled
    } catch (cause) {
      throw new ClosureError(
        'TROUPE_CLOSURE_GRAPH_INVALID',
        `The captured source from ${filename}:${String(line + 1)} does not compile here; both sides need the same Node version`,
        { cause, data: { url: filename, line: line + 1 } },
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

/** Whether the source may reach the function that it makes, and leave something with it for the next call. */
function refersToItself({ source, isNamed, isStrict }: CodeUnit): boolean {
  if (!isStrict && source.includes('callee')) return true
  if (source.includes('eval') || source.includes('new.target')) return true
  if (!isNamed) return false
  const name = /^(?:async\s+)?function\s*\*?\s*([^\s(]+)/.exec(source)?.[1]
  return name === undefined || source.indexOf(name, source.indexOf(name) + name.length) >= 0
}

function unusedName(wanted: string, code: CodeUnit): string {
  let name = wanted
  while (code.source.includes(name) || code.names.includes(name)) name += '_'
  return name
}

function ignore(): void {
  // A setter for each open name exists by construction.
}
