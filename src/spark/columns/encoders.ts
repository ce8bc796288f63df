import { invalidArgument } from '../errors.ts'

/** What the rows of an RDD are declared to be, as plain data. */
export type Schema =
  | { readonly type: 'string' | 'int' | 'double' }
  | { readonly type: 'tuple'; readonly items: readonly Schema[] }

/** A declared type of rows; see {@link Encoders}. */
export interface Encoder<T> {
  readonly schema: Schema
  /** Never there: it tells the compiler what the rows are. */
  readonly row?: T
}

/** What rows of an encoder's type are. */
export type RowOf<E> = E extends Encoder<infer T> ? T : never

/**
 * The types that rows can be declared to be, by `rdd.as`.
 *
 * @see Encoders in Spark's sql
 */
export const Encoders: {
  /** A string. */
  readonly string: Encoder<string>
  /** A number that is an integer of 32 bits. */
  readonly int: Encoder<number>
  /** Any number. */
  readonly double: Encoder<number>
  /**
   * An array of so many items; of two, a pair.
   *
   * @throws TROUPE_SPARK_ARGUMENT_INVALID
   */
  tuple<const Items extends readonly Encoder<unknown>[]>(
    ...items: Items
  ): Encoder<{ readonly [I in keyof Items]: RowOf<Items[I]> }>
} = {
  string: { schema: { type: 'string' } },
  int: { schema: { type: 'int' } },
  double: { schema: { type: 'double' } },
  tuple: (...items) => {
    if (items.length === 0) throw invalidArgument('Encoders.tuple', items, 'an item at least')
    return { schema: { type: 'tuple', items: items.map((item) => item.schema) } }
  },
}

/** The name that a type was declared by. */
export function nameOf(schema: Schema): string {
  if (schema.type !== 'tuple') return `Encoders.${schema.type}`
  return `Encoders.tuple(${schema.items.map(nameOf).join(', ')})`
}
