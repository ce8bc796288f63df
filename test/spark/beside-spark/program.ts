/**
 * Programs as data, which both engines can run: a source, operators over it, and actions on what comes out. Rows are
 * integers, texts, and pairs of these.
 */
export interface Program {
  readonly source: Source
  readonly ops: readonly Op[]
}

export type Source =
  | { readonly rows: readonly unknown[]; readonly slices: number }
  | { readonly range: readonly [number, number, number]; readonly slices: number }
  | { readonly empty: true }

/** How keys are spread: by default, over a number of partitions by hash, or by their code modulo a number. */
export interface Spread {
  readonly over?: number
  readonly by?: number
}

export interface Op extends Spread {
  readonly op: string
  readonly f?: string
  readonly n?: number
  readonly asc?: boolean
  readonly shuffle?: boolean
  readonly keeps?: boolean
  readonly again?: boolean
  readonly fraction?: number
  readonly weights?: readonly number[]
  readonly zero?: number
  readonly mapSide?: boolean
  readonly from?: unknown
  readonly to?: unknown
  readonly keys?: readonly unknown[]
  readonly other?: 'self' | Program
  readonly others?: readonly Program[]
}

export interface Action {
  readonly action: string
  readonly n?: number
  readonly again?: boolean
  readonly zero?: number
  readonly depth?: number
  readonly key?: unknown
  readonly confidence?: number
  readonly buckets?: readonly number[]
  readonly even?: boolean
}

export interface Trial extends Program {
  readonly actions: readonly Action[]
}

/** What an action, or the program before it, comes to. */
export type Answer =
  | { readonly value: unknown }
  | { readonly error: string; readonly cause: string; readonly message: string }
