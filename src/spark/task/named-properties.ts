/** Longer arrays are not looked through for names: they come from elsewhere than from a match. */
const SHORT = 64
/** How deep rows may lie: a batch of pairs of arrays. */
const ROW_DEPTH = 3
const DEEPEST = 16

/** An array that has more than items. */
export interface NamedProperty {
  readonly path: string
  readonly name: string
}

/**
 * Looks for arrays that would lose a named property on the way, such as the `index` of a regular expression's match.
 * It sees such matches wherever rows, keys and values lie, and any other name in the first of these, with all that is
 * in that: rows are alike, and to look through all of them would cost as much as to encode them.
 */
export function findNamedProperty(value: unknown, root: string): NamedProperty | undefined {
  return look(value, root, 0, true)
}

function look(
  value: unknown,
  path: string,
  depth: number,
  isFirst: boolean,
): NamedProperty | undefined {
  if (typeof value !== 'object' || value === null || depth > DEEPEST) return undefined
  if (Array.isArray(value)) return lookAtArray(value, path, depth, isFirst)
  const prototype: unknown = Object.getPrototypeOf(value)
  if (!isFirst || (prototype !== Object.prototype && prototype !== null)) return undefined
  for (const [key, item] of Object.entries(value)) {
    const found = look(item, `${path}.${key}`, depth + 1, true)
    if (found !== undefined) return found
  }
  return undefined
}

function lookAtArray(
  items: readonly unknown[],
  path: string,
  depth: number,
  isFirst: boolean,
): NamedProperty | undefined {
  const name = nameIn(items, isFirst)
  if (name !== undefined) return { path, name }
  const isShallow = depth < ROW_DEPTH
  if (!isFirst && !isShallow) return undefined
  const end = isShallow ? items.length : Math.min(items.length, 1)
  for (let i = 0; i < end; i += 1) {
    const item = items[i]
    if (typeof item !== 'object' || item === null) continue
    // Two of them are a frame's keys and values, or a pair.
    const isFirstRow = isFirst && (i === 0 || items.length <= 2)
    if (!isFirstRow && !Array.isArray(item)) continue
    const found = look(item, path, depth + 1, isFirstRow)
    if (found !== undefined)
      return { name: found.name, path: `${path}[${i}]${found.path.slice(path.length)}` }
  }
  return undefined
}

function nameIn(items: readonly unknown[], isFirst: boolean): string | undefined {
  if ((items as { readonly index?: unknown }).index !== undefined) return 'index'
  if (!isFirst || items.length > SHORT) return undefined
  // Names come behind the items.
  const last = Object.keys(items).at(-1)
  return last === undefined || /^\d+$/.test(last) ? undefined : last
}
