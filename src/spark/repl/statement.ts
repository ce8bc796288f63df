import type { RefusedSource } from '../../platform/index.ts'
import type { ImportRequest } from '../closure/index.ts'

/** How a name of a session came to be. */
export type DeclarationKind = 'const' | 'let' | 'var'

export interface Declaration {
  readonly name: string
  readonly kind: DeclarationKind
}

/** A name that an import brings, and the export that it stands for (`*` for the whole module). */
export interface ImportedName {
  readonly local: string
  readonly exported: string
}

/** Where a statement begins in the text it was read from, from 0. */
export interface Place {
  readonly line: number
  readonly column: number
}

/** One statement at the top of what was typed, as the session runs it. */
export type Statement =
  | {
      readonly type: 'import'
      readonly specifier: string
      readonly names: readonly ImportedName[]
    }
  | {
      readonly type: 'code'
      /** A script whose value is that of the statement, or a promise of it; free names are the session's. */
      readonly source: string
      /** Of the script; its column may be negative, since the source stands behind what leads it in. */
      readonly place: Place
      readonly declares: readonly Declaration[]
      /** Names that are assigned, and declared nowhere in the statement: new ones become variables. */
      readonly assigns: readonly string[]
      /** Whether it has a value to show. */
      readonly isExpression: boolean
      /** Of the names that it declares, those that stand for exports: `const { a } = await import('./a.js')`. */
      readonly imports: ReadonlyMap<string, ImportRequest>
    }

/** What a text turned out to be. */
export type ReadText =
  { readonly type: 'statements'; readonly statements: readonly Statement[] } | RefusedSource
