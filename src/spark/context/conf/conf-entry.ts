/** Configuration by Spark's keys. Sizes and times are plain numbers or Spark's text; flags are booleans or their text. */
export type SparkConf = Readonly<Record<string, ConfValue>>

export type ConfValue = string | number | boolean

/** Reads the value of a key. @throws TROUPE_SPARK_ARGUMENT_INVALID */
export type ConfParser<T> = (key: string, value: ConfValue) => T

/** What there is to know of a key. */
export interface ConfEntry<T> {
  readonly parse: ConfParser<T>
  /** What holds when it is not set. */
  readonly otherwise: T
  /** That, as people read it. */
  readonly shown: string
  /** What it is for, in one line. */
  readonly doc: string
}

/** A part of the registry: for each of its keys the entry that reads it. */
export type ConfEntries<Values> = { readonly [K in keyof Values]: ConfEntry<Values[K]> }

/** A key with a default, which is written as a user would. */
export function withDefault<T>(parse: ConfParser<T>, text: string, doc: string): ConfEntry<T> {
  return { parse, otherwise: parse('the default', text), shown: text, doc }
}

/** A key that need not have a value; `shown` says what holds then. */
export function optional<T>(
  parse: ConfParser<T>,
  shown: string,
  doc: string,
): ConfEntry<T | undefined> {
  return { parse, otherwise: undefined, shown, doc }
}
