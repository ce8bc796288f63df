import type { NumberReader } from './parse-number.ts'

/**
 * What a recognised function computes from a row, as plain data. An expression says what JavaScript would do;
 * a kernel that can't do exactly that for some rows declines them.
 */
export type Expression =
  /** What stands at `path` in the row; the row itself for an empty one. */
  | { readonly op: 'row'; readonly path: readonly number[] }
  | { readonly op: 'constant'; readonly value: string | number }
  /** `of.split(separator)[index]` */
  | {
      readonly op: 'field'
      readonly of: Expression
      readonly separator: string
      readonly index: number
    }
  /** `of.slice(from, to)`, `of.substring(from, to)`, `of.subarray(from, to)` */
  | {
      readonly op: 'slice'
      readonly method: 'slice' | 'substring' | 'subarray'
      readonly of: Expression
      readonly from: Expression
      readonly to: Expression | undefined
    }
  | { readonly op: 'indexOf'; readonly of: Expression; readonly needle: string }
  | { readonly op: 'length'; readonly of: Expression }
  | { readonly op: 'to-lower-case'; readonly of: Expression }
  | {
      readonly op: 'to-number'
      readonly of: Expression
      readonly how: NumberReader
    }
  | {
      readonly op: 'arithmetic'
      readonly operator: '+' | '-' | '*' | '/' | '%'
      readonly left: Expression
      readonly right: Expression
    }
  | {
      readonly op: 'compare'
      readonly operator: '<' | '<=' | '>' | '>=' | '===' | '!=='
      readonly left: Expression
      readonly right: Expression
    }
  | {
      readonly op: 'logical'
      readonly operator: '&&' | '||'
      readonly left: Expression
      readonly right: Expression
    }
  | { readonly op: 'not'; readonly of: Expression }
  | {
      readonly op: 'test'
      readonly method: 'includes' | 'startsWith' | 'endsWith'
      readonly of: Expression
      readonly needle: string
    }

/** What a row becomes: an expression, or an array of such. */
export type Projection =
  Expression | { readonly op: 'tuple'; readonly items: readonly Projection[] }

/** Where text is cut: at every `separator`, or at runs or single units of a class. */
export type Cut =
  | { readonly type: 'separator'; readonly separator: string }
  /** A regular expression of one class: `units[c]` for ASCII units; `isRun` for `+`. */
  | { readonly type: 'class'; readonly units: Uint8Array; readonly isRun: boolean }

/** What a recognised function of a flatMap gives for a row: the parts of a text. */
export interface Parts {
  readonly of: Expression
  /** `split` gives what lies between the cuts, `match` the runs of the class themselves. */
  readonly method: 'split' | 'match'
  readonly cut: Cut
}

/** How two numbers become one. */
export type Merge = 'sum' | 'min' | 'max'

/** How two rows become one: numbers merged, or an array of such, place by place. */
export type Reduction =
  | { readonly op: 'merge'; readonly merge: Merge }
  | { readonly op: 'tuple'; readonly items: readonly Reduction[] }

/** What a function of a combiner and a value makes of them: a number merged with what it takes of the value, or an array of such. */
export type Fold =
  | {
      readonly op: 'merge'
      readonly merge: Merge
      /** Of the pair. */
      readonly of: Expression
    }
  | { readonly op: 'tuple'; readonly items: readonly Fold[] }
