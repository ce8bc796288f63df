import type {
  Environment,
  ModuleResolver,
  ScriptCompiler,
  TypeScriptCompiler,
} from '../../platform/index.ts'
import { registerSession, type ImportRequest } from '../closure/index.ts'
import { invalidImport, syntaxError } from './errors.ts'
import { readText, SESSION_KEY } from './read-text.ts'
import type { DeclarationKind, ImportedName, Statement } from './statement.ts'

type CodeStatement = Extract<Statement, { readonly type: 'code' }>

/** Where an import comes from, as a function that travels names it. */
interface Origin {
  readonly url: string
  readonly via: 'import'
  readonly path: readonly string[]
}

export interface SessionTools {
  readonly modules: Environment['modules']
  readonly resolver: ModuleResolver
  readonly compiler: ScriptCompiler
  readonly typescript: TypeScriptCompiler
  /** What relative imports are relative to: a URL with a last part, which is not looked at. */
  readonly baseUrl: string
  /** Where packages are looked for that are not found from there. */
  readonly ownUrl: string
  /** Runs what Ctrl-C may end. */
  readonly interruptibly: (run: () => unknown) => unknown
}

/** A text to be run, and what stack traces are to say of it. */
export interface SourceText {
  readonly text: string
  readonly name: string
  /** Of its first line, from 0. */
  readonly line: number
}

/**
 * The variables of a shell, and the running of what is typed into it. Every statement sees what the ones before it have declared, and
 * may declare it anew: functions made earlier then see the new value. Functions can be captured with all they use, imports included.
 */
export class Session {
  readonly #tools: SessionTools
  readonly #variables: Record<string, unknown> = Object.create(null) as Record<string, unknown>
  readonly #imports = new Map<string, Origin>()
  /** Declared, and without a value as long as their statement has not come so far. */
  readonly #pending = new Map<string, PropertyDescriptor | undefined>()

  constructor(tools: SessionTools) {
    this.#tools = tools
    registerSession(this.#variables, {
      importOf: (name) => this.#imports.get(name),
      isInitialised: (name) => !this.#pending.has(name),
    })
  }

  /** The names that there are. */
  names(): readonly string[] {
    return Object.keys(this.#variables)
  }

  has(name: string): boolean {
    return Object.hasOwn(this.#variables, name) && !this.#pending.has(name)
  }

  value(name: string): unknown {
    return this.has(name) ? this.#variables[name] : undefined
  }

  /** Gives the session a constant, which functions get as the export it is when `origin` says so. */
  define(name: string, value: unknown, origin?: Origin): void {
    this.#declare(name, 'const')
    this.#settle(name, 'const', value)
    if (origin !== undefined) this.#imports.set(name, origin)
  }

  /** Sets a variable that a statement may set, too. */
  set(name: string, value: unknown): void {
    this.#declare(name, 'let')
    this.#settle(name, 'let', value)
  }

  /**
   * Runs a text, statement after statement; nothing of one that is not whole. `onValue` gets the value of each expression as it comes.
   *
   * @throws TROUPE_SPARK_SHELL_SYNTAX, and whatever the text throws
   */
  async run(source: SourceText, onValue: (value: unknown) => void): Promise<'done' | 'incomplete'> {
    const read = readText(source.text, this.#tools.typescript)
    if (read.type === 'incomplete') return 'incomplete'
    if (read.type === 'invalid') throw syntaxError(read, source)
    for (const statement of read.statements) {
      if (statement.type === 'import') await this.#import(statement.specifier, statement.names)
      else {
        const value = await this.#evaluate(statement, source)
        if (statement.isExpression) onValue(value)
      }
    }
    return 'done'
  }

  async #evaluate(statement: CodeStatement, { name, line }: SourceText): Promise<unknown> {
    for (const declared of statement.declares) this.#declare(declared.name, declared.kind)
    for (const assigned of statement.assigns) {
      if (!Object.hasOwn(this.#variables, assigned) && !(assigned in globalThis)) {
        this.#declare(assigned, 'var')
      }
    }
    const { place } = statement
    const origin = { filename: name, line: line + place.line, column: place.column }
    try {
      const value: unknown = await this.#tools.interruptibly(() => {
        const key = Symbol.for(SESSION_KEY)
        Object.defineProperty(globalThis, key, { value: this.#variables, configurable: true })
        try {
          return this.#tools.compiler.runInterruptibly(statement.source, origin)
        } finally {
          Reflect.deleteProperty(globalThis, key)
        }
      })
      for (const [local, request] of statement.imports) this.#rememberImport(local, request)
      return value
    } catch (error) {
      mendStack(error, name, `${name}:${origin.line + statement.source.split('\n').length}:4`)
      throw error
    } finally {
      for (const declared of statement.declares) this.#giveUp(declared.name)
    }
  }

  #declare(name: string, kind: DeclarationKind): void {
    this.#imports.delete(name)
    const before = Object.getOwnPropertyDescriptor(this.#variables, name)
    if (kind === 'var') {
      if (before === undefined || !('value' in before)) this.#settle(name, 'let', undefined)
      return
    }
    if (this.#pending.has(name)) return
    this.#pending.set(name, before)
    const value: unknown = before === undefined ? undefined : this.#variables[name]
    Object.defineProperty(this.#variables, name, {
      configurable: true,
      enumerable: true,
      get: () => {
        // What a name stood for can be used in what it is to stand for: const lines = lines.filter(…)
        if (before !== undefined) return value
        // eslint-disable-next-line no-restricted-syntax -- what the language itself throws
        throw new ReferenceError(`Cannot access '${name}' before initialization`)
      },
      set: (given: unknown) => {
        this.#settle(name, kind, given)
      },
    })
  }

  #settle(name: string, kind: DeclarationKind, value: unknown): void {
    this.#pending.delete(name)
    const common = { configurable: true, enumerable: true }
    Object.defineProperty(
      this.#variables,
      name,
      kind === 'const'
        ? {
            ...common,
            get: () => value,
            set: () => {
              // eslint-disable-next-line no-restricted-syntax -- what the language itself throws
              throw new TypeError(`Assignment to constant variable ${name}`)
            },
          }
        : { ...common, value, writable: true },
    )
  }

  /** Of a statement that has failed: what it did not come to declare is as it was. */
  #giveUp(name: string): void {
    if (!this.#pending.has(name)) return
    const before = this.#pending.get(name)
    this.#pending.delete(name)
    if (before === undefined) Reflect.deleteProperty(this.#variables, name)
    else Object.defineProperty(this.#variables, name, before)
  }

  async #import(specifier: string, names: readonly ImportedName[]): Promise<void> {
    const url = this.#resolve(specifier)
    const namespace = await this.#tools.modules.load(url)
    for (const { local, exported } of names) {
      const isWhole = exported === '*'
      if (!isWhole && !(exported in namespace)) {
        // It was a type, perhaps: those are gone from modules of TypeScript.
        if (/\.[cm]?ts$/.test(url)) continue
        throw invalidImport(specifier, `it has no export ${exported}`)
      }
      const value = isWhole ? namespace : namespace[exported]
      this.define(local, value, { url, via: 'import', path: isWhole ? [] : [exported] })
    }
  }

  #resolve(specifier: string): string {
    const { resolver, baseUrl, ownUrl } = this.#tools
    const url = /^troupe(\/|$)/.test(specifier)
      ? resolver.import(specifier, ownUrl)
      : resolver.import(specifier, baseUrl)
    if (url === undefined) throw invalidImport(specifier, 'it is not found from this folder')
    return url
  }

  #rememberImport(local: string, { specifier, via, path }: ImportRequest): void {
    if (via !== 'import') return
    this.#imports.set(local, { url: this.#resolve(specifier), via, path })
  }
}

/**
 * Takes the frame out of an error's stack in which the session calls what was typed (`own`); what failed in what leads a statement in, has
 * failed at its beginning.
 */
function mendStack(error: unknown, name: string, own: string): void {
  if (!(error instanceof Error) || error.stack === undefined) return
  error.stack = error.stack
    .split('\n')
    .filter((line) => !line.endsWith(` ${own}`))
    .map((line) => (line.includes(`${name}:`) ? line.replace(/:-\d+(\)?)$/, ':1$1') : line))
    .join('\n')
}
