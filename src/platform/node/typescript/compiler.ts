import { createRequire } from 'node:module'
import type * as Swc from '@swc/wasm-typescript'

import type { CompiledSource, TypeScriptCompiler } from '../../typescript.ts'

/**
 * The compiler that Node itself takes for its type stripping. Loaded by the first call.
 *
 * @see https://github.com/swc-project/swc
 */
export const nodeTypeScriptCompiler: TypeScriptCompiler = { compile }

let loaded: typeof Swc | undefined

function swc(): typeof Swc {
  loaded ??= createRequire(import.meta.url)('@swc/wasm-typescript') as typeof Swc
  return loaded
}

function compile(source: string): CompiledSource {
  const { transformSync } = swc()
  const common = { module: true, deprecatedTsModuleAsError: true }
  try {
    return compiled(transformSync(source, { ...common, mode: 'strip-only' }).code)
  } catch (refusal) {
    if (!isRefusal(refusal) || refusal.code !== 'UnsupportedSyntax') return refused(refusal)
  }
  try {
    const transform = { verbatimModuleSyntax: true, noEmptyExport: true }
    return compiled(transformSync(source, { ...common, mode: 'transform', transform }).code)
  } catch (refusal) {
    return refused(refusal)
  }
}

function compiled(code: string): CompiledSource {
  return { type: 'compiled', code }
}

/** What the compiler throws: no error, but a record. */
interface Refusal {
  readonly code: string
  readonly message: string
  readonly startLine?: number
  readonly startColumn?: number
  readonly endLine?: number
  readonly endColumn?: number
}

function isRefusal(value: unknown): value is Refusal {
  return typeof value === 'object' && value !== null && 'code' in value && 'message' in value
}

function refused(thrown: unknown): CompiledSource {
  if (!isRefusal(thrown)) throw thrown
  const { code, message, startLine = 1, startColumn = 0, endLine, endColumn } = thrown
  // What is of no length stands at the end of the source.
  const isAtEnd = startLine === endLine && startColumn === endColumn
  if (code === 'InvalidSyntax' && (isAtEnd || /^Unterminated (template|block)/.test(message))) {
    return { type: 'incomplete', message }
  }
  return { type: 'invalid', message, line: startLine, column: startColumn + 1 }
}
