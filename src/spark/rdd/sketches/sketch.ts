/**
 * A summary of values that has a bounded size: plain data, which travels and may be spilled. `add` and `merge` may
 * change and answer their first argument.
 */
export interface SketchKind<S = unknown, V = unknown, Props = unknown, R = unknown> {
  readonly create: (props: Props) => S
  readonly add: (sketch: S, value: V, props: Props) => S
  readonly merge: (left: S, right: S, props: Props) => S
  readonly result: (sketch: S, props: Props) => R
}

/** A kind of sketch as it travels: by name, with what it needs. */
export interface SketchSpec {
  readonly sketch: 'distinct' | 'percentiles' | 'top'
  readonly props: unknown
}
