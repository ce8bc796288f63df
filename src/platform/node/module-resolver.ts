import { existsSync, readFileSync, realpathSync, statSync } from 'node:fs'
import { createRequire, isBuiltin } from 'node:module'
import { fileURLToPath, pathToFileURL } from 'node:url'
import type { ModuleResolver } from '../module-resolver.ts'
import { isOfOwnPackage, ownUrl } from './typescript/own-package.ts'
import { typeScriptSibling } from './typescript/sibling.ts'

/**
 * Resolves as Node's loader does. Node 20 has no synchronous call for another module's imports, so the
 * package part is written out here.
 *
 * @see https://nodejs.org/api/esm.html#resolution-algorithm-specification
 */
export function nodeModuleResolver(): ModuleResolver {
  let entry: { readonly url: string | undefined } | undefined
  return {
    import: (specifier, parentUrl) => orUndefined(() => resolveImport(specifier, parentUrl)),
    require: (specifier, parentUrl) => orUndefined(() => resolveRequire(specifier, parentUrl)),
    entryUrl: () => (entry ??= { url: entryUrl() }).url,
    exporterOf,
  }
}

/** The conditions of `import` in Node, apart from `default`, which always holds. */
const conditions: ReadonlySet<string> = new Set(['node', 'import', 'module-sync', 'node-addons'])

type Manifest = Readonly<Record<string, unknown>>

function orUndefined(resolve: () => string | undefined): string | undefined {
  try {
    return resolve()
  } catch {
    // Every failure to find a file or to read a manifest means: not found.
    return undefined
  }
}

function resolveImport(specifier: string, parentUrl: string): string | undefined {
  if (isBuiltin(specifier)) return builtinUrl(specifier)
  if (/^(\.{0,2}\/|[a-z][a-z+.-]+:)/i.test(specifier)) {
    const url = new URL(specifier, parentUrl)
    if (url.protocol !== 'file:') return url.href
    return existing(typeScriptSibling(url, existsSync) ?? url)
  }
  if (specifier.startsWith('#')) return resolveInternal(specifier, parentUrl)
  const found = resolvePackage(specifier, parentUrl)
  // As the hooks of the loader do for programs that are submitted.
  return found ?? (isOfOwnPackage(specifier) ? resolvePackage(specifier, ownUrl) : undefined)
}

function builtinUrl(specifier: string): string {
  return specifier.startsWith('node:') ? specifier : `node:${specifier}`
}

/** The loader names a module by its real path. */
function existing(url: URL): string | undefined {
  if (!statSync(url).isFile()) return undefined
  const real = pathToFileURL(realpathSync(fileURLToPath(url)))
  real.search = url.search
  real.hash = url.hash
  return real.href
}

function resolveInternal(specifier: string, parentUrl: string): string | undefined {
  const scope = packageScope(parentUrl)
  if (scope === undefined) return undefined
  const found = matchKeys(specifier, scope.manifest['imports'])
  return found && target(found.target, found.star, scope.root, parentUrl)
}

function resolvePackage(specifier: string, parentUrl: string): string | undefined {
  const match = /^((?:@[^/]+\/)?[^/]+)(\/.*)?$/.exec(specifier)
  if (match?.[1] === undefined) return undefined
  const [, name, rest = ''] = match
  const scope = packageScope(parentUrl)
  if (scope?.manifest['name'] === name && scope.manifest['exports'] !== undefined) {
    return resolveExports(scope.root, `.${rest}`, scope.manifest['exports'])
  }
  for (let folder = new URL('.', parentUrl); ; folder = new URL('..', folder)) {
    const root = new URL(`node_modules/${name}/`, folder)
    const manifest = readManifest(root)
    if (manifest !== undefined) return inPackage(root, rest, manifest)
    if (folder.pathname === '/' || new URL('..', folder).href === folder.href) return undefined
  }
}

function inPackage(root: URL, rest: string, manifest: Manifest): string | undefined {
  const { exports, main } = manifest
  if (exports !== undefined && exports !== null) return resolveExports(root, `.${rest}`, exports)
  if (rest !== '') return existing(new URL(`.${rest}`, root))
  const named = typeof main === 'string' ? [main, `${main}.js`, `${main}/index.js`] : []
  for (const candidate of [...named, 'index.js']) {
    const found = orUndefined(() => existing(new URL(`./${candidate}`, root)))
    if (found !== undefined) return found
  }
  return undefined
}

function resolveExports(root: URL, subpath: string, exports: unknown): string | undefined {
  const isMap = isRecord(exports) && Object.keys(exports).some((key) => key.startsWith('.'))
  const found = matchKeys(subpath, isMap ? exports : { '.': exports })
  return found && target(found.target, found.star, root, undefined)
}

/** The entry for `key`: itself, or the pattern with the longest part before its star. */
function matchKeys(key: string, map: unknown): { target: unknown; star: string } | undefined {
  if (!isRecord(map)) return undefined
  if (key in map && !key.includes('*')) return { target: map[key], star: '' }
  const patterns = Object.keys(map)
    .filter((pattern) => pattern.split('*').length === 2)
    .sort((a, b) => b.indexOf('*') - a.indexOf('*') || b.length - a.length)
  for (const pattern of patterns) {
    const [before = '', after = ''] = pattern.split('*')
    if (!key.startsWith(before) || !key.endsWith(after)) continue
    if (key.length < before.length + after.length) continue
    return { target: map[pattern], star: key.slice(before.length, key.length - after.length) }
  }
  return undefined
}

/** `parentUrl` is given for `imports`, whose targets may name other packages. */
function target(
  value: unknown,
  star: string,
  root: URL,
  parentUrl: string | undefined,
): string | undefined {
  if (typeof value === 'string') {
    const path = value.replaceAll('*', star)
    if (path.startsWith('./')) return existing(new URL(path, root))
    return parentUrl === undefined ? undefined : resolveImport(path, root.href)
  }
  if (Array.isArray(value)) {
    for (const item of value as unknown[]) {
      const found = orUndefined(() => target(item, star, root, parentUrl))
      if (found !== undefined) return found
    }
    return undefined
  }
  if (!isRecord(value)) return undefined
  for (const [condition, item] of Object.entries(value)) {
    if (condition !== 'default' && !conditions.has(condition)) continue
    const found = target(item, star, root, parentUrl)
    if (found !== undefined) return found
  }
  return undefined
}

/** The nearest folder upwards that has a manifest. */
function packageScope(url: string): { root: URL; manifest: Manifest } | undefined {
  if (!url.startsWith('file:')) return undefined
  for (let folder = new URL('.', url); ; folder = new URL('..', folder)) {
    if (folder.pathname.endsWith('/node_modules/')) return undefined
    const manifest = readManifest(folder)
    if (manifest !== undefined) return { root: folder, manifest }
    if (new URL('..', folder).href === folder.href) return undefined
  }
}

function readManifest(folder: URL): Manifest | undefined {
  let text: string
  try {
    text = readFileSync(new URL('package.json', folder), 'utf8')
  } catch {
    // No manifest here: the caller looks further up.
    return undefined
  }
  const manifest: unknown = JSON.parse(text)
  return isRecord(manifest) ? manifest : undefined
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function resolveRequire(specifier: string, parentUrl: string): string | undefined {
  if (isBuiltin(specifier)) return builtinUrl(specifier)
  return pathToFileURL(createRequire(parentUrl).resolve(specifier)).href
}

function entryUrl(): string | undefined {
  const [, script] = process.argv
  if (script === undefined) return undefined
  return orUndefined(() => resolveRequire(script, import.meta.url))
}

function exporterOf(value: object, url: string): { readonly name?: string } | undefined {
  if (!url.startsWith('file:')) return undefined
  const module = createRequire(import.meta.url).cache[fileURLToPath(url)]
  const exports: unknown = module?.exports
  if (exports === value) return {}
  if ((typeof exports !== 'object' && typeof exports !== 'function') || exports === null) {
    return undefined
  }
  for (const [name, descriptor] of Object.entries(Object.getOwnPropertyDescriptors(exports))) {
    if ('value' in descriptor && descriptor.value === value) return { name }
  }
  return undefined
}
