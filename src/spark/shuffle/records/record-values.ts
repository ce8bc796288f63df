/** Whether a value may hold something that does not travel. */
export function mayHoldMore(value: unknown): boolean {
  return typeof value === 'object' && !(value instanceof Uint8Array)
}

/** Whether the value of a record is its key, a text or bytes: of what is short there is nothing to be saved. */
export function isKeyAgain(key: unknown, value: unknown): boolean {
  if (typeof key === 'string') {
    return typeof value === 'string' && key.length === value.length && key === value
  }
  return key === value && key instanceof Uint8Array
}

/** By a walk that the engine has prepared for objects of one kind. */
export function hasKeys(object: object, keys: readonly string[]): boolean {
  let i = 0
  for (const key in object) if (key !== keys[i++]) return false
  return i === keys.length
}
