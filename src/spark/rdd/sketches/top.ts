import { FirstRows, orderingOf, type OrderProps } from '../ordering.ts'
import type { SketchKind } from './sketch.ts'

export interface TopProps extends OrderProps {
  readonly limit: number
}

/** The first values by an order, of which more than needed are kept until the end. */
export const topSketch: SketchKind<unknown[], unknown, TopProps, readonly unknown[]> = {
  create: () => [],
  add: (values, value, props) => {
    values.push(value)
    return values.length > 2 * props.limit + 64 ? first(values, props) : values
  },
  merge: (left, right, props) => {
    for (const value of right) left.push(value)
    return left.length > 2 * props.limit + 64 ? first(left, props) : left
  },
  result: first,
}

function first(values: readonly unknown[], props: TopProps): unknown[] {
  const rows = new FirstRows(props.limit, orderingOf(props))
  for (const value of values) rows.add(value)
  return rows.rows()
}
