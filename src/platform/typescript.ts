/** What came of a TypeScript source. */
export type CompiledSource = { readonly type: 'compiled'; readonly code: string } | RefusedSource

/** Why a source can't be read. */
export type RefusedSource =
  /** It ends too early: more lines may make it whole. */
  | { readonly type: 'incomplete'; readonly message: string }
  /** Line and column count from 1. */
  | {
      readonly type: 'invalid'
      readonly message: string
      readonly line: number
      readonly column: number
    }

/**
 * Makes JavaScript of TypeScript, without checking types: they are blanked, so that everything else stays at its line and column. A
 * source with syntax of TypeScript that means something at run time (enums, namespaces, parameter properties) is written anew.
 */
export interface TypeScriptCompiler {
  /** Of the source of an ES module. The first call in a process costs 100 ms, others 0.1 ms and more by length. */
  compile(source: string): CompiledSource
}
