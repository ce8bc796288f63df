/** A standard class whose instances are told wholly by arguments to its constructor. */
interface StandardClass {
  readonly type: new (...args: never) => object
  /** JSON data only. */
  readonly argumentsOf: (instance: never) => readonly unknown[]
}

function standard<Instance extends object>(
  type: new (...args: never) => Instance,
  argumentsOf: (instance: Instance) => readonly unknown[],
): StandardClass {
  return { type, argumentsOf: argumentsOf }
}

interface Resolvable {
  resolvedOptions(): { readonly locale: string }
}

/** With the options that an `Intl` object resolved, the other side makes an equal one. */
function resolvedArguments(instance: Resolvable): readonly unknown[] {
  const { locale, ...options } = instance.resolvedOptions()
  return [locale, options]
}

const classes: Readonly<Record<string, StandardClass>> = {
  URL: standard(URL, (url) => [url.href]),
  URLSearchParams: standard(URLSearchParams, (parameters) => [parameters.toString()]),
  TextEncoder: standard(TextEncoder, () => []),
  TextDecoder: standard(TextDecoder, ({ encoding, fatal, ignoreBOM }) => [
    encoding,
    { fatal, ignoreBOM },
  ]),
  'Intl.NumberFormat': standard(Intl.NumberFormat as never, resolvedArguments),
  'Intl.DateTimeFormat': standard(Intl.DateTimeFormat as never, resolvedArguments),
  'Intl.Collator': standard(Intl.Collator as never, resolvedArguments),
  'Intl.PluralRules': standard(Intl.PluralRules as never, resolvedArguments),
}

const names = new Map(
  Object.entries(classes).map(([name, { type }]) => [type.prototype as object, name]),
)

/** What makes `value` again, when it is an instance of a standard class such as `URL`. */
export function standardInstance(
  value: object,
  prototype: object,
): { readonly type: string; readonly args: readonly unknown[] } | undefined {
  const type = names.get(prototype)
  const known = type === undefined ? undefined : classes[type]
  if (type === undefined || known === undefined) return undefined
  return { type, args: known.argumentsOf(value as never) }
}

/** The instance again; undefined for a type this version does not know. */
export function makeStandard(type: string, args: readonly unknown[]): object | undefined {
  const known = Object.hasOwn(classes, type) ? classes[type] : undefined
  return known && (Reflect.construct(known.type, args) as object)
}
