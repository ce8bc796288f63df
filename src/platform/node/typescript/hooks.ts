/**
 * Hooks of Node's module loader, for its own thread: modules of TypeScript are compiled when they are loaded. An import of `./a.js` means
 * `./a.ts` where only that exists, as in TypeScript; `troupe/spark` means the package that runs, where the program has none of its own.
 */
import { existsSync, readFileSync } from 'node:fs'
import type { LoadHook, ResolveHook } from 'node:module'
import { fileURLToPath } from 'node:url'

import { sourceOfModule } from './module-source.ts'
import { isOfOwnPackage, ownUrl } from './own-package.ts'
import { typeScriptSibling } from './sibling.ts'

export const resolve: ResolveHook = async (specifier, context, nextResolve) => {
  const sibling = siblingOf(specifier, context.parentURL)
  try {
    return await nextResolve(sibling ?? specifier, context)
  } catch (error) {
    if (!isOfOwnPackage(specifier)) throw error
    return await nextResolve(specifier, { ...context, parentURL: ownUrl })
  }
}

function siblingOf(specifier: string, parentUrl: string | undefined): string | undefined {
  const isPath = /^(\.{0,2}\/|file:)/.test(specifier)
  if (!isPath || !URL.canParse(specifier, parentUrl)) return undefined
  return typeScriptSibling(new URL(specifier, parentUrl), existsSync)?.href
}

export const load: LoadHook = async (url, context, nextLoad) => {
  if (!/^file:.*\.[cm]?ts(?:[?#]|$)/.test(url)) return nextLoad(url, context)
  const path = fileURLToPath(url)
  const source = sourceOfModule(readFileSync(path, 'utf8'), path)
  return { format: source.format, source: source.code, shortCircuit: true }
}
