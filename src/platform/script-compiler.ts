/** Where a compiled text claims to come from, so that stack traces name the original place. */
export interface ScriptOrigin {
  /** URL or path that stack traces show. */
  readonly filename: string
  /** Line of the text's first line, from 0. */
  readonly line: number
  /** Column of the text's first character, from 0; may be negative. */
  readonly column: number
}

/** Turns source text into values; the only door to compilation. */
export interface ScriptCompiler {
  /**
   * Runs `source` as a classic script in this context and gives its completion value. Works where code
   * generation from strings (`new Function`) is forbidden. `import()` in it is Node's own, from the place of `filename`.
   */
  run(source: string, origin: ScriptOrigin): unknown
  /**
   * As `run`, but Ctrl-C ends it while it runs: then it throws what {@link isInterruption} knows.
   */
  runInterruptibly(source: string, origin: ScriptOrigin): unknown
  /** Whether `thrown` says that Ctrl-C has ended a run. */
  isInterruption(thrown: unknown): boolean
  /** The `require` that a CommonJS module at `url` would have been given. */
  requireOf(url: string): unknown
}
