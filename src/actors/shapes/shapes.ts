/** Whether a value is what it should be. Never throws. */
export type Shape = (value: unknown) => boolean

/** The fields of an object, each with its shape. */
export type Fields = Readonly<Record<string, Shape>>

export const anything: Shape = () => true

export const aText: Shape = (value) => typeof value === 'string'

export const aFlag: Shape = (value) => typeof value === 'boolean'

/** A finite number. */
export const aNumber: Shape = (value) => Number.isFinite(value)

/** A whole number from 0 on that is exact. */
export const aCount: Shape = (value) => Number.isSafeInteger(value) && (value as number) >= 0

export const bytes: Shape = (value) => value instanceof Uint8Array

/** A ref; no data that came over a link can pass for one, since none holds a function. */
export const aRef: Shape = (value) =>
  typeof value === 'object' &&
  value !== null &&
  typeof (value as { readonly tell?: unknown }).tell === 'function'

/** One of these very values. */
export function oneOf(values: Iterable<unknown>): Shape {
  const known = new Set(values)
  return (value) => known.has(value)
}

export function eitherOf(...shapes: readonly Shape[]): Shape {
  return (value) => shapes.some((shape) => shape(value))
}

/** May be missing. */
export function maybe(shape: Shape): Shape {
  return (value) => value === undefined || shape(value)
}

export function listOf(item: Shape): Shape {
  return (value) => Array.isArray(value) && value.every((one) => item(one))
}

/** An object with these fields, and any others. */
export function record(fields: Fields): Shape {
  const entries = Object.entries(fields)
  return (value) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return false
    return entries.every(([key, shape]) => {
      const field = Object.hasOwn(value, key)
        ? (value as Readonly<Record<string, unknown>>)[key]
        : undefined
      return shape(field)
    })
  }
}

/** What {@link protocol} takes for a union of messages: each of its types, each field with a shape. */
export type MessagesOf<M extends { readonly type: string }> = {
  readonly [T in M['type']]: FieldsOf<Extract<M, { readonly type: T }>>
}

type FieldsOf<M> = { readonly [K in Exclude<keyof M, 'type'>]-?: Shape }

/** One of several messages, told apart by `type`. Name the union, so that no field is left out when one is added. */
export function protocol<M extends { readonly type: string } = never>(
  messages: [M] extends [never] ? Readonly<Record<string, Fields>> : MessagesOf<M>,
): Shape {
  const byType = new Map(Object.entries(messages).map(([type, fields]) => [type, record(fields)]))
  return (value) => {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, 'type')) return false
    const shape = byType.get((value as { readonly type: string }).type)
    return shape !== undefined && shape(value)
  }
}
