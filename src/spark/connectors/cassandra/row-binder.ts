import type { CqlTable, CqlUserType, CqlValue } from '../../../platform/index.ts'
import { SparkError } from '../../errors.ts'
import { valueBytes, type BoundRow } from './batch-builder.ts'
import { columnWriter, type ColumnWriter } from './column-values.ts'
import { columnOf } from './schema.ts'

/** Where the values of a statement come from. Plain data. */
export interface Binding {
  readonly table: CqlTable
  readonly userTypes: readonly CqlUserType[]
  /** The statement's places, in order: a column, or a field of the row that is a time to live or a timestamp, or a constant. */
  readonly places: readonly Place[]
  /** Whether the row's fields were named: others are left out then, and refused otherwise. */
  readonly isChosen: boolean
  readonly isIgnoringNulls: boolean
}

export type Place =
  | { readonly type: 'column'; readonly column: string; readonly field?: string }
  | { readonly type: 'field'; readonly field: string }
  | { readonly type: 'constant'; readonly value: CqlValue }

/** Makes the values of a statement out of rows: objects, whose fields are columns, or arrays, whose items are the columns that were named. */
export class RowBinder {
  readonly #binding: Binding
  readonly #writers: readonly (ColumnWriter | undefined)[]
  readonly #keys: readonly number[]
  readonly #partition: readonly number[]
  /** Field → its place; -1 for one that is left out. */
  readonly #placeOf: Map<string, number> = new Map()

  constructor(binding: Binding) {
    this.#binding = binding
    const { table, userTypes, places } = binding
    this.#writers = places.map((place) =>
      place.type === 'column'
        ? columnWriter(place.column, columnOf(table, place.column).type, userTypes)
        : undefined,
    )
    const placeOfColumn = (column: string): number =>
      places.findIndex((place) => place.type === 'column' && place.column === column)
    this.#partition = table.partitionKey.map(placeOfColumn)
    this.#keys = [...table.partitionKey, ...table.clusteringKey]
      .map(placeOfColumn)
      .filter((place) => place >= 0)
    places.forEach((place, i) => {
      if (place.type === 'constant') return
      const field = place.type === 'column' ? place.field : place.field
      if (field !== undefined) this.#placeOf.set(field, i)
    })
  }

  /** @throws TROUPE_SPARK_CASSANDRA_UNKNOWN, TROUPE_SPARK_CASSANDRA_VALUE, TROUPE_SPARK_CASSANDRA_KEY */
  bind(row: unknown): BoundRow {
    const { places, isIgnoringNulls } = this.#binding
    const values = new Array<CqlValue>(places.length).fill(undefined)
    let bytes = 0
    const set = (i: number, given: unknown): void => {
      const place = places[i] as Place
      if (given === undefined || (given === null && isIgnoringNulls)) return
      const write = this.#writers[i]
      const value = write === undefined ? (given as CqlValue) : write(given)
      if (place.type === 'column') bytes += valueBytes(value)
      values[i] = value
    }
    if (Array.isArray(row)) {
      row.forEach((value, i) => {
        if (i < places.length && places[i]?.type === 'column') set(i, value)
      })
    } else if (typeof row === 'object' && row !== null) {
      for (const [field, value] of Object.entries(row)) {
        const place = this.#placeOf.get(field) ?? this.#placed(field)
        if (place >= 0) set(place, value)
      }
    } else throw this.#notARow(row)
    places.forEach((place, i) => {
      if (place.type === 'constant') values[i] = place.value
    })
    for (const i of this.#keys) {
      if (values[i] === undefined || values[i] === null) throw this.#withoutKey(i)
    }
    return { values, bytes }
  }

  /** The values of the partition key. */
  partitionKey({ values }: BoundRow): readonly CqlValue[] {
    return this.#partition.map((i) => values[i])
  }

  #placed(field: string): number {
    const { table, places, isChosen } = this.#binding
    let at = -1
    if (!isChosen) {
      const { name } = columnOf(table, field)
      at = places.findIndex((place) => place.type === 'column' && place.column === name)
    }
    this.#placeOf.set(field, at)
    return at
  }

  #withoutKey(place: number): SparkError {
    const { table, places } = this.#binding
    const { column } = places[place] as Extract<Place, { type: 'column' }>
    return new SparkError(
      'TROUPE_SPARK_CASSANDRA_KEY',
      `A row for ${table.keyspace}.${table.name} has no ${column}, which is part of the key; give every row the whole key, or filter those without`,
      { data: { table: `${table.keyspace}.${table.name}`, column } },
    )
  }

  #notARow(row: unknown): SparkError {
    const { table } = this.#binding
    return new SparkError(
      'TROUPE_SPARK_CASSANDRA_VALUE',
      `${table.keyspace}.${table.name} takes rows that are objects, or arrays where columns are named; it got ${typeof row}`,
      { data: { table: `${table.keyspace}.${table.name}` } },
    )
  }
}
