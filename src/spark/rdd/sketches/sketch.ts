/**
 * A summary of values that has a bounded size: plain data, which travels and may be spilled. `add` and `merge` may
 * change and answer their first argument.
 */
export interface SketchKind<S = unknown, V = unknown, Props = unknown, R = unknown> {
  create(props: Props): S
  add(sketch: S, value: V, props: Props): S
  merge(left: S, right: S, props: Props): S
  result(sketch: S, props: Props): R
}

/** A kind of sketch as it travels: by name, with what it needs. */
export interface SketchSpec {
  readonly sketch: 'distinct' | 'percentiles' | 'top'
  readonly props: unknown
}
