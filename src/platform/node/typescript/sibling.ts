/**
 * The file of TypeScript that an import of a `.js`, `.mjs` or `.cjs` file means: the one beside it, where only that exists. Undefined
 * for all else.
 */
export function typeScriptSibling(url: URL, exists: (url: URL) => boolean): URL | undefined {
  if (url.protocol !== 'file:' || !/\.[cm]?js$/.test(url.pathname) || exists(url)) return undefined
  const sibling = new URL(url)
  sibling.pathname = url.pathname.replace(/js$/, 'ts')
  return exists(sibling) ? sibling : undefined
}
