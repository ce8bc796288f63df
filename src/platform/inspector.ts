/** Where a function's code begins. Lines and columns count from 0, in the whole script. */
export interface CodeLocation {
  readonly scriptId: string
  readonly line: number
  readonly column: number
}

/** One scope object of a function's chain; its values keep their identity. */
export interface InspectedScope {
  /** V8's word: Module, Closure, Block, Script, Catch, With Block … */
  readonly type: string
  readonly variables: object
}

/** What `bind` has put together. */
export interface BoundParts {
  readonly target: object
  readonly receiver: unknown
  readonly args: readonly unknown[]
}

/** What the engine knows of one function. */
export interface InspectedFunction {
  /** Absent for native and bound functions, which have no source. */
  readonly location?: CodeLocation
  /** Only of what `bind` has made. */
  readonly bound?: BoundParts
  /** To be read while the session is open. Innermost first, without the global object. A variable before its initialisation reads as undefined. */
  readonly scopes: readonly InspectedScope[]
  /** The global object the function sees; another one than ours in another context. To be read as `scopes`. */
  readonly globals: object | undefined
}

/** The text of a script as the engine compiled it (after any loader rewrote it). */
export interface ScriptText {
  /** Empty when the code came from a string. */
  readonly url: string
  readonly text: string
  readonly isModule: boolean
  /** Where the text begins, for scripts that were compiled with an offset. */
  readonly startLine: number
  readonly startColumn: number
}

/** A place in a running function. Lines and columns count from 0. */
export interface CallerPosition {
  readonly url: string
  readonly line: number
  readonly column: number
}

/**
 * Looks into functions of this thread: where their code stands and what their scopes hold.
 *
 * A session should live for one capture only: while it is open the engine retains every argument of
 * `console.log`.
 */
export interface FunctionInspector {
  /** @throws the engine's own error where the inspector is forbidden or not built in */
  open(): InspectorSession
  /** The functions running now, innermost first. */
  callers(): readonly CallerPosition[]
}

export interface InspectorSession {
  /** Answers in the order of `functions`. About 60 µs each the first time, and 30 µs more when scopes are read. */
  inspect(functions: readonly object[]): readonly InspectedFunction[]
  /**
   * The `this` of the code around an arrow function, without running any of it: the engine stops the arrow where it begins.
   * Undefined where the engine does not tell, or has no `this` there yet; the value is undefined, too, where an arrow inside an arrow
   * uses it in defaults of parameters only. 5–30 ms.
   *
   * @param arrow whose parameters compute no keys and whose defaults call nothing: it might run past these
   */
  outerThis(arrow: (...args: never) => unknown): { readonly value: unknown } | undefined
  /** The first call in a process costs 3–40 ms. @throws the engine's own error for an unknown id */
  script(scriptId: string): ScriptText
  close(): void
}
