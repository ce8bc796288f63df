import type { types, Driver } from './driver.ts'
import { CqlTyped, type CqlValue } from '../cql.ts'
import { tablesRefused } from '../table-store.ts'

/** Of a column as the driver knows it. */
export interface DriverType {
  readonly code: number
  readonly info?: unknown
  readonly customTypeName?: string
}

type Converter = (value: never) => unknown

/** A list or set with nothing in it; the driver would send null, which is something else where it is frozen. */
const EMPTY = Buffer.alloc(4)

/** Conversion of values between the port's forms and those of the driver, which has classes of its own. */
export class DriverValues {
  readonly #driver: Driver
  readonly #simple: ReadonlyMap<number, Converter>

  constructor(driver: Driver) {
    this.#driver = driver
    const { dataTypes } = driver.types
    const text = (value: { toString: () => string }): string => value.toString()
    this.#simple = new Map<number, Converter>([
      [dataTypes.uuid, text],
      [dataTypes.timeuuid, text],
      [dataTypes.inet, text],
      [dataTypes.date, text],
      [dataTypes.time, text],
      [dataTypes.duration, text],
      [dataTypes.decimal, (value: types.BigDecimal) => decimalText(driver, value)],
      // A view of a frame, and Buffers share theirs.
      [dataTypes.blob, (value: Uint8Array) => new Uint8Array(value)],
    ])
  }

  /** As the driver takes them: the same array where nothing is to be done. */
  sent(params: readonly CqlValue[]): unknown[] {
    for (let i = 0; i < params.length; i++) {
      const value = params[i]
      if (value === undefined || (typeof value === 'object' && !isAsItIs(value))) {
        return params.map((each) => (each === undefined ? this.#unset : this.#sent(each)))
      }
    }
    return params as unknown[]
  }

  /** Converts columns of the driver's rows in place: only those that need it. */
  received(
    rows: readonly Record<string, unknown>[],
    columns: readonly { readonly name: string; readonly type: DriverType }[],
  ): void {
    for (const { name, type } of columns) {
      const convert = this.#converter(type) as ((value: unknown) => unknown) | undefined
      if (convert === undefined) continue
      for (const row of rows) {
        const value = row[name]
        if (value !== null && value !== undefined) row[name] = convert(value)
      }
    }
  }

  get #unset(): unknown {
    return this.#driver.types.unset
  }

  #sent(value: CqlValue): unknown {
    if (typeof value !== 'object' || isAsItIs(value)) return value
    if (value instanceof Uint8Array) {
      return Buffer.from(value.buffer, value.byteOffset, value.byteLength)
    }
    if (Array.isArray(value)) {
      return value.length === 0 ? EMPTY : value.map((each: CqlValue) => this.#sent(each))
    }
    if (value instanceof Set) {
      return value.size === 0 ? EMPTY : [...value].map((each: CqlValue) => this.#sent(each))
    }
    if (value instanceof Map) {
      const entries = value as ReadonlyMap<CqlValue, CqlValue>
      return new Map([...entries].map(([key, one]) => [this.#sent(key), this.#sent(one)]))
    }
    if (value instanceof CqlTyped) return this.#typed(value)
    return Object.fromEntries(
      Object.entries(value as Readonly<Record<string, CqlValue>>).map(([field, one]) => [
        field,
        this.#sent(one),
      ]),
    )
  }

  #typed({ kind, value }: CqlTyped): unknown {
    const { Duration, Tuple } = this.#driver.types
    if (kind === 'duration') return Duration.fromString(value as string)
    if (kind === 'decimal') return decimalOf(this.#driver, value as string)
    const elements = (value as readonly CqlValue[]).map((each) => this.#sent(each))
    if (kind === 'tuple') return Tuple.fromArray(elements)
    // Its types don't know it.
    const { Vector } = this.#driver.types as unknown as {
      readonly Vector: new (elements: unknown[]) => unknown
    }
    return new Vector(elements)
  }

  /** Undefined where the driver's value is the port's. */
  #converter(type: DriverType): Converter | undefined {
    const simple = this.#simple.get(type.code)
    if (simple !== undefined) return simple
    const { list, set, map, udt, tuple, custom } = this.#driver.types.dataTypes
    const code: number = type.code
    if (code === Number(list)) return this.#ofList(type.info as DriverType)
    if (code === Number(set)) return this.#ofSet(type.info as DriverType)
    if (code === Number(map)) return this.#ofMap(type.info as readonly [DriverType, DriverType])
    if (code === Number(udt)) return this.#ofUserType(type.info as UserTypeInfo)
    if (code === Number(tuple)) return this.#ofTuple(type.info as readonly DriverType[])
    return code === Number(custom) ? ofCustom : undefined
  }

  #ofList(element: DriverType): Converter | undefined {
    const convert = this.#orNull(element)
    return convert && ((values: unknown[]) => values.map(convert))
  }

  #ofSet(element: DriverType): Converter | undefined {
    const convert = this.#orNull(element)
    return convert && ((values: Set<unknown>) => new Set([...values].map(convert)))
  }

  #ofMap([key, value]: readonly [DriverType, DriverType]): Converter | undefined {
    const [ofKey, ofValue] = [this.#orNull(key), this.#orNull(value)]
    if (ofKey === undefined && ofValue === undefined) return undefined
    return (entries: Map<unknown, unknown>) =>
      new Map([...entries].map(([k, v]) => [ofKey ? ofKey(k) : k, ofValue ? ofValue(v) : v]))
  }

  /** Fields that were added to the type after the value was written are null. */
  #ofUserType({ fields }: UserTypeInfo): Converter {
    const converters = fields.map(({ name, type }) => [name, this.#orNull(type)] as const)
    return (value: Record<string, unknown>) =>
      Object.fromEntries(
        converters.map(([name, convert]) => {
          const field = value[name] ?? null
          return [name, convert ? convert(field) : field]
        }),
      )
  }

  #ofTuple(elements: readonly DriverType[]): Converter {
    const converters = elements.map((type) => this.#orNull(type))
    return ({ elements: values }: types.Tuple) =>
      converters.map((convert, i) => {
        const value: unknown = values[i] ?? null
        return convert ? convert(value) : value
      })
  }

  #orNull(type: DriverType): ((value: unknown) => unknown) | undefined {
    const convert = this.#converter(type) as ((value: unknown) => unknown) | undefined
    return convert && ((value) => (value === null || value === undefined ? null : convert(value)))
  }
}

interface UserTypeInfo {
  readonly fields: readonly { readonly name: string; readonly type: DriverType }[]
}

/** The driver takes them as they are. */
function isAsItIs(value: object | null): boolean {
  return value === null || value instanceof Date || Buffer.isBuffer(value)
}

/** A vector, a duration of older protocols, or bytes of a type that nobody knows. */
function ofCustom(value: unknown): unknown {
  if (value instanceof Uint8Array) return new Uint8Array(value)
  const { elements } = value as { readonly elements?: readonly unknown[] }
  return elements === undefined ? String(value) : [...elements]
}

/** @throws TROUPE_PLATFORM_TABLES_REFUSED for what is no decimal */
function decimalOf(driver: Driver, text: string): types.BigDecimal {
  const [, sign, whole, fraction = '', exponent = '0'] =
    /^([+-]?)(\d*)\.?(\d*)(?:[eE]([+-]?\d+))?$/.exec(text) ?? []
  if (whole === undefined || whole + fraction === '') {
    throw tablesRefused('a decimal', `${text} is none`)
  }
  const digits = driver.types.Integer.fromString(`${sign === '-' ? '-' : ''}${whole}${fraction}`)
  // Its types have it as a number, and it is the class of whole numbers of any size.
  return new driver.types.BigDecimal(
    digits as unknown as number,
    fraction.length - Number(exponent),
  )
}

function decimalText(driver: Driver, value: types.BigDecimal): string {
  // The driver's own text is wrong below a scale of 0.
  const scale = driver.types.BigDecimal.toBuffer(value).readInt32BE(0)
  if (scale >= 0) return value.toString()
  const bytes = driver.types.BigDecimal.toBuffer(value).subarray(4)
  return `${driver.types.Integer.fromBuffer(bytes).toString()}E${-scale}`
}
