import { hasCarrier } from './instances.ts'

/** Where in a value the first thing stands that can't travel, and what it is. */
export interface Culprit {
  readonly path: string
  readonly what: string
}

/** Deeper values are taken for endless ones. */
const DEEPEST = 1_000

/** Characters of a path that are shown at each end. */
const PATH_END = 120

/** Looks for what can't travel. `isRef` says which instances are refs. Never throws, whatever the value does when it is read. */
export function findCulprit(
  value: unknown,
  isRef: (value: object) => boolean,
  root: string,
): Culprit | undefined {
  const found = look(value, root, 0, isRef, [])
  return found && { ...found, path: shortened(found.path) }
}

/** What stands in the middle of a long way tells nobody anything. */
function shortened(path: string): string {
  const left = path.length - 2 * PATH_END
  if (left <= 0) return path
  return `${path.slice(0, PATH_END)} … (${String(left)} characters) … ${path.slice(-PATH_END)}`
}

function look(
  value: unknown,
  path: string,
  depth: number,
  isRef: (value: object) => boolean,
  above: object[],
): Culprit | undefined {
  if (typeof value === 'function') return { path, what: `a function (${value.name || 'unnamed'})` }
  if (typeof value === 'symbol') return { path, what: `a symbol (${value.toString()})` }
  if (typeof value !== 'object' || value === null) return undefined
  try {
    return lookAt(value, path, depth, isRef, above)
  } catch (error) {
    const why = error instanceof Error ? error.message : 'it throws'
    return { path, what: `an object that can't be read (${why})` }
  }
}

function lookAt(
  value: object,
  path: string,
  depth: number,
  isRef: (value: object) => boolean,
  above: object[],
): Culprit | undefined {
  if (value instanceof Error || value instanceof Date || isRef(value)) return undefined
  if (!hasCarrier(value)) return { path, what: `an instance of ${className(value)}` }
  if (Object.hasOwn(value, '__proto__'))
    return { path: `${path}.__proto__`, what: 'a key of that name' }
  if (above.includes(value)) return { path, what: 'a cycle' }
  if (depth >= DEEPEST) return { path, what: `nesting deeper than ${String(DEEPEST)}` }
  above.push(value)
  const found = lookInside(value, (item, step) => look(item, path + step, depth + 1, isRef, above))
  above.pop()
  return found
}

function lookInside(
  value: object,
  visit: (item: unknown, step: string) => Culprit | undefined,
): Culprit | undefined {
  if (ArrayBuffer.isView(value)) return undefined
  if (Array.isArray(value)) {
    return first(value.entries(), ([index, item]) => visit(item, `[${String(index)}]`))
  }
  if (value instanceof Map) {
    return first(value as Map<unknown, unknown>, ([key, item]) => {
      const step = `.get(${String(key)})`
      return visit(key, `${step} (the key)`) ?? visit(item, step)
    })
  }
  if (value instanceof Set)
    return first(value as Set<unknown>, (item) => visit(item, ' (a member)'))
  return first(Object.entries(value), ([key, item]) => visit(item as unknown, `.${key}`))
}

function first<T>(items: Iterable<T>, find: (item: T) => Culprit | undefined): Culprit | undefined {
  for (const item of items) {
    const found = find(item)
    if (found !== undefined) return found
  }
  return undefined
}

function className(value: object): string {
  const name = (value.constructor as { name?: unknown } | undefined)?.name
  return typeof name === 'string' && name !== '' ? name : 'an unnamed class'
}
