import type { MesosError } from '../errors.ts'

/** The object that a flag gives as JSON. @throws what `invalid` makes of the reason why it is none */
export function readObject(
  text: string,
  invalid: (why: string, cause?: unknown) => MesosError,
): Readonly<Record<string, unknown>> {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (cause) {
    throw invalid('they are no JSON', cause)
  }
  if (!isObject(value)) throw invalid('they are no JSON object')
  return value
}

export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
